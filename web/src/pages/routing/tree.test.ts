// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { intervalDraft, intervalOf, intervalText } from './timings';
import {
  draftOf,
  groupText,
  movedRoute,
  placeText,
  routeAt,
  routeOf,
  timesText,
  TOP,
  unreadable,
  wayOf,
  withoutRoute,
  withRoute,
  type Route,
} from './tree';

const named = (contact_point: string, ...routes: Route[]): Route => ({ contact_point, routes });
const TREE = [named('a', named('a1'), named('a2', named('a21'))), named('b')];
const names = (routes: readonly Route[]): unknown[] =>
  routes.map((each) => (each.routes?.length ? [each.contact_point, names(each.routes)] : each.contact_point));

it('a place is called as the server calls it, and leads to its route', () => {
  expect(placeText([0, 1, 0])).toBe('routes[0].routes[1].routes[0]');
  expect(routeAt(TREE, [0, 1, 0])!.contact_point).toBe('a21');
  expect(routeAt(TREE, [0, 7, 0])).toBeUndefined();
});

it('routes are put in, taken out and moved where they stand, and the rest stays', () => {
  expect(names(withRoute(TREE, [0, 1, 0], named('x')))).toEqual([['a', ['a1', ['a2', ['x']]]], 'b']);
  expect(names(withRoute(TREE, [2], named('x')))).toEqual([['a', ['a1', ['a2', ['a21']]]], 'b', 'x']);
  expect(names(withRoute(TREE, [1, 0], named('x')))).toEqual([
    ['a', ['a1', ['a2', ['a21']]]],
    ['b', ['x']],
  ]);
  expect(names(withoutRoute(TREE, [0, 1]))).toEqual([['a', ['a1']], 'b']);
  expect(names(movedRoute(TREE, [0, 1], -1))).toEqual([['a', [['a2', ['a21']], 'a1']], 'b']);
  expect(names(movedRoute(TREE, [0], 1))).toEqual(['b', ['a', ['a1', ['a2', ['a21']]]]]);
  expect(names(TREE)).toEqual([['a', ['a1', ['a2', ['a21']]]], 'b']);
});

it('what a route does not say it has from above', () => {
  const above = wayOf({ contact_point: 'ops', group_by: ['name'], group_wait_s: 0 }, TOP);
  expect(wayOf({ group_by: [], repeat_interval_s: 60 }, above)).toEqual({
    ...TOP,
    contact_point: 'ops',
    group_by: [],
    group_wait_s: 0,
    repeat_interval_s: 60,
  });
  expect(timesText(above)).toBe('waits 0 s for others, changes 5 min apart, again every 4 h');
  expect([[], ['name', 'team'], ['...']].map(groupText)).toEqual([
    'all in one message',
    'one message for each name and team',
    'a message for each alarm',
  ]);
});

it.each<Route>([
  { contact_point: 'ops', group_by: ['...'], group_wait_s: 0, group_interval_s: 90, repeat_interval_s: 86_400 },
  { contact_point: null, group_by: null, group_wait_s: null, group_interval_s: null, repeat_interval_s: null },
  { group_by: [], continue: true, mute_timings: ['nights'], active_timings: ['office'] },
  { group_by: ['name', 'team'], matchers: [{ label: 'severity', op: '=', value: 'low' }] },
])('%o is the same after it was in the fields', (given) => {
  const below = [named('x')];
  const route: Route = {
    matchers: [],
    contact_point: null,
    group_wait_s: null,
    group_interval_s: null,
    repeat_interval_s: null,
    continue: false,
    mute_timings: [],
    active_timings: [],
    ...given,
  };
  expect(routeOf(draftOf(route), below)).toEqual({ ...route, routes: below });
});

it('spans that cannot be read are told by their fields', () => {
  expect(unreadable({ ...draftOf({}), group_wait: 'soon', group_interval: '0 s', repeat_interval: '' })).toEqual([
    'group_wait',
  ]);
});

it('an interval is the same after it was in the fields, and told in words', () => {
  const interval = {
    times: [
      { start_time: '22:00', end_time: '24:00' },
      { start_time: '00:00', end_time: '06:00' },
    ],
    weekdays: ['monday:friday'],
    days_of_month: ['1:7', '-3:-1'],
    months: [],
    years: [],
    location: 'Europe/Ljubljana',
  };
  expect(intervalOf(intervalDraft(interval))).toEqual(interval);
  expect(intervalText(interval)).toBe('22:00-24:00, 00:00-06:00; monday:friday; 1:7, -3:-1 (Europe/Ljubljana)');
  expect(intervalText({})).toBe('at all times');
});

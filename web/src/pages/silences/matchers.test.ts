// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import { Problem } from '../../api/problem';
import { isWithin, labelsOf, matchersOf, matcherText, problemWithin, readMatcher, type Matcher } from './matchers';

it.each<Matcher>([
  { label: 'severity', op: '=', value: 'critical' },
  { label: 'name', op: '=~', value: 'web "one"|two=three' },
  { label: 'team', op: '!=', value: '' },
  { label: 'host', op: '!~', value: 'a\\.b\n' },
])('%o is read as it was written', (matcher) => {
  expect(readMatcher(matcherText(matcher))).toEqual(matcher);
});

it.each<[string, Matcher | null]>([
  [' severity = critical ', { label: 'severity', op: '=', value: 'critical' }],
  ['name=', { label: 'name', op: '=', value: '' }],
  ['name="cut', null],
  ['="x"', null],
  ['words', null],
  ['', null],
])('“%s” may be typed by hand', (text, matcher) => {
  expect(readMatcher(text)).toEqual(matcher);
});

it('an instance is matched by its labels, those that every alarm has under another name', () => {
  expect(matchersOf('1', { host: 'a', name: 'disk' }).map(matcherText)).toEqual([
    'alarm_id="1"',
    'host="a"',
    'label_name="disk"',
  ]);
});

it('labels stand one a line, and what is none is none', () => {
  expect(labelsOf('team=web\n\n place = a=b ')).toEqual({ team: 'web', place: 'a=b' });
  expect(labelsOf('')).toEqual({});
  expect(labelsOf('team')).toBeNull();
  expect(labelsOf('team!=web')).toBeNull();
});

describe('a problem stands at its place', () => {
  const at = (...field: string[]): Problem => new Problem(400, '', 'wrong', { method: '', url: '' }, '', '', field);

  it.each([
    [['matchers[1].value'], 'matchers.1', 'wrong'],
    [['routes', '1', 'group_by'], 'routes.1.group_by', 'wrong'],
    [['routes', '10', 'group_by'], 'routes.1', undefined],
    [[], 'matchers', undefined],
  ])('%o within %s', (field, place, told) => {
    expect(problemWithin(at(...field), place)).toBe(told);
    expect(isWithin('elsewhere', place)(at(...field))).toBe(told !== undefined);
  });
});

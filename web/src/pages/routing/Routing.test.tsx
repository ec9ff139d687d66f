// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Schema } from '../../api/operations';
import { session, type Session } from '../../state/session';
import { navigate } from '../../state/url';
import Routing from './Routing';
import type { Routing as Tree } from './tree';

type Group = Schema<'RouteGroupView'>;

let tree: Tree;
let points: object[] = [];
let groups: Group[] = [];
let refusal: Problem | null = null;
const put: Record<string, unknown>[] = [];

beforeEach(() => {
  window.scrollTo = vi.fn();
  HTMLDialogElement.prototype.showModal = vi.fn();
  put.length = 0;
  refusal = null;
  points = [{ name: 'pager', project_id: 'p', targets: ['http://a'], resolved: true, changed_ms: 0, routes: [] }];
  tree = {
    project_id: 'p',
    revision: 3,
    routes: [
      { contact_point: 'pager', matchers: [{ label: 'severity', op: '=', value: 'low' }], routes: [{}] },
      { contact_point: 'pager' },
    ],
    mute_timings: [{ name: 'nights', intervals: [{ weekdays: ['sunday'] }] }],
    inhibitions: [],
    changed_ms: 0,
    changed_by: 'mia',
  };
  signedIn('member');
  groups = [];
  const answers: Record<string, () => object> = {
    '/v1/routing': () => tree,
    '/v1/contact-points': () => ({ contact_points: points }),
    '/v1/routing/groups': () => ({ groups }),
    '/v1/routing/groups/{key}': () => ({ group: groups[0], deliveries: [] }),
  };
  vi.spyOn(api, 'get').mockImplementation(
    (async (address: string) => answers[address]?.() ?? {}) as unknown as typeof api.get,
  );
  vi.spyOn(api, 'put').mockImplementation((async (_: string, { body }: { body: Tree }) => {
    put.push(body as never);
    if (refusal) throw refusal;
    tree = { ...tree, ...body, revision: body.revision + 1 };
    return tree;
  }) as unknown as typeof api.put);
  vi.spyOn(api, 'post').mockResolvedValue({
    labels: {},
    silenced: [],
    inhibited: [],
    routes: [reached('routes[0].routes[0]', ''), reached('routes[1]', 'mute timing nights holds')],
    told: ['pager'],
  } as never);
});

afterEach(cleanup);

function reached(place: string, muted: string) {
  const group = { group: {}, group_wait_s: 0, group_interval_s: 0, repeat_interval_s: 0 };
  return { project_id: 'p', place, contact_point: 'pager', muted, ...group };
}

function signedIn(...roles: string[]): void {
  session.value = { sees_all: false, project: 'p', projects: [], roles } as unknown as Session;
}

async function shown(address = '/routing'): Promise<void> {
  navigate(address, { replace: true });
  render(<Routing />);
  await answered();
}

async function answered(): Promise<void> {
  const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  for (let turn = 0; turn < 6; turn++) await act(moment);
}

const choose = async (name: string, what: string): Promise<void> => {
  fireEvent.click(screen.getByRole('button', { name: `${name}: more` }));
  fireEvent.click(screen.getByRole('button', { name: what }));
  await answered();
};
const save = async (): Promise<void> => {
  fireEvent.submit(document.querySelector('.route-form')!);
  await answered();
};

it('a route is changed where it stands, and the whole tree is sent with what one has seen', async () => {
  await shown();
  await choose('routes[0].routes[0]', 'Edit');
  fireEvent.input(screen.getByLabelText('Told again after'), { target: { value: '2 h' } });
  await save();
  expect(put[0]).toMatchObject({ revision: 3, mute_timings: [{ name: 'nights' }] });
  const [first] = put[0]!['routes'] as { routes: object[] }[];
  expect(first!.routes[0]).toMatchObject({ contact_point: null, repeat_interval_s: 7200 });
  expect(document.querySelector('.route-form')).toBeNull();
  expect(screen.getByText(/again every 2 h/)).toBeTruthy();
});

it('who was slower keeps what was written, is told so, and may load what there is', async () => {
  refusal = new Problem(409, 'Conflict', 'the routes have revision 4 by now', { method: 'PUT', url: '' });
  await shown();
  await choose('routes[1]', 'Edit');
  fireEvent.input(screen.getByLabelText('Told again after'), { target: { value: '2 h' } });
  await save();
  expect(screen.getByRole('alert').textContent).toContain('Somebody else has saved meanwhile.');
  expect(screen.getByLabelText<HTMLInputElement>('Told again after').value).toBe('2 h');
  tree = { ...tree, revision: 4, routes: [] };
  fireEvent.click(screen.getByRole('button', { name: 'Load what there is now' }));
  await answered();
  expect(screen.getByText(/^There is no route/)).toBeTruthy();
});

it('what the server says of a part of a route stands there', async () => {
  const field = ['routes', '1', 'group_interval_s'];
  refusal = new Problem(400, 'Bad Request', 'too short', { method: 'PUT', url: '' }, '', '', field);
  await shown();
  await choose('routes[1]', 'Edit');
  await save();
  expect(screen.getByText('too short').closest('.field')!.querySelector('label')!.textContent).toBe(
    'Changes are told',
  );
});

it('what is tried lights up the way, and says what is muted', async () => {
  await shown();
  fireEvent.input(screen.getByLabelText('an alarm with these labels'), { target: { value: 'severity=low' } });
  fireEvent.click(screen.getByRole('button', { name: 'Try' }));
  fireEvent.submit(screen.getByRole('button', { name: 'Try' }).closest('form')!);
  await answered();
  const lit = [...document.querySelectorAll('.route.lit')].map((each) => each.getAttribute('aria-label'));
  expect(lit).toEqual(['routes[0]', 'routes[0].routes[0]', 'routes[1]']);
  expect(screen.getByText(/goes here, but mute timing nights holds/)).toBeTruthy();
  expect(document.querySelector('.tried')!.textContent).toContain('told pager');
});

it('a timing is deleted only when one is sure, by the tree that one saw', async () => {
  await shown();
  fireEvent.click(screen.getByRole('button', { name: 'Delete nights' }));
  expect(put).toEqual([]);
  fireEvent.submit(document.querySelector('dialog form')!);
  await answered();
  expect(put[0]).toMatchObject({ revision: 3, mute_timings: [] });
});

it('where there is nothing, the page says what routes are good for', async () => {
  tree = { ...tree, routes: [], mute_timings: [] };
  points = [];
  await shown();
  expect(screen.getByText('No route yet')).toBeTruthy();
});

it('who may only look is offered nothing to change, and may try', async () => {
  signedIn('reader');
  await shown();
  expect(screen.queryByRole('button', { name: /more|New|Add|Edit|Delete|Test/ })).toBeNull();
  expect(screen.getByRole('button', { name: 'Try' })).toBeTruthy();
});

describe('what is told together now', () => {
  const row = () => document.querySelector('[aria-label="List of groups"] tbody tr')!;
  const cells = (): string[] => [...row().querySelectorAll('td')].map((each) => each.textContent!);

  it('is shown with its alarms, what holds them back, and when it is told', async () => {
    groups = [group({ told_ms: Date.now() - 120_000, times: 2, next_ms: Date.now() + 3_600_500 })];
    await shown();
    expect(cells()).toEqual([
      'team=web',
      '4 (1 new): web is busy, disk full',
      '1 silenced2 inhibited',
      'pager',
      '2 min ago, 2 times',
      'in 1 h',
      'Details',
    ]);
    expect(screen.getByRole<HTMLAnchorElement>('link', { name: 'disk full' }).href).toMatch(/alarms\/a-2/);
  });

  it('says why a muted route tells nobody, and what was never told', async () => {
    groups = [group({ muted: 'mute timing nights holds', labels: {} })];
    await shown();
    expect(cells().slice(4, 6)).toEqual(['never', 'once it is not muted']);
    expect(cells()[0]).toBe('all in one');
    expect(screen.getByTitle('mute timing nights holds').textContent).toBe('muted');
  });

  it('is opened for each alarm and its instances', async () => {
    groups = [group({})];
    await shown();
    fireEvent.click(screen.getByRole('button', { name: 'Details: pager team=web' }));
    await answered();
    const alarms = [...document.querySelectorAll('[aria-label="Alarms of the group"] tbody tr')];
    expect(alarms.map((each) => each.querySelector('td:nth-child(2)')!.textContent)).toEqual([
      'in alarm, not told yet',
      'in alarm',
      'in alarm',
      'over, not told yet',
    ]);
    expect(alarms[1]!.textContent).toContain('silenced');
    expect(alarms[2]!.textContent).toContain('host=b');
    expect(screen.getByText('Nothing so far.')).toBeTruthy();
  });

  it('is nothing while nothing fires, and says what would be here', async () => {
    await shown();
    expect(screen.getByText(/^Nothing is in alarm that goes along a route/)).toBeTruthy();
  });
});

function group(given: Partial<Group>): Group {
  const one = (alarm: string, name: string, more: object = {}) => ({
    ...{ alarm, since_ms: 0, reason: '', value: null, known: 'told' as const, held: '' as const },
    labels: { name },
    ...more,
  });
  return {
    ...{ key: 'k', project_id: 'p', place: 'routes[0]', contact_point: 'pager', labels: { team: 'web' } },
    ...{ told_ms: null, times: 0, next_ms: null, muted: '' },
    ...{ count: 4, new: 1, over: 0, silenced: 1, inhibited: 2 },
    alarms: [
      one('a-1', 'web is busy', { known: 'new' }),
      one('a-2', 'disk full', { held: 'silenced' }),
      one('a-2', 'disk full', { labels: { name: 'disk full', host: 'b' } }),
      one('a-1', 'web is busy', { labels: { name: 'web is busy', host: 'c' }, known: 'over' }),
    ],
    ...given,
  };
}

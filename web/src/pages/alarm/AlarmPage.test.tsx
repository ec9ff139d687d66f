// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import * as aodh from '../../api/aodh';
import { api } from '../../api/client';
import type { Schema } from '../../api/operations';
import { session, type Session } from '../../state/session';
import { navigate, path } from '../../state/url';
import { alarm, BUSY, past } from '../alarms/made';
import { RESOURCE } from '../alarms/rule';
import type { AlarmView } from '../alarms/states';
import AlarmPage from './AlarmPage';

vi.mock('../../charts/Chart', () => ({
  Chart: ({ name, levels }: { name: string; levels?: { label: string }[] }) => (
    <figure aria-label={name}>{levels?.map((each) => each.label).join()}</figure>
  ),
}));

let found: AlarmView;
let deliveries: Schema<'DeliveryView'>[] = [];
let seen = past();
let instances: Schema<'InstanceView'>[] = [];

beforeEach(() => {
  window.scrollTo = vi.fn();
  HTMLDialogElement.prototype.showModal = vi.fn();
  found = alarm('1', { name: 'busy', state: 'alarm', reason: 'too much' });
  deliveries = [];
  instances = [];
  seen = past();
  signedIn('member');
  vi.spyOn(api, 'get').mockImplementation((async (address: string) => {
    if (address === '/v1/alarms/{id}') return { alarm: found, instances, deliveries };
    if (address === '/v1/alarms/{id}/instances') return { instances, next: null };
    if (address === '/v1/alarms/{id}/past') return seen;
    if (address === '/v1/alarms/{id}/history') return { changes: [], next: null };
    if (address === '/v1/deliveries/{key}') return DELIVERED;
    if (address === '/v1/resources/{id}') return RESOURCE_FOUND;
    throw new Error(address);
  }) as unknown as typeof api.get);
});

afterEach(cleanup);

const RESOURCE_FOUND = {
  resource: { id: 'u-1', label: 'web-1', type: 'instance' },
  metrics: [{ id: 'm-1', name: 'cpu', unit: '%' }],
};
const WAITING: Schema<'DeliveryView'> = {
  key: 'k1',
  target: 'https://example.org/hook',
  state: 'alarm',
  progress: 'given up',
  attempts: 2,
  created_ms: 0,
  due_ms: null,
};
const DELIVERED: Schema<'DeliveryDetail'> = {
  delivery: WAITING,
  alarm: '1',
  body: { reason: 'too much' },
  attempts: [{ time_ms: 0, lasted_ms: 2.5, status: 500, error: 'said 500' }],
};

function signedIn(...roles: string[]): void {
  session.value = { sees_all: false, project: 'p', projects: [], roles } as unknown as Session;
}

async function shown(): Promise<void> {
  navigate('/alarms/1?from=now-6h', { replace: true });
  render(<AlarmPage params={{ id: '1' }} />);
  await answered();
}

async function answered(): Promise<void> {
  const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  for (let turn = 0; turn < 6; turn++) await act(moment);
}

const plain = (text: string | null): string => (text ?? '').replace(/\s/g, ' ');

it('the rule is told in words, with the name and the unit of what it watches, and a way there', async () => {
  await shown();
  expect(plain(document.querySelector('.rule-text')!.textContent)).toBe(
    'mean of cpu of instance web-1 > 80 % for 3 × 5 min',
  );
  expect(screen.getByText('instance web-1').getAttribute('href')).toBe('/resources/u-1?from=now-6h');
  const chart = screen.getByRole('figure', { name: 'mean of cpu of instance web-1' });
  expect(plain(chart.textContent)).toBe('threshold > 80 %');
  expect(document.title).toBe('busy · Nephoscope');
});

it('an alarm without data says what to do, once', async () => {
  const reason = 'No datapoint for granularity 60: archive policy low of metric cpu keeps 300 s, 3600 s';
  found = alarm('1', { state: 'insufficient data', reason });
  seen = past({ series: [{ rule: BUSY, labels: {}, threshold: 80, times_ms: [], values: [], missing: reason }] });
  await shown();
  expect(screen.getAllByText(/Edit the alarm and choose one of these/)).toHaveLength(1);
  expect(screen.getByText(/why that is so stands above/)).toBeTruthy();
});

it('what could not be decided is told apart from every state', async () => {
  found = alarm('1', { error: 'the engine is away' });
  await shown();
  expect(screen.getByRole('status').textContent).toContain('It could not be decided: the engine is away');
  expect(document.querySelector('.alarm-how .chip.good')).toBeNull();
});

it('each part of a composite rule has a chart, by the number by which reasons name it', async () => {
  const rules = ['a', 'b'].map((metric) => ({ type: RESOURCE, ...BUSY, metric }));
  found = alarm('1', { type: 'composite', rule: { and: rules }, threshold: null });
  const series = rules.map(({ type: _, ...rule }) => ({ ...past().series[0]!, rule }));
  seen = past({ series });
  await shown();
  expect(document.querySelector('.rule-text')!.textContent).toMatch(
    /^All of these:rule1: mean of a .*rule2: mean of b/,
  );
  const titles = screen.getAllByRole('heading', { level: 2 }).map((each) => each.textContent);
  expect(titles.slice(0, 2)).toEqual(['rule1: mean of a of instance web-1', 'rule2: mean of b of instance web-1']);
});

it('it is switched, set to a state and deleted, the last only when one is sure', async () => {
  const post = vi.spyOn(api, 'post').mockResolvedValue({ changed: 1 } as never);
  const set = vi.spyOn(aodh, 'setState').mockResolvedValue('ok');
  const remove = vi.spyOn(aodh, 'deleteAlarm').mockResolvedValue();
  await shown();
  fireEvent.click(screen.getByRole('button', { name: 'Switch off' }));
  await answered();
  expect(post.mock.lastCall).toEqual([
    '/v1/alarms/enabled',
    { body: { ids: ['1'], enabled: false }, project: undefined },
  ]);
  fireEvent.click(screen.getByRole('button', { name: 'Set state' }));
  fireEvent.click(screen.getByRole('button', { name: 'ok' }));
  await answered();
  expect(set).toHaveBeenCalledWith('1', 'ok', { project: undefined });
  fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
  expect(remove).not.toHaveBeenCalled();
  fireEvent.submit(document.querySelector('dialog form')!);
  await answered();
  expect(remove).toHaveBeenCalledWith('1', { project: undefined });
  expect(path.value).toBe('/alarms');
});

it('a notification shows its attempts, and is sent again', async () => {
  deliveries = [WAITING];
  const post = vi.spyOn(api, 'post').mockResolvedValue(DELIVERED as never);
  await shown();
  fireEvent.click(screen.getByRole('button', { name: /^Attempts/ }));
  await answered();
  expect(document.querySelector('dialog')!.textContent).toContain('said 500');
  expect(document.querySelector('dialog pre')!.textContent).toContain('"reason": "too much"');
  fireEvent.click(screen.getByRole('button', { name: /^Send again/ }));
  await answered();
  expect(post.mock.lastCall).toEqual(['/v1/deliveries/{key}/again', { path: { key: 'k1' }, project: undefined }]);
});

it('who may only look is offered nothing to change', async () => {
  deliveries = [WAITING];
  signedIn('reader');
  await shown();
  for (const name of ['Edit', 'Silence', 'Switch off', 'Set state', 'Delete']) {
    expect(screen.queryByRole('button', { name })).toBeNull();
    expect(screen.queryByRole('link', { name })).toBeNull();
  }
  expect(screen.getByRole('button', { name: /^Attempts/ })).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Send again/ })).toBeNull();
});

it('what it watches many of has a state each, what it waits for, and one line each', async () => {
  const waits = { beyond_since_ms: Date.now() - 60_000, cleared_since_ms: null, missing_since_ms: null };
  instances = ['a', 'b'].map((host, at) => ({
    labels: { host },
    state: at ? 'ok' : 'alarm',
    since_ms: 0,
    value: 7,
    reason: 'so',
    ...(at ? waits : { ...waits, beyond_since_ms: null }),
  }));
  const rule = { ...BUSY, across: 'mean', group_by: ['host'], compare: null };
  found = alarm('1', { type: 'series', rule, behaviour: { pending_s: 300 } });
  seen = past({ series: ['a', 'b'].map((host) => ({ ...past().series[0]!, rule, labels: { host } })) });
  await shown();
  expect(screen.getAllByRole('figure')).toHaveLength(1);
  const rows = [...document.querySelectorAll('[aria-label="Instances of this alarm"] tbody tr')];
  expect(rows.map((row) => plain(row.textContent))).toEqual([
    expect.stringMatching(/^host=aalarm/),
    expect.stringMatching(/^host=bok.*beyond for 1 min( \d+ s)? of 5 min/),
  ]);
  expect(screen.getByText(/fires once values are beyond the threshold for 5 min/)).toBeTruthy();
});

it('one that is silenced says until when, and leads to a silence and to its routes', async () => {
  found = alarm('1', { name: 'busy', silenced_until_ms: Date.now() + 60_000 });
  await shown();
  expect(document.querySelector('.alarm-how')!.textContent).toContain('silenced until');
  const link = new URL(screen.getByRole('link', { name: 'Silence' }).getAttribute('href')!, 'http://x');
  expect([link.pathname, link.searchParams.get('match')]).toEqual(['/silences', 'alarm_id="1"']);
  expect(screen.getByRole('link', { name: 'Its routes' }).getAttribute('href')).toBe('/routing?from=now-6h&alarm=1');
});

it('what a silence holds back is in the list of notifications', async () => {
  deliveries = [{ ...WAITING, progress: 'silenced' }];
  await shown();
  expect(screen.getByText('silenced')).toBeTruthy();
  expect(screen.getByText(/what a silence holds back is sent when it ends/)).toBeTruthy();
});

// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { row } from '../resources/made';
import { drawnOf, grouped, titleOf, type MetricOfResource } from './groups';
import { byStation } from './Journey';
import { labelled, NO_PARTS, pointerTo, shortName, wholeOf } from './parts';
import { stepsOf, type Revision } from './revisions';

function metric(name: string, unit: string | null, rate = false): MetricOfResource {
  const kind = rate ? 'cumulative' : 'gauge';
  return { id: name, name, unit, kind, rate, policy: 'low', granularities_s: [60], methods: ['mean'], latest: null };
}

const METRICS = [
  metric('uptime', 's'),
  metric('net.in', 'B', true),
  metric('net.out', 'B', true),
  metric('cpu_util', '%'),
];
const all = (metrics: MetricOfResource[]) => labelled({ resource: row('r'), metrics }, NO_PARTS);

it('there is one chart a unit, the most telling first', () => {
  const groups = grouped(drawnOf(all(METRICS), false));
  expect(groups.map((group) => [group.title, group.metrics.map((each) => each.label)])).toEqual([
    ['cpu_util', ['cpu_util']],
    ['Bytes per second', ['net.in', 'net.out']],
    ['uptime', ['uptime']],
  ]);
  expect(groups[1]!.counters).toBe(2);
});

it('counters as they count have their own unit', () => {
  expect(grouped(drawnOf(all(METRICS), true)).map((group) => group.unit)).toEqual(['%', 'B', 's']);
});

it.each([
  ['request/s', 'Requests per second'],
  ['process', 'Processes'],
  ['', 'Numbers'],
  ['%', 'Percent'],
])('several metrics in %s are called %s', (unit, title) => {
  expect(titleOf(unit, [{ label: 'a' }, { label: 'b' }])).toBe(title);
});

it('metrics of parts bear the name of their part only where one would not know which', () => {
  const disk = (name: string) => ({ resource: row(name, { label: `web.${name}` }), metrics: [metric('read', 'B')] });
  const whole = { resource: row('web'), metrics: [metric('cpu', '%')] };
  const labels = (detailed: ReturnType<typeof disk>[]) =>
    labelled(whole, { all: [], detailed }).map((each) => each.label);
  expect(labels([disk('vda')])).toEqual(['cpu', 'read']);
  expect(labels([disk('vda'), disk('vdb')])).toEqual(['cpu', 'vda read', 'vdb read']);
});

it('parts point to their instance or their host', () => {
  expect(pointerTo(row('h1', { type: 'host' }))).toBe('host=h1');
  expect(pointerTo(row('i1'))).toBe('instance_id=i1');
  expect(shortName({ label: 'h1.disk.vda' }, 'h1')).toBe('disk.vda');
});

it('an instance runs on a host, which only some may see', () => {
  const instance = row('i1', { attributes: { host: 'h1' } });
  expect(wholeOf(instance, false)).toEqual({ word: 'Runs on', name: 'h1', visible: false });
  expect(wholeOf(instance, true)?.visible).toBe(true);
  expect(wholeOf(row('h1', { type: 'host', attributes: { host: 'h1' } }), true)).toBeNull();
  expect(wholeOf(row('d1', { attributes: { instance_id: 'i1', host: 'h1' } }), false)?.name).toBe('i1');
});

function revision(start_ms: number, attributes: Revision['attributes'], ended_ms: number | null = null): Revision {
  return { start_ms, end_ms: null, attributes, project_id: 'p', user_id: null, ended_ms };
}

it('the history says what changed from what to what', () => {
  const steps = stepsOf(
    [revision(30, { host: 'b' }, 30), revision(20, { host: 'b' }), revision(10, { host: 'a', rack: 'r1' })],
    true,
  );
  expect(steps.map((step) => [step.time_ms, step.kind])).toEqual([
    [30, 'ended'],
    [20, 'changed'],
    [10, 'first'],
  ]);
  expect(steps[1]!.changes).toEqual([
    { field: 'host', from: 'a', to: 'b' },
    { field: 'rack', from: 'r1', to: null },
  ]);
});

it('of the oldest revision known nothing is said while there are earlier ones', () => {
  expect(stepsOf([revision(20, { host: 'b' }), revision(10, { host: 'a' })], false)).toHaveLength(1);
});

it('stops of one station stand together, what is not good first', () => {
  const stop = (station: string, good: boolean) => ({ station, good, found: `${good}`, advice: '' });
  expect(byStation([stop('index', true), stop('store', true), stop('store', false)])).toEqual([
    { station: 'index', stops: [stop('index', true)] },
    { station: 'store', stops: [stop('store', false), stop('store', true)] },
  ]);
});

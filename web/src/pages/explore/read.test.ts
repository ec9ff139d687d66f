// SPDX-License-Identifier: Apache-2.0

import { expect, test } from 'vitest';

import { gapOf, labelsOf, linesOf, withoutHidden, type Explored, type Read } from './read';

const named = (metric: string, name: string, label: string | null) => ({
  metric,
  name,
  resource: label ? { label } : null,
});

test('lines are called by what tells them apart', () => {
  expect(labelsOf([named('1', 'cpu', 'web-1'), named('2', 'cpu', 'web-2')])).toEqual(['web-1', 'web-2']);
  expect(labelsOf([named('1', 'cpu', 'web-1'), named('2', 'memory', 'web-1')])).toEqual(['cpu', 'memory']);
  expect(labelsOf([named('1', 'cpu', 'web-1'), named('2', 'memory', 'web-2')])).toEqual([
    'web-1 · cpu',
    'web-2 · memory',
  ]);
  expect(labelsOf([named('1', 'cpu', 'web-1')])).toEqual(['web-1 · cpu']);
  expect(labelsOf([named('1', 'cpu', null)])).toEqual(['cpu']);
});

const read = (times_ms: number[], values: number[]): Read => ({
  series: [{ key: 'a', label: 'web-1', unit: '%', resource: null, name: 'cpu', times_ms, values }],
  granularity_s: 60,
  downsampled: false,
  notes: [],
});
const explored: Explored = {
  now: read([100, 160], [1, 2]),
  earlier: read([40, 100], [3, 4]),
  offset_ms: 60,
  span: { start_ms: 100, stop_ms: 200 },
};

test('the earlier period lies above the present one, in its colour and told apart by name', () => {
  const [now, before] = linesOf(explored, '1d');
  expect(now).toMatchObject({ key: 'a', label: 'web-1', times_ms: [100, 160] });
  expect(before).toMatchObject({ label: 'web-1 (1d earlier)', times_ms: [100, 160], values: [3, 4], earlierOf: 'a' });
  expect(before!.key).not.toBe(now!.key);
});

test('a hidden line keeps its place and name, but has no points', () => {
  const lines = linesOf(explored, '1d');
  const drawn = withoutHidden(lines, new Set(['a']));
  expect(drawn.map((each) => [each.key, each.values.length])).toEqual([
    ['a', 0],
    [lines[1]!.key, 2],
  ]);
  expect(withoutHidden(lines, new Set())).toBe(lines);
});

test('gaps are judged by the granularity, unless points were left out', () => {
  expect(gapOf(explored)).toBe(90_000);
  expect(gapOf({ ...explored, now: { ...explored.now, downsampled: true } })).toBeUndefined();
});

// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { chartCsv, rowsOf } from './ChartTable';
import { align, isDense, ownValue, stack, statistics, strokePlaces, summary, type Line } from './line';
import { show } from './units';

function line(key: string, times_ms: number[], values: (number | null)[], unit: string | null = '%'): Line {
  return { key, label: key, unit, times_ms, values };
}

it('statistics leave out what is missing', () => {
  expect(statistics(line('a', [1, 2, 3, 4], [4, null, 1, null]))).toEqual({
    min: 1,
    mean: 2.5,
    max: 4,
    last: 1,
    points: 2,
  });
  expect(statistics(line('a', [1], [null])).last).toBeNull();
});

it('lines with the same times share them, in seconds', () => {
  const data = align([line('a', [1000, 2000], [1, 2]), line('b', [1000, 2000], [3, null])]);
  expect(data).toEqual([
    [1, 2],
    [1, 2],
    [3, null],
  ]);
});

it('a gap is a gap, as wide as it is', () => {
  const [times, values] = align([line('a', [1000, 2000, 9000], [1, 2, 3])], 1500);
  expect(times).toEqual([1, 2, 2.001, 9]);
  expect(values).toEqual([1, 2, null, 3]);
});

it('without a known step, three usual distances are a gap', () => {
  const times = [0, 10, 20, 30, 70, 80].map((each) => each * 1000);
  const [, values] = align([line('a', times, [1, 2, 3, 4, 5, 6])]);
  expect(values).toEqual([1, 2, 3, 4, null, 5, 6]);
});

it('a time that only another line has is no gap', () => {
  const data = align([line('a', [1000, 3000], [1, 3]), line('b', [2000], [2])], 10_000);
  expect(data).toEqual([
    [1, 2, 3],
    [1, undefined, 3],
    [undefined, 2, undefined],
  ]);
});

it('no lines are no times', () => {
  expect(align([])).toEqual([[]]);
});

it('what a chart shows can be said', () => {
  const told = summary('CPU', [line('web-1', [1, 2], [10, 30])], (value, unit) =>
    show(value, unit).replace('\u202f', ' '),
  );
  expect(told).toBe('CPU: one line. web-1 from 10 % to 30 %, last 30 %.');
  expect(summary('CPU', [line('web-1', [], [])], show)).toBe('CPU: no points.');
});

it('the table has a row for each time of any line', () => {
  expect(rowsOf([line('a', [1000, 3000], [1, 3]), line('b', [2000], [2])])).toEqual([
    { time_ms: 1000, values: [1, null] },
    { time_ms: 2000, values: [null, 2] },
    { time_ms: 3000, values: [3, null] },
  ]);
});

it('the file has both times, all digits and the units', () => {
  const text = chartCsv([line('a', [1_795_352_699_000], [0.123456789], 'B/s')], 'Europe/Berlin');
  expect(text).toBe(
    'time Europe/Berlin,time UTC,a (B/s)\r\n2026-11-22 14:04:59,2026-11-22T13:04:59.000Z,0.123456789\r\n',
  );
});

it('an earlier period has the stroke of its present one, wherever it stands', () => {
  const past = (key: string): Line => ({ ...line(`${key} earlier`, [], []), earlierOf: key });
  const lines = [line('a', [], []), line('b', [], []), past('b'), past('a'), past('gone')];
  expect(strokePlaces(lines)).toEqual([0, 1, 1, 0, 4]);
});

it('lines with more points than dashes can show are dense', () => {
  expect([2000, 2001].map((count) => isDense({ values: Array<number>(count).fill(1) }))).toEqual([false, true]);
});

it('bars stand upon those of the lines that follow, and each still tells its own value', () => {
  const bars = (key: string, values: number[]): Line => ({ ...line(key, [1000, 2000], values), stacked: true });
  const lines = [bars('a', [5, 0]), bars('b', [2, 3]), bars('c', [0, 1])];
  const data = stack(align(lines));
  expect(data).toEqual([
    [1, 2],
    [7, 4],
    [2, 4],
    [0, 1],
  ]);
  const own = lines.map((each, at) => [0, 1].map((place) => ownValue(each, data, at + 1, place)));
  expect(own).toEqual([
    [5, null],
    [2, 3],
    [null, 1],
  ]);
  expect(ownValue(line('a', [1000], [0]), [[1], [0]], 1, 0)).toBe(0);
});

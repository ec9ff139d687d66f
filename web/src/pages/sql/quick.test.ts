// SPDX-License-Identifier: Apache-2.0

import { expect, test } from 'vitest';

import { LINES_MAX, quickChart, splitters, usualSplit } from './quick';

const columns = [
  { name: 'at', type: "DateTime64(9, 'UTC')" },
  { name: 'resource', type: 'LowCardinality(String)' },
  { name: 'mean', type: 'Nullable(Float64)' },
  { name: 'unit', type: 'String' },
];
const FIRST = '2026-01-01T00:00:00.000000000Z';
const SECOND = '2026-01-01T00:01:00.000000000Z';

test('rows become one line for each text, in the order of time and with their unit', () => {
  const rows = [
    [SECOND, 'web-1', 2, '%'],
    [FIRST, 'web-1', 1, '%'],
    [FIRST, 'web-2', null, '%'],
  ];
  const quick = quickChart({ columns, rows }, ['resource'])!;
  expect(quick.lines.map((each) => [each.label, each.unit, each.values])).toEqual([
    ['web-1', '%', [1, 2]],
    ['web-2', '%', [null]],
  ]);
  expect(quick.lines[0]!.times_ms).toEqual([Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1, 0, 1)]);
  expect(quick.span).toEqual({ start_ms: Date.UTC(2026, 0, 1), stop_ms: Date.UTC(2026, 0, 1, 0, 1) });
});

test('lines are split only where one line would have two values at a time', () => {
  expect(splitters({ columns })).toEqual(['resource']);
  expect(
    usualSplit({
      columns,
      rows: [
        [FIRST, 'a', 1, ''],
        [FIRST, 'b', 2, ''],
      ],
    }),
  ).toEqual(['resource']);
  expect(
    usualSplit({
      columns,
      rows: [
        [FIRST, 'a', 1, ''],
        [SECOND, 'b', 2, ''],
      ],
    }),
  ).toEqual([]);
});

test('several columns of numbers are several lines; decimals come as texts', () => {
  const wide = [columns[0]!, { name: 'low', type: 'Decimal(9, 2)' }, { name: 'high', type: 'UInt64' }];
  const { lines } = quickChart({ columns: wide, rows: [[FIRST, '1.25', 3]] }, [])!;
  expect(lines.map((each) => [each.label, each.values])).toEqual([
    ['low', [1.25]],
    ['high', [3]],
  ]);
});

test('without times, numbers or rows there is no chart', () => {
  expect(quickChart({ columns: columns.slice(1), rows: [['a', 1, '']] }, [])).toBeNull();
  expect(quickChart({ columns: columns.slice(0, 2), rows: [[FIRST, 'a']] }, [])).toBeNull();
  expect(quickChart({ columns, rows: [] }, [])).toBeNull();
});

test('more lines than can be told apart are left out and counted', () => {
  const rows = Array.from({ length: LINES_MAX + 7 }, (_, at) => [FIRST, `r${at}`, at, '']);
  const quick = quickChart({ columns, rows }, ['resource'])!;
  expect([quick.lines.length, quick.left]).toEqual([LINES_MAX, 7]);
});

// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { listCsv, listJson, metricsOf } from './export';
import { row, series } from './made';
import { byResource, mainOf } from './newest';

const ROWS = [
  row('a', { label: 'web, one', started_ms: 1_700_000_000_000, attributes: { host: 'h1', cores: 4 } }),
  row('b'),
];
const NEWEST = byResource(
  ['a', 'b'],
  [series('a', 'cpu_util', 12.5), series('a', 'memory.usage', 7, { unit: 'MB' })],
);

it('the file has the columns shown, units beside values, times in UTC', () => {
  const lines = listCsv(ROWS, ['name', 'started', 'a.host', 'm.cpu_util'], NEWEST).split('\r\n');
  expect(lines).toEqual([
    'Id,Name,Since,host,cpu_util,cpu_util unit',
    'a,"web, one",2023-11-14T22:13:20.000Z,h1,12.5,%',
    'b,b,1970-01-01T00:00:00.000Z,,,',
    '',
  ]);
});

it('the main metric is the most telling one that there is', () => {
  expect(mainOf(NEWEST.get('a'))?.name).toBe('cpu_util');
  expect(mainOf(NEWEST.get('b'))).toBeUndefined();
  expect(listCsv(ROWS, ['main'], NEWEST)).toContain('a,12.5,%');
});

it('JSON has everything of a resource and the newest values', () => {
  const [first, second] = JSON.parse(listJson(ROWS, NEWEST)) as { attributes: object; latest: object }[];
  expect(first).toMatchObject({
    attributes: { host: 'h1', cores: 4 },
    latest: { cpu_util: { time_ms: 60_000, value: 12.5, unit: '%' } },
  });
  expect(second!.latest).toEqual({});
});

it('only metrics that a column shows are asked for', () => {
  expect(metricsOf(['name', 'a.host', 'm.cpu_util', 'm.cpu_util'])).toEqual(['cpu_util']);
  expect(metricsOf(['main'])).toContain('cpu.util');
});

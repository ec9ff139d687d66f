// SPDX-License-Identifier: Apache-2.0

import { expect, test } from 'vitest';

import { asksNothing, METRICS_MAX, offsetOf, queryBody, seriesBody, wishOf } from './wish';

const SPAN = { start_ms: Date.UTC(2026, 2, 29, 10), stop_ms: Date.UTC(2026, 2, 29, 12) };
const DAY_MS = 86_400_000;

test('the address says everything that is asked for', () => {
  const address = 'metric=a&metric=b&metric=a&method=max&counters=raw&granularity=60&compare=1d';
  const wish = wishOf(new URLSearchParams(address));
  expect(wish).toMatchObject({ mode: 'metrics', metrics: ['a', 'b'], method: 'max', raw: true, compare: '1d' });
  expect(seriesBody(wish, SPAN)).toEqual({
    metrics: ['a', 'b'],
    method: 'max',
    granularity_s: 60,
    start: '2026-03-29T10:00:00.000Z',
    stop: '2026-03-29T12:00:00.000Z',
    points: 2000,
    rate: false,
  });
});

test('an expression is asked with the resources that it is about', () => {
  const address = 'expr= (metric cpu mean)&type=host&search=os%3D1&group=host&group=os&detail=all';
  const wish = wishOf(new URLSearchParams(address));
  expect(queryBody(wish, SPAN)).toMatchObject({
    operations: '(metric cpu mean)',
    resource_type: 'host',
    search: 'os=1',
    groupby: ['host', 'os'],
    granularity_s: null,
    points: 100_000,
  });
});

test('nonsense in the address asks for what is usual', () => {
  const wish = wishOf(new URLSearchParams('granularity=-5&detail=everything&metric=a'));
  expect(wish).toMatchObject({ granularity_s: null, detail: 'screen', method: 'mean', raw: false, compare: '' });
  expect(seriesBody(wish, SPAN).rate).toBeNull();
});

test('all points of many metrics stay within what the server gives in all', () => {
  const ids = Array.from({ length: 150 }, (_, at) => ['metric', String(at)]);
  const wish = wishOf(new URLSearchParams([...ids, ['detail', 'all']]));
  expect(wish.metrics).toHaveLength(METRICS_MAX);
  expect(seriesBody(wish, SPAN).points).toBe(10_000);
});

test('nothing is asked until there is a metric or an expression', () => {
  expect(asksNothing(wishOf(new URLSearchParams('')))).toBe(true);
  expect(asksNothing(wishOf(new URLSearchParams('by=expression&metric=a')))).toBe(true);
  expect(asksNothing(wishOf(new URLSearchParams('expr=(metric a mean)')))).toBe(false);
});

test('an earlier period lies as far back as it says, by the calendar of the zone', () => {
  expect(offsetOf('1d', SPAN, 'UTC')).toBe(DAY_MS);
  // On this day clocks in Berlin went forward: the same hour of the day before is 23 hours away.
  expect(offsetOf('1d', SPAN, 'Europe/Berlin')).toBe(DAY_MS - 3_600_000);
  expect(offsetOf('90m', SPAN, 'UTC')).toBe(5_400_000);
});

test.each(['', 'yesterday', '0d', '-1d', 'd'])('%j is no earlier period', (text) => {
  expect(offsetOf(text, SPAN, 'UTC')).toBeNull();
});

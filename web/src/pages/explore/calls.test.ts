// SPDX-License-Identifier: Apache-2.0

import { expect, test } from 'vitest';

import { gnocchiBody, gnocchiCall, nativeCall, sqlOf } from './calls';
import { wishOf } from './wish';

const SPAN = { start_ms: Date.UTC(2026, 0, 1), stop_ms: Date.UTC(2026, 0, 2) };
const ORIGIN = 'https://cloud.example';
const wish = (address: string) => wishOf(new URLSearchParams(address));

test('picked metrics become one Gnocchi operation', () => {
  expect(gnocchiBody(wish('metric=a&metric=b&method=max'))).toEqual({ operations: '(metric (a max) (b max))' });
});

test('names are searched for among resources, ids are not', () => {
  expect(gnocchiBody(wish('expr=(metric cpu mean)&type=host&search=os%3D1'))).toEqual({
    operations: '(metric cpu mean)',
    resource_type: 'host',
    search: 'os=1',
  });
  expect(gnocchiBody(wish('expr=(metric cpu mean)'))).toMatchObject({ resource_type: 'generic', search: {} });
  const byId = '(metric 00000000-0000-4000-8000-000000000001 mean)';
  expect(gnocchiBody(wish(`expr=${byId}`))).toEqual({ operations: byId });
});

test('the Gnocchi call has range, granularity and groups in its address', () => {
  const call = gnocchiCall(wish('expr=(metric cpu mean)&granularity=60&group=host&group=os'), SPAN, ORIGIN);
  const address = new URL(/'(https:[^']+)'/.exec(call)![1]!);
  expect(address.pathname).toBe('/gnocchi/v1/aggregates');
  expect(address.searchParams.get('start')).toBe('2026-01-01T00:00:00.000Z');
  expect(address.searchParams.get('granularity')).toBe('60');
  expect(address.searchParams.getAll('groupby')).toEqual(['host', 'os']);
});

test('quotes do not end the words of a command', () => {
  const call = nativeCall(wish(`expr=(metric cpu mean)&search=${encodeURIComponent("host = 'web1'")}`), SPAN, ORIGIN);
  expect(call).toContain(`host = '\\''web1'\\''`);
  expect(call).toContain(`'${ORIGIN}/api/v1/query'`);
});

test('the statement reads the measures of just these metrics in the range of the page', () => {
  expect(sqlOf(['a', 'b'])).toContain("WHERE metric_id IN ('a', 'b')\n  AND time >= $from AND time < $to");
});

// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { BUSY, MINUTE_MS, NOON, past } from './made';
import { bandsOf, spentIn, within } from './past';
import { leavesOf, RESOURCE } from './rule';

const HOUR: { start_ms: number; stop_ms: number } = { start_ms: NOON - 60 * MINUTE_MS, stop_ms: NOON };
const moved = (minute: number, state: 'ok' | 'alarm') => ({ time_ms: NOON - minute * MINUTE_MS, state, reason: '' });
const minutes = (bands: ReturnType<typeof bandsOf>) =>
  bands.map(({ start_ms, stop_ms, label }) => [(start_ms - NOON) / MINUTE_MS, (stop_ms - NOON) / MINUTE_MS, label]);

it('states follow each other without a gap, up to now', () => {
  const found = bandsOf(past({ transitions: [moved(30, 'alarm'), moved(10, 'ok')] }), HOUR, NOON - 5 * MINUTE_MS);
  expect(minutes(found)).toEqual([
    [-60, -30, 'state: ok'],
    [-30, -10, 'state: alarm'],
    [-10, -5, 'state: ok'],
  ]);
  expect(spentIn(found)).toEqual([
    { state: 'alarm', ms: 20 * MINUTE_MS },
    { state: 'ok', ms: 35 * MINUTE_MS },
  ]);
});

it('before an alarm was made it was in no state', () => {
  const found = bandsOf(past({ made_ms: NOON - 20 * MINUTE_MS, before: 'insufficient data' }), HOUR, NOON);
  expect(minutes(found)).toEqual([[-20, 0, 'state: insufficient data']]);
});

it('of a range that is too long for the server its newest part is asked for', () => {
  const leaves = leavesOf(RESOURCE, BUSY);
  expect(within(HOUR, leaves, NOON)).toBe(HOUR);
  const year = { start_ms: NOON - 365 * 24 * 60 * MINUTE_MS, stop_ms: NOON };
  expect(within(year, leaves, NOON)).toEqual({ start_ms: NOON - 19_999 * MINUTE_MS, stop_ms: NOON });
  const fine = leavesOf(RESOURCE, { ...BUSY, granularity: 1 });
  expect(within(year, fine, NOON).start_ms).toBe(NOON - 19_999_000);
  expect(within(year, leavesOf('event', {}), NOON)).toBe(year);
  const recent = leavesOf('composite', { or: [{ type: 'event', within_s: 60 }] });
  expect(within(year, recent, NOON).start_ms).toBe(NOON - 30 * 19_999_000);
});

// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import {
  isLive,
  keepFresh,
  now,
  range,
  rangeIsGood,
  setRange,
  setRefresh,
  shift,
  span,
  zoomIn,
  zoomOut,
  zoomTo,
} from './time';
import { navigate, params } from './url';

const NOON = Date.UTC(2026, 10, 18, 12);
const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  window.scrollTo = vi.fn();
  navigate('/overview?tz=UTC', { replace: true });
  now.value = NOON;
});

afterEach(() => vi.useRealTimers());

it('an hour is shown where nothing else is asked', () => {
  expect(span.value).toEqual({ start_ms: NOON - HOUR, stop_ms: NOON });
  expect(isLive.value).toBe(true);
});

it('an unreadable range is told, and the usual one shown', () => {
  navigate('/overview?tz=UTC&from=whenever', { replace: true });
  expect(rangeIsGood.value).toBe(false);
  expect(span.value.stop_ms - span.value.start_ms).toBe(HOUR);
});

it('zooming goes to exact times and stands in the address', () => {
  zoomTo({ start_ms: NOON - 10 * 60_000, stop_ms: NOON - 20 * 60_000 });
  expect(range.value).toEqual({ from: '2026-11-18T11:40:00Z', to: '2026-11-18T11:50:00Z' });
  expect(isLive.value).toBe(false);
});

it('zooming out doubles, and goes no further than now', () => {
  zoomOut();
  expect(span.value).toEqual({ start_ms: NOON - 2 * HOUR, stop_ms: NOON });
});

it('zooming in halves around the middle', () => {
  zoomIn();
  expect(span.value).toEqual({ start_ms: NOON - 0.75 * HOUR, stop_ms: NOON - 0.25 * HOUR });
});

it('shifting moves by half the range', () => {
  shift(-1);
  expect(span.value).toEqual({ start_ms: NOON - 1.5 * HOUR, stop_ms: NOON - 0.5 * HOUR });
});

it('refreshing moves now, rests in a hidden tab, and catches up', () => {
  setRefresh(10);
  const end = keepFresh();
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(false);
  vi.advanceTimersByTime(20_000);
  expect(span.value.stop_ms).toBe(NOON + 20_000);
  hidden.mockReturnValue(true);
  vi.advanceTimersByTime(60_000);
  expect(span.value.stop_ms).toBe(NOON + 20_000);
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event('visibilitychange'));
  expect(span.value.stop_ms).toBe(NOON + 80_000);
  end();
  vi.advanceTimersByTime(60_000);
  expect(span.value.stop_ms).toBe(NOON + 80_000);
});

it('another range keeps the rest of the address', () => {
  setRange({ from: 'now-7d', to: 'now' });
  expect(params.value.get('tz')).toBe('UTC');
  expect(span.value.stop_ms - span.value.start_ms).toBe(7 * 24 * HOUR);
});

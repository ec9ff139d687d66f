// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import { absolute, instant, readRange, showSpan } from './moment';

const NOON = Date.UTC(2026, 10, 18, 12, 0, 0); // a Wednesday
const at = (text: string, zone = 'UTC', now = NOON): string | null => {
  const found = instant(text, now, zone);
  return found === null ? null : absolute(found);
};

describe('a moment', () => {
  it.each([
    ['now', '2026-11-18T12:00:00Z'],
    ['now-6h', '2026-11-18T06:00:00Z'],
    ['now-1d12h', null],
    ['now-1d-12h', '2026-11-17T00:00:00Z'],
    ['now+30m', '2026-11-18T12:30:00Z'],
    ['now-1.5h', '2026-11-18T10:30:00Z'],
    ['now/d', '2026-11-18T00:00:00Z'],
    ['now-1d/d', '2026-11-17T00:00:00Z'],
    ['now/w', '2026-11-16T00:00:00Z'],
    ['now-1M/M', '2026-10-01T00:00:00Z'],
    ['now/y', '2026-01-01T00:00:00Z'],
    ['3 days ago', '2026-11-15T12:00:00Z'],
    ['yesterday', '2026-11-17T00:00:00Z'],
    ['10:30', '2026-11-18T10:30:00Z'],
    ['2026-11-01', '2026-11-01T00:00:00Z'],
    ['2026-11-01 08:15', '2026-11-01T08:15:00Z'],
    ['2026-11-01T08:15:30.250Z', '2026-11-01T08:15:30.250Z'],
    ['2026-11-01T08:15:30+02:00', '2026-11-01T06:15:30Z'],
    ['1795352699', '2026-11-22T13:04:59Z'],
    ['1795352699936', '2026-11-22T13:04:59.936Z'],
    ['2026-02-31', null],
    ['2026-11-01 25:00', null],
    ['soon', null],
    ['', null],
  ])('%s is %s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it('is read in the zone of the page', () => {
    expect(at('2026-07-01 08:00', 'Europe/Berlin')).toBe('2026-07-01T06:00:00Z');
    expect(at('2026-12-01 08:00', 'Europe/Berlin')).toBe('2026-12-01T07:00:00Z');
    expect(at('now/d', 'Asia/Kolkata')).toBe('2026-11-17T18:30:00Z');
  });

  it('a day before is the same hour, across a change of daylight saving too', () => {
    const afterChange = Date.UTC(2026, 9, 25, 11); // 12:00 in Berlin, the day when summer ended
    expect(at('now-1d', 'Europe/Berlin', afterChange)).toBe('2026-10-24T10:00:00Z');
    expect(at('now-24h', 'Europe/Berlin', afterChange)).toBe('2026-10-24T11:00:00Z');
  });

  it('a month before the 31st is the last day of the month', () => {
    expect(at('now-1M', 'UTC', Date.UTC(2026, 2, 31))).toBe('2026-02-28T00:00:00Z');
  });
});

describe('a range', () => {
  it.each([
    ['6h', 'now-6h', 'now'],
    ['last 90 minutes', 'now-90m', 'now'],
    ['past 2 days', 'now-2d', 'now'],
    ['1 h 30 min', 'now-1h-30m', 'now'],
    ['3M', 'now-3M', 'now'],
    ['yesterday', 'now-1d/d', 'now/d'],
    ['Last Week', 'now-1w/w', 'now/w'],
    ['now-2d to now-1d', 'now-2d', 'now-1d'],
    ['2 days ago to now', 'now-2d', 'now'],
    ['2026-11-01 10:00 to 2026-11-01 12:00', '2026-11-01T10:00:00Z', '2026-11-01T12:00:00Z'],
    ['2026-11-01 10:00 - 2026-11-01 12:00', '2026-11-01T10:00:00Z', '2026-11-01T12:00:00Z'],
    ['10:00..12:00', '2026-11-18T10:00:00Z', '2026-11-18T12:00:00Z'],
    ['2026-11-01', '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'],
    ['2026-11-01 10:00', '2026-11-01T10:00:00Z', 'now'],
  ])('%s', (text, from, to) => {
    expect(readRange(text, NOON, 'UTC')).toEqual({ from, to });
  });

  it.each(['', 'often', '6 parsecs', 'now-1h to whenever', 'a to b to c'])('%s cannot be read', (text) => {
    expect(readRange(text, NOON, 'UTC')).toBeNull();
  });
});

it.each([
  [90 * 60_000, '1 h 30 min'],
  [86_400_000 * 3 + 60_000, '3 d 1 min'],
  [45_000, '45 s'],
  [250, '250 ms'],
])('%d ms is %s', (ms, text) => {
  expect(showSpan(ms)).toBe(text);
});

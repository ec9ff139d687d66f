// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { instantOf, isZone, offsetMs, showClock, showOffset, showTime, zones } from './zone';

const BERLIN = 'Europe/Berlin';

it('times are written in a zone', () => {
  const ms = Date.UTC(2026, 6, 1, 22, 5, 9);
  expect(showTime(ms, 'UTC')).toBe('2026-07-01 22:05:09');
  expect(showTime(ms, BERLIN)).toBe('2026-07-02 00:05:09');
  expect(showTime(ms + 7, 'UTC')).toBe('2026-07-01 22:05:09.007');
  expect(showClock(ms, false, 'Asia/Kolkata')).toBe('03:35');
});

it('offsets follow daylight saving', () => {
  expect(showOffset(Date.UTC(2026, 6, 1), BERLIN)).toBe('UTC+02:00');
  expect(showOffset(Date.UTC(2026, 11, 1), BERLIN)).toBe('UTC+01:00');
  expect(showOffset(0, 'America/St_Johns')).toBe('UTC-03:30');
  expect(offsetMs(Date.UTC(2026, 0, 1), 'UTC')).toBe(0);
});

it.each(['UTC', BERLIN, 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia'])(
  'what a clock of %s shows leads back to the instant',
  (zone) => {
    for (let hour = 0; hour < 24 * 400; hour += 7) {
      const ms = Date.UTC(2026, 0, 1) + hour * 3_600_000;
      const [day, clock] = showTime(ms, zone).split(' ') as [string, string];
      const [year, month, date] = day.split('-').map(Number) as [number, number, number];
      const [h, minute, second] = clock.split(':').map(Number) as [number, number, number];
      const back = instantOf({ year, month, day: date, hour: h, minute, second }, zone);
      // An hour that comes twice leads to one of the two.
      expect(showTime(back, zone)).toBe(showTime(ms, zone));
    }
  },
);

it('the first of the hour that comes twice is meant', () => {
  const wall = { year: 2026, month: 10, day: 25, hour: 2, minute: 30 };
  expect(instantOf(wall, BERLIN)).toBe(Date.UTC(2026, 9, 25, 0, 30));
});

it('in the hour that is left out the clock is taken to run on', () => {
  const wall = { year: 2026, month: 3, day: 29, hour: 2, minute: 30 };
  expect(showTime(instantOf(wall, BERLIN), BERLIN)).toBe('2026-03-29 03:30:00');
});

it('knows which zones there are', () => {
  expect(isZone('Europe/Berlin')).toBe(true);
  expect(isZone('Mars/Olympus')).toBe(false);
  expect(zones()[0]).toBe('UTC');
});

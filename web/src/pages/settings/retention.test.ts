// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import { keptText, pointsOf, secondsOf } from './retention';

const FINE = { granularity_s: 60, points: 1440, timespan_s: 86_400 };
const COARSE = { granularity_s: 3600, points: 720, timespan_s: 2_592_000 };

describe('what a policy costs', () => {
  it('counts raw points of the finest line, and one a method of coarser ones', () => {
    expect(pointsOf({ definition: [COARSE, FINE], methods: ['mean', 'max'] })).toBe(1440 + 2 * 720);
  });

  it('is unknown where a line is kept for ever', () => {
    const forEver = { granularity_s: 60, points: null, timespan_s: null };
    expect(pointsOf({ definition: [forEver], methods: ['mean'] })).toBeNull();
    expect(keptText(forEver)).toMatch(/for ever$/);
  });
});

describe('spans as people write them', () => {
  it.each([
    ['300', 300],
    ['5 min', 300],
    ['90s', 90],
    ['1.5 h', 5400],
    ['30 d', 2_592_000],
  ])('%s is %d seconds', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  it.each(['', 'soon', '-5 min', '0', '5 parsecs', '1e9999'])('%s is none', (text) => {
    expect(secondsOf(text)).toBeNull();
  });
});

// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { lonely, spread } from './points';

const full = (count: number): number[] => Array<number>(count).fill(1);

it('points between two gaps are found, those in a row are not', () => {
  expect(lonely([1, null, 2, 3, null, 4])).toEqual([0, 5]);
  expect(lonely([null, 1, undefined, null, 2, undefined, 3])).toEqual([1]);
});

it('marks are spread evenly over what is in sight, and differ from line to line', () => {
  expect(spread(full(8000), 0, 7999, 0)).toHaveLength(8);
  expect(spread(full(8000), 0, 7999, 0)).not.toEqual(spread(full(8000), 0, 7999, 1));
  expect(spread(full(8000), 4000, 4080, 1).every((at) => at >= 4000 && at <= 4080)).toBe(true);
});

it('marks are on points that have a value', () => {
  const values = full(800).map((value, at) => (at % 10 ? null : value));
  expect(spread(values, 0, 799, 1).every((at) => values[at] !== null)).toBe(true);
  expect(spread([null, undefined, null], 0, 2, 0)).toEqual([]);
});

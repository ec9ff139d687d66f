// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { compareTexts, sorted, type Cellular } from './order';

const itself = (row: Cellular): Cellular => row;

it('texts stand as people count, numbers by size', () => {
  expect(sorted(['vm-10', 'vm-2', 'VM-1'], itself, false)).toEqual(['VM-1', 'vm-2', 'vm-10']);
  expect(compareTexts('disk 2', 'disk 10')).toBeLessThan(0);
  expect(sorted([10, 9, 100], itself, true)).toEqual([100, 10, 9]);
});

it('what has no value comes last in either direction', () => {
  expect(sorted([null, 2, 1], itself, false)).toEqual([1, 2, null]);
  expect(sorted([null, 2, 1], itself, true)).toEqual([2, 1, null]);
});

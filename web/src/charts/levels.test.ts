// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { rounded } from './levels';
import { labelAt } from './line';

it.each([
  [81.23456, 0.4, 81],
  [81.23456, 0.04, 81.2],
  [0.0123456, 0.00004, 0.0123],
  [123456, 300, 123000],
  [-3.26, 0.1, -3.3],
  [7.77, 0, 7.77],
])('%d, where a pixel is %d, is %d', (value, pixel, told) => {
  expect(rounded(value, pixel)).toBe(told);
});

it('a strip tells how it was at an instant, and nothing where it does not reach', () => {
  const bands = [
    { start_ms: 0, stop_ms: 10, kind: 'good', label: 'ok' },
    { start_ms: 10, stop_ms: 20, kind: 'bad', label: 'alarm' },
  ] as const;
  expect([0, 10, 20].map((at) => labelAt(bands, at))).toEqual(['ok', 'alarm', '']);
});

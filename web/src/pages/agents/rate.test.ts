// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { showRate, showTotal } from './rate';

it.each([
  [null, '—'],
  [0, '0/s'],
  [0.0001, '0.36/h'],
  [0.001, '3.6/h'],
  [1 / 60, '1/min'],
  [0.5, '30/min'],
  [1, '1/s'],
  [12.34, '12/s'],
  [123.4, '123/s'],
  [12_345, '12.3 k/s'],
])('%s each second is told as %s', (per_s, told) => {
  expect(showRate({ total: 0, per_s }).replace(/\s/g, ' ')).toBe(told);
});

it('all of it has its thousands marked', () => {
  expect(showTotal({ total: 1234567, per_s: null })).toBe('1,234,567');
});

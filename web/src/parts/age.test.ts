// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { age } from './age';

it.each([
  [0, 'just now'],
  [90_000, '1 min ago'],
  [97 * 86_400_000 + 1, '97 d ago'],
  [-7_200_000, 'in 2 h'],
])('%i ms is said as %s', (away, said) => {
  expect(age(1_700_000_000_000 - away, 1_700_000_000_000)).toBe(said);
});

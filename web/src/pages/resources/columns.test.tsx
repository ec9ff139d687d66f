// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { age } from './columns';
import { valuesOf } from './FilterBar';
import { row } from './made';

it.each([
  [0, 'just now'],
  [90_000, '1 min ago'],
  [97 * 86_400_000 + 1, '97 d ago'],
  [-7_200_000, 'in 2 h'],
])('%i ms is said as %s', (away, said) => {
  expect(age(1_700_000_000_000 - away, 1_700_000_000_000)).toBe(said);
});

it('the values suggested for an attribute are those of the rows, the most frequent first', () => {
  const rows = ['b', 'a', 'b', null].map((host, at) => row(String(at), { attributes: { host } }));
  expect(valuesOf(rows, 'host')).toEqual(['b', 'a']);
});

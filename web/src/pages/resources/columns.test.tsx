// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { valuesOf } from './FilterBar';
import { row } from './made';

it('the values suggested for an attribute are those of the rows, the most frequent first', () => {
  const rows = ['b', 'a', 'b', null].map((host, at) => row(String(at), { attributes: { host } }));
  expect(valuesOf(rows, 'host')).toEqual(['b', 'a']);
});

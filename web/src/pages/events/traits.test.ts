// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { event, trait } from './made';
import { keyTraits, showTrait } from './traits';

it('what tells most comes first, and what is said elsewhere not at all', () => {
  const row = event('1', {
    traits: [
      trait('request_id', 'req-1'),
      trait('zone', 'z'),
      trait('instance_id', 'vm-1'),
      trait('empty', ''),
      trait('state', 'active'),
      trait('display_name', 'web'),
    ],
  });
  expect(keyTraits(row).map((each) => each.name)).toEqual(['display_name', 'state', 'zone']);
});

it('a list has room for five traits', () => {
  const traits = Array.from({ length: 9 }, (_, n) => trait(`t${n}`, n, 'integer'));
  expect(keyTraits(event('1', { traits })).map((each) => each.value)).toEqual([0, 1, 2, 3, 4]);
});

it('times are shown as times, all else as it is', () => {
  const noon = 1e6 * Date.UTC(2026, 0, 1, 12);
  expect(showTrait(trait('at', noon, 'datetime'))).toMatch(/^2026-01-01 /);
  expect(showTrait(trait('n', 2.5, 'float'))).toBe('2.5');
});

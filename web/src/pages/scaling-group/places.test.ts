// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { Problem } from '../../api/problem';
import { placed, placesIn, warningsAt } from './places';

it.each([
  ['options: url: expected an address', ['url']],
  ['options: expected either command or unit', ['options']],
  ['options: Object missing required field `image`', ['options', 'image']],
  ['options: Expected `str`, got `int` - at `$.flavor`', ['options', 'flavor']],
  ['name: expected a letter', ['name']],
  ['0 <= min_size <= max_size <= 10000 has to hold', ['max_size']],
  ['there is a group of that name', []],
])('%s is about %j', (detail, places) => {
  expect(placesIn(detail)).toEqual(places);
});

it('a refusal keeps the field that the server names beside that of its words', async () => {
  const refused = new Problem(400, 'Bad request', 'cron: no', { method: '', url: '' }, 'r-1', '', ['rule']);
  const thrown = await placed(Promise.reject(refused)).catch((error: unknown) => error as Problem);
  expect(thrown).toMatchObject({ status: 400, detail: 'cron: no', requestId: 'r-1', field: ['rule', 'cron'] });
});

it('warnings stand at the field that they are about', () => {
  const percent = 'a group without members does not grow by percent: give it a min_size of 1';
  const shrinks = 'policy busy shrinks again after 20 s, before a bucket of 60 s tells what the last change has done';
  const alarm = 'alarm a decides by buckets of 60 s, the cooldown is 20 s: it may signal again';
  expect(warningsAt([percent, shrinks, alarm], 'busy')).toEqual({
    min_size: percent,
    scaling_adjustment: percent,
    cooldown_in_s: shrinks,
    cooldown_s: alarm,
  });
  expect(warningsAt([shrinks])).toEqual({});
});

// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { nextSort, queryOf, readFilters, readSort, toldFilters } from './filters';

const read = (text: string) => readFilters(new URLSearchParams(text));

it('the address says what is shown; what it says wrongly is left out', () => {
  const given = read('state=alarm&severity=critical&type=event&enabled=no&silenced=yes&q=web');
  expect(given).toEqual({
    state: 'alarm',
    severity: 'critical',
    type: 'event',
    enabled: 'no',
    silenced: 'yes',
    match: 'web',
  });
  expect(toldFilters(given)).toEqual(['alarm', 'critical', 'event', 'switched off', 'silenced', 'name “web”']);
  expect(read('state=bad&severity=huge&enabled=perhaps')).toMatchObject({ state: '', severity: '', enabled: '' });
});

it('those that could not be decided are asked for as such, whatever their state', () => {
  expect(queryOf(read('state=error'), 'state')).toMatchObject({ state: null, failing: true });
  expect(queryOf(read('state=ok'), 'state')).toMatchObject({ state: 'ok', failing: null });
});

it.each([
  ['since', 'state', '-since'],
  ['-since', 'since', '-since'],
  ['name', 'state', 'name'],
  ['severity', 'name', '-severity'],
])('pressing %s after %s sorts by %s', (asked, before, next) => {
  expect(nextSort(asked, before)).toBe(next);
});

it('an order that there is not is the usual one', () => {
  expect([readSort('-since'), readSort('size'), readSort(null)]).toEqual(['-since', 'state', 'state']);
});

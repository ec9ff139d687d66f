// SPDX-License-Identifier: Apache-2.0

import { beforeEach, expect, it, vi } from 'vitest';

import { navigate, params } from '../../state/url';
import { clearFilters, filters, queryOf, setFilters, toggled, toldFilters } from './filters';

beforeEach(() => {
  window.scrollTo = vi.fn();
  navigate('/events?from=now-6h', { replace: true });
});

it('the address says what is asked for, and clearing leaves only the range', () => {
  setFilters({ types: ['compute.*', '!*.start'], traits: ['state=a=b'], text: 'web', expression: "id != ''" });
  expect(queryOf(filters.value, { start_ms: 1000, stop_ms: 2500 })).toEqual({
    type: ['compute.*', '!*.start'],
    trait: ['state=a=b'],
    text: 'web',
    filter: "id != ''",
    start: 1,
    stop: 2.5,
  });
  expect(toldFilters(filters.value)).toEqual([
    'type compute.*',
    'not type *.start',
    'state=a=b',
    'text “web”',
    "id != ''",
  ]);
  clearFilters();
  expect(params.value.toString()).toBe('from=now-6h');
});

it('a trait without a value in the address is left out', () => {
  navigate('/events?trait=state&trait=a=', { replace: true });
  expect(filters.value.traits).toEqual(['a=']);
});

it('what is pressed twice is gone again', () => {
  expect(toggled(toggled(['a'], 'b'), 'a')).toEqual(['b']);
});

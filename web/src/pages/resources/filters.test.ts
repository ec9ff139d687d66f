// SPDX-License-Identifier: Apache-2.0

import { beforeEach, expect, it, vi } from 'vitest';

import { navigate, params } from '../../state/url';
import { clearFilters, filters, queryOf, setFilters, toldFilters } from './filters';

beforeEach(() => {
  window.scrollTo = vi.fn();
  navigate('/resources?from=now-6h', { replace: true });
});

it('filters that are set can be read from the address again', () => {
  const given = { type: 'instance', project: 'p1', match: 'web*', attributes: ['host=a=b', 'zone=1'], ended: true };
  setFilters(given);
  expect(filters.value).toEqual(given);
  expect(queryOf(filters.value)).toEqual({
    type: 'instance',
    project: 'p1',
    match: 'web*',
    attribute: ['host=a=b', 'zone=1'],
    ended: true,
  });
});

it('the project of the page is not taken for a filter', () => {
  navigate('/resources?project=p9', { replace: true });
  expect(filters.value.project).toBe('');
});

it('another type forgets columns, order and attributes of the type before', () => {
  navigate('/resources?type=instance&attr=host=a&col=a.host&sort=-m.cpu&q=web', { replace: true });
  setFilters({ type: 'host' });
  expect(params.value.toString()).toBe('q=web&type=host');
});

it('clearing leaves what is not a filter', () => {
  setFilters({ type: 'host', match: 'x', ended: true });
  clearFilters();
  expect(params.value.toString()).toBe('from=now-6h');
  expect(toldFilters(filters.value)).toEqual([]);
});

it('what is no NAME=VALUE is no filter', () => {
  navigate('/resources?attr=host', { replace: true });
  expect(filters.value.attributes).toEqual([]);
});

// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { BUSY } from './made';
import {
  innerQuery,
  leavesOf,
  METRICS,
  queryText,
  RESOURCE,
  RESOURCES,
  sentence,
  type Leaf,
  type Named,
} from './rule';

const leaf = (type: string, rule: Leaf['rule']): Leaf => ({ number: 1, type, rule });
const named = (subject: string, unit: string | null = null): Named => ({ subject, unit, metrics: [] });
const plain = (text: string): string => text.replace(/\s/g, ' ');

it.each<[string, Leaf, Named | undefined]>([
  ['mean of cpu of instance web-1 > 80 % for 3 × 5 min', leaf(RESOURCE, BUSY), named('instance web-1', '%')],
  ['mean of cpu of instance vm-1 > 80 for 5 min', leaf(RESOURCE, { ...BUSY, evaluation_periods: 1 }), undefined],
  [
    'max over cpu of a, cpu of b ≤ 2 KiB for 2 × 1 h',
    leaf(METRICS, {
      metrics: ['1', '2'],
      aggregation_method: 'max',
      comparison_operator: 'le',
      threshold: 2048,
      evaluation_periods: 2,
      granularity: 3600,
    }),
    named('cpu of a, cpu of b', 'B'),
  ],
  [
    'mean of cpu over every instance with server_group = web > 80 for 3 × 5 min',
    leaf(RESOURCES, { ...BUSY, query: '{"=": {"server_group": "web"}}' }),
    undefined,
  ],
  ['up < 1', leaf('prometheus', { query: 'up', comparison_operator: 'lt', threshold: 1 }), undefined],
  [
    'an event of type compute.* with traits.state = error',
    leaf('event', { event_type: 'compute.*', query: [{ field: 'traits.state', op: 'eq', value: 'error' }] }),
    undefined,
  ],
  ['an event of type * in the last 10 min', leaf('event', { event_type: '*', within_s: 600 }), undefined],
  ['a member of the pool p is in error', leaf('loadbalancer_member_health', { pool_id: 'p' }), undefined],
])('a rule is told as “%s”', (told, rule, names) => {
  expect(plain(sentence(rule, names))).toBe(told);
});

it('the parts of a composite rule are numbered as reasons number them, depth first', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((metric) => ({ type: RESOURCE, ...BUSY, metric }));
  const leaves = leavesOf('composite', { or: [a, { and: [b, c] }] });
  expect(leaves.map(({ number, type, rule }) => [number, type, rule['metric']])).toEqual([
    [1, RESOURCE, 'a'],
    [2, RESOURCE, 'b'],
    [3, RESOURCE, 'c'],
  ]);
});

it.each([
  ['{"=": {"host": "a"}}', 'host = a'],
  [
    '{"and": [{"=": {"host": "a"}}, {"or": [{"!=": {"x": 1}}, {"like": {"y": "b%"}}]}]}',
    'host = a and (x ≠ 1 or y like b%)',
  ],
  ['{"in": {"host": ["a", "b"]}}', 'host in a, b'],
  ['{"not": {"=": {"host": ""}}}', 'not host = “”'],
  ['{}', ''],
  ['no json', 'no json'],
])('the search %s is told as “%s”', (written, told) => {
  expect(queryText(written)).toBe(told);
});

it('a search is shown as its author wrote it, without what the server has put around it', () => {
  const mine = { '=': { host: 'a' } };
  const around = { or: [{ '=': { created_by_project_id: 'p' } }, { '=': { project_id: 'p' } }] };
  expect(JSON.parse(innerQuery(JSON.stringify({ and: [around, mine] })))).toEqual(mine);
  expect(innerQuery('{"and": [{"=": {"a": 1}}, {"=": {"b": 2}}]}')).toBe(
    '{"and": [{"=": {"a": 1}}, {"=": {"b": 2}}]}',
  );
});

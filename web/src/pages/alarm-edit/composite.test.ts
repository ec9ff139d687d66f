// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import { BUSY } from '../alarms/made';
import { EVENT, RESOURCE, SQL, type Rule } from '../alarms/rule';
import {
  added,
  compositeOf,
  groupOf,
  isGroup,
  moved,
  movesOf,
  newRule,
  NO_PARTS,
  numbersOf,
  pack,
  partAt,
  placeOf,
  readComposite,
  unpack,
  type GroupPart,
  type Move,
  type Part,
} from './composite';

const rule = (metric: string): Rule => ({ type: RESOURCE, ...BUSY, metric });

/** `or(a and(b c))` of a tree, by the metrics of its rules. */
const told = (part: Part): string =>
  isGroup(part) ? `${part.operator}(${part.parts.map(told).join(' ')})` : part.rule.metric;
const tree = (): GroupPart => groupOf({ or: [rule('a'), { and: [rule('b'), rule('c')] }, rule('d')] });

const all = (group: GroupPart): Part[] => group.parts.flatMap((each) => [each, ...(isGroup(each) ? all(each) : [])]);

/** The key of the rule `a`, or of the group beneath the top that begins with it, `+a`. */
const keyOf = (top: GroupPart, name: string): string =>
  all(top).find((each) => (name.startsWith('+') ? told(each) === `and(${name.slice(1)} c)` : told(each) === name))!
    .key;

it.each<[string, Move, string]>([
  ['a', 'later', 'or(and(b c) a d)'],
  ['d', 'earlier', 'or(a d and(b c))'],
  ['a', 'after', 'or(and(a b c) d)'],
  ['d', 'before', 'or(a and(b c d))'],
  ['b', 'out', 'or(a and(c) b d)'],
  ['c', 'earlier', 'or(a and(c b) d)'],
  ['b', 'wrap', 'or(a and(and(b) c) d)'],
  ['+b', 'apart', 'or(a b c d)'],
  ['+b', 'earlier', 'or(and(b c) a d)'],
])('%s moved %s makes %s', (name, move, made) => {
  const top = tree();
  const key = keyOf(top, name);
  expect(movesOf(top, key)).toContain(move);
  expect(told(moved(top, key, move))).toBe(made);
});

it('only what is possible is offered', () => {
  const top = tree();
  expect(movesOf(top, keyOf(top, 'a'))).toEqual(['later', 'after', 'wrap']);
  expect(movesOf(top, keyOf(top, 'c'))).toEqual(['earlier', 'out', 'wrap']);
  expect(movesOf(top, keyOf(top, '+b'))).toEqual(['earlier', 'later', 'wrap', 'apart']);
  expect(movesOf(top, top.key)).toEqual([]);
});

it('whatever is moved keeps all rules, and its own key', () => {
  const top = tree();
  const metrics = (group: GroupPart): string[] =>
    told(group)
      .match(/\b[a-d]\b/g)!
      .sort();
  for (const name of ['a', 'b', 'c', 'd']) {
    const key = keyOf(top, name);
    for (const move of movesOf(top, key)) {
      const after = moved(top, key, move);
      expect(metrics(after), `${name} ${move}`).toEqual(['a', 'b', 'c', 'd']);
      expect(placeOf(after, key)?.part, `${name} ${move}`).toEqual(placeOf(top, key)!.part);
    }
  }
});

it('rules are numbered as reasons name them', () => {
  const top = tree();
  const numbers = numbersOf(top);
  expect(['a', 'b', 'c', 'd'].map((each) => numbers.get(keyOf(top, each)))).toEqual([1, 2, 3, 4]);
});

describe('the rule that a tree amounts to', () => {
  it('has the type of each part', () => {
    const written = { or: [rule('a'), { and: [rule('b'), { type: SQL, sql: 'SELECT 1', value: '', every_s: 60 }] }] };
    expect(compositeOf(groupOf(written))).toEqual({ rule: written, wrong: {}, missing: [] });
  });

  it('says of an event for how long it counts', () => {
    const written = { and: [{ type: EVENT, event_type: 'a.*', query: [], within_s: 600 }] };
    expect(compositeOf(groupOf(written)).rule).toEqual(written);
  });

  it('tells what is missing and wrong where', () => {
    const top = added(groupOf({ or: [{ ...rule('a'), granularity: 0.5 }, { and: [] }] }), 'top', newRule());
    const { wrong, missing } = compositeOf(top);
    expect(wrong).toEqual({ [`${top.parts[0]!.key}.granularity`]: 'Such as 60 s, 5 min or 1 h' });
    expect(missing).toEqual(['a rule in each group', 'metric of rule2', 'resource of rule2', 'threshold of rule2']);
    expect(compositeOf(NO_PARTS).missing).toEqual(['a rule']);
  });
});

it('the place that the server names is a part and what is left', () => {
  const top = tree();
  const at = (...place: string[]) => {
    const { part, rest } = partAt(top, place);
    return [isGroup(part) ? part.operator : part.rule.metric, rest];
  };
  expect(at('or', '1', 'and', '1', 'threshold')).toEqual(['c', ['threshold']]);
  expect(at('or', '0', 'query', '0', 'field')).toEqual(['a', ['query', '0', 'field']]);
  expect(at('or', '1')).toEqual(['and', []]);
  expect(at('or', '7')).toEqual(['or', ['or', '7']]);
  expect(at()).toEqual(['or', []]);
});

it('a tree goes into the address and comes back, also where it is not complete', () => {
  const top = added(tree(), 'top', newRule({ ...newRule().rule, threshold: 'much' }));
  const packed = JSON.parse(JSON.stringify(pack(top))) as unknown;
  expect(packed).toMatchObject({ or: [{ metric: 'a' }, { and: [{}, {}] }, {}, { threshold: 'much' }] });
  expect(pack(unpack(packed))).toEqual(packed);
  expect(unpack({ or: [7, 'x', { metric: 7 }] }).parts).toHaveLength(1);
  expect([unpack(7), unpack({ metric: 'a' })]).toEqual([NO_PARTS, NO_PARTS]);
});

describe('a rule in JSON', () => {
  it('is read where nothing of it is lost', () => {
    const text = JSON.stringify({ or: [rule('a'), { and: [rule('b')] }] });
    expect(told(readComposite(text) as GroupPart)).toBe('or(a and(b))');
  });

  it.each<[string, string]>([
    ['{', 'This is no JSON'],
    ['7', 'An object is needed'],
    ['{"metric": "a"}', 'An object with “and” or “or” alone is needed'],
    ['{"or": [], "and": []}', 'An object with “and” or “or” alone is needed'],
    ['{"or": [7]}', 'or[0]: An object is needed'],
    ['{"or": [{"and": [{"metric": "a"}]}]}', 'or[0].and[0]: “type” is needed'],
    ['{"or": [{"and": [], "x": 1}]}', 'or[0]: “and” stands alone'],
    [`{"or": [{"type": "${RESOURCE}", "metrik": "a"}]}`, 'or[0]: “metrik” cannot be read'],
    [`{"or": [{"type": "${RESOURCE}", "threshold": "much"}]}`, 'or[0]: “threshold” cannot be read'],
    ['{"or": [{"type": "event", "query": [{"field": "a", "how": 1}]}]}', 'or[0]: “query.0.how” cannot be read'],
  ])('%s is told as “%s”', (text, said) => {
    expect(readComposite(text)).toContain(said);
  });
});

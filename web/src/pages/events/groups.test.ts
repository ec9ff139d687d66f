// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { grouped, GROUPS_MAX, linesOf, type Timeline } from './groups';

const typed = (type: string, ...counts: number[]): Timeline['types'][number] => ({
  type,
  events: counts.reduce((sum, each) => sum + each, 0),
  counts,
});
const told = (types: Timeline['types']) => grouped({ types }).map(({ glob, events }) => [glob, events]);

it('few types are shown as they are', () => {
  expect(told([typed('b', 2, 1), typed('a', 1, 0)])).toEqual([
    ['b', 3],
    ['a', 1],
  ]);
  expect(grouped({ types: [] })).toEqual([]);
});

it('many types are put together by as many of their words as make few groups', () => {
  const verbs = ['create', 'delete', 'resize'].flatMap((verb) =>
    ['start', 'end', 'error'].map((end) => typed(`compute.instance.${verb}.${end}`, 1, 0)),
  );
  expect(told(verbs)).toEqual(['create', 'delete', 'resize'].map((verb) => [`compute.instance.${verb}.*`, 3]));
  const volumes = Array.from({ length: 8 }, (_, n) => typed(`volume.verb${n}.end`, 0, 1));
  expect(told([...verbs, ...volumes])).toEqual([
    ['compute.*', 9],
    ['volume.*', 8],
  ]);
});

it('the counts of a group are those of its types together', () => {
  const types = Array.from({ length: 9 }, (_, n) => typed(`a.b${n}`, n, 1));
  expect(grouped({ types })).toEqual([{ glob: 'a.*', title: 'a.*', events: 45, counts: [36, 9] }]);
});

it('what is too rare for a colour of its own is counted together and comes last', () => {
  const types = [...Array.from({ length: 12 }, (_, n) => typed(`t${n}.x`, 20 - n)), typed('', 100)];
  const groups = grouped({ types });
  expect(groups).toHaveLength(GROUPS_MAX);
  expect(groups[0]!.glob).toBe('t0.*');
  expect(groups.at(-1)).toMatchObject({ glob: '', title: 'all others' });
  const all = types.reduce((sum, each) => sum + each.events, 0);
  expect(groups.reduce((sum, each) => sum + each.events, 0)).toBe(all);
  expect(groups.reduce((sum, each) => sum + each.counts[0]!, 0)).toBe(all);
  expect(new Set(linesOf(groups, [0]).map((line) => line.key)).size).toBe(GROUPS_MAX);
});

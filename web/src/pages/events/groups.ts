// SPDX-License-Identifier: Apache-2.0
// Types of events in as many groups as can be told apart by their colours.

import type { Answer } from '../../api/operations';
import type { Line } from '../../charts/line';

export type Timeline = Answer<'/v1/events/timeline', 'get'>;

export interface Group {
  /** A glob that fits its types; empty for those of no other group. */
  glob: string;
  title: string;
  events: number;
  counts: readonly number[];
}

export const GROUPS_MAX = 8;
const OTHERS = 'all others';

/** The types as they are where they are few; else by as much of their names as makes few groups. */
export function grouped({ types }: Pick<Timeline, 'types'>): Group[] {
  const named = types.filter((each) => each.type);
  const few = named.length === types.length && types.length <= GROUPS_MAX;
  if (few) return types.map(({ type, events, counts }) => ({ glob: type, title: type, events, counts }));
  const words = wordsOf(named.map((each) => each.type));
  const groups = new Map<string, Group>();
  for (const { type, events, counts } of types) {
    const glob = type ? headOf(type, words) : '';
    const group = groups.get(glob);
    groups.set(glob, {
      glob,
      title: glob || OTHERS,
      events: events + (group?.events ?? 0),
      counts: group ? group.counts.map((each, at) => each + counts[at]!) : counts,
    });
  }
  const sorted = [...groups.values()].sort(byEvents);
  return sorted.length <= GROUPS_MAX ? sorted : [...sorted.slice(0, GROUPS_MAX - 1), others(sorted)];
}

/** As many words of their names as make few enough groups, as in `compute.instance.*`. */
function wordsOf(types: readonly string[]): number {
  const groups = (words: number): number => new Set(types.map((type) => headOf(type, words))).size;
  return [3, 2].find((words) => groups(words) < GROUPS_MAX) ?? 1;
}

function headOf(type: string, words: number): string {
  const parts = type.split('.');
  return parts.length > words ? `${parts.slice(0, words).join('.')}.*` : type;
}

function byEvents(one: Group, other: Group): number {
  return Number(!one.glob) - Number(!other.glob) || other.events - one.events;
}

function others(sorted: readonly Group[]): Group {
  const rest = sorted.slice(GROUPS_MAX - 1);
  const counts = rest[0]!.counts.map((_, at) => rest.reduce((sum, group) => sum + group.counts[at]!, 0));
  return { glob: '', title: OTHERS, events: rest.reduce((sum, group) => sum + group.events, 0), counts };
}

/** The bars of groups, the most frequent one on top. */
export function linesOf(groups: readonly Group[], times_ms: readonly number[]): Line[] {
  return groups.map(({ glob, title, counts }) => ({
    key: glob || OTHERS,
    label: title,
    unit: null,
    times_ms,
    values: counts,
    stacked: true,
  }));
}

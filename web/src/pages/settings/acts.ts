// SPDX-License-Identifier: Apache-2.0
// Administrative acts in words: names instead of ids, times and spans as people write them.

import { showSecond } from '../../parts/second';
import { keptText } from './retention';

/** Names of projects by their ids. */
export type Names = ReadonlyMap<string, string>;

export interface Act {
  action: string;
  target: string;
  details: unknown;
}

/** Whom or what an act was done to, by name: `ann in Web shop`. Its own details know what was deleted since. */
export function targetOf({ action, target, details }: Act, names: Names): string {
  if (action.endsWith(' member')) return memberText(target, names);
  if (!/ (project|token)$/.test(action)) return target;
  const told = asRecord(details)['name'];
  return names.get(target) ?? (typeof told === 'string' && told ? told : target);
}

function memberText(target: string, names: Names): string {
  const [, user, project] = /^(.*) in (.*)$/.exec(target) ?? [];
  return user === undefined ? target : `${user} in ${named(project!, names)}`;
}

/** A change as the overview tells it, such as `create project 8f14e45f` or `project_id: 8f14 → c9f0`, with names. */
export function changeText(what: string, names: Names): string {
  const act = /^(\w+ (?:project|member)) (.+?)(: \d+ of them)?$/.exec(what);
  if (act) return `${act[1]} ${targetOf({ action: act[1]!, target: act[2]!, details: null }, names)}${act[3] ?? ''}`;
  const moved = /(^|; )project_id: (\S+) → ([^\s;:]+)/;
  return what.replace(
    moved,
    (_, before: string, from: string, to: string) => `${before}project: ${named(from, names)} → ${named(to, names)}`,
  );
}

/** Details in one line: `roles: none → member, reader; disabled: true`. */
export function detailsOf({ details }: Pick<Act, 'details'>, names: Names): string {
  return Object.entries(asRecord(details))
    .map(([key, value]) => {
      const word = WORDS[key] ?? { said: key, written: plain };
      return `${word.said}: ${change(value, (each) => word.written(each, names))}`;
    })
    .join('; ');
}

type Write = (value: unknown, names: Names) => string;

/** What the log calls otherwise than people do. */
const WORDS: Record<string, { said: string; written: Write }> = {
  project: { said: 'project', written: (id, names) => (typeof id === 'string' ? named(id, names) : plain(id)) },
  projects: { said: 'projects', written: rolesIn },
  expires_ns: {
    said: 'good until',
    written: (ns) => (typeof ns === 'number' ? showSecond(ns / 1e6) : 'it is taken back'),
  },
  definition: { said: 'kept', written: kept },
};

/** What something was, and what it is now. */
function change(value: unknown, write: (value: unknown) => string): string {
  const { from, to, ...more } = asRecord(value);
  if (to === undefined || Object.keys(more).length) return write(value);
  return `${write(from)} → ${write(to)}`;
}

function rolesIn(value: unknown, names: Names): string {
  const all = Object.entries(asRecord(value)).map(([id, roles]) => `${named(id, names)} (${plain(roles)})`);
  return all.join(', ') || 'none';
}

/** Lines of a policy: granularity in ns, points, span in ns. */
function kept(value: unknown): string {
  if (!Array.isArray(value)) return plain(value);
  const seconds = (ns: unknown): number | null => (typeof ns === 'number' ? ns / 1e9 : null);
  return value
    .map((line: unknown[]) => ({ granularity_s: seconds(line[0])!, points: null, timespan_s: seconds(line[2]) }))
    .map(keptText)
    .join(', ');
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(', ') || 'none';
  if (value !== null && typeof value === 'object') return JSON.stringify(value);
  return String(value ?? 'none');
}

function named(id: string, names: Names): string {
  return names.get(id) ?? id;
}

function asRecord(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

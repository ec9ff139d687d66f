// SPDX-License-Identifier: Apache-2.0
// Statements that were run in this browser, the newest first.

import { signal } from '@preact/signals';

import { recall, remember } from '../../state/kept';

export interface Past {
  sql: string;
  at_ms: number;
  /** How many rows it gave; null where it failed. */
  rows: number | null;
  seconds: number;
}

const NAME = 'sql.history';
const KEPT_MAX = 50;

export const past = signal<readonly Past[]>(read());

/** Add a statement; one that was run before moves to the front. */
export function addPast(entry: Past): void {
  keep([entry, ...past.peek().filter((each) => each.sql !== entry.sql)].slice(0, KEPT_MAX));
}

export function forgetPast(): void {
  keep([]);
}

function keep(entries: readonly Past[]): void {
  past.value = entries;
  remember(NAME, entries.length ? JSON.stringify(entries) : null);
}

/** What is kept; anything that is not ours is left out. */
function read(): readonly Past[] {
  try {
    const kept: unknown = JSON.parse(recall(NAME) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isPast) : [];
  } catch {
    return [];
  }
}

function isPast(each: unknown): each is Past {
  const { sql, at_ms, seconds } = (each ?? {}) as Partial<Past>;
  return typeof sql === 'string' && typeof at_ms === 'number' && typeof seconds === 'number';
}

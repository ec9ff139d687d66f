// SPDX-License-Identifier: Apache-2.0
// Lists that the server gives in pages: the next one is asked for as the reader comes near the end.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';

import { Loader, useLoad, type Load, type LoadOptions } from '../state/load';

export interface Page<Row> {
  rows: readonly Row[];
  /** The marker of the next page, null after the last one. */
  next: string | null;
  /** How many rows there are altogether, where the server says so. */
  total?: number;
}

/** Asks for one page: that after `marker`, with at most `limit` rows. */
export type AskPage<Row, Got extends Page<Row> = Page<Row>> = (
  marker: string | undefined,
  limit: number,
  signal: AbortSignal,
) => Promise<Got>;

export interface Paged<Row, Got extends Page<Row> = Page<Row>> {
  /** The first page, or as many as were there before a refresh. */
  load: Load<Got>;
  /** Every row that has come so far. */
  rows: readonly Row[];
  total: number | undefined;
  /** Asks for the next page; undefined when all rows are here. */
  more: (() => void) | undefined;
  /** How the asking for further pages goes. */
  further: Load<Got>;
}

const LIMIT_MAX = 1000;

/** A list in pages. `key` is what decides its content; a refresh brings as many rows as are there already. */
export function usePaged<Row, Got extends Page<Row> = Page<Row>>(
  key: unknown,
  ask: AskPage<Row, Got>,
  options: LoadOptions & { limit?: number } = {},
): Paged<Row, Got> {
  const { limit = 100, ...rest } = options;
  const text = JSON.stringify(key);
  // How many rows are there, and by which key: only the same list is brought anew as long as it was.
  const held = useRef({ of: '', rows: 0 });
  const readAgain = async (signal: AbortSignal): Promise<Got> => {
    const { of, rows } = held.current;
    const page = await readPages(ask, of === text ? Math.max(limit, rows) : limit, signal);
    held.current.of = text;
    return page;
  };
  const load = useLoad(key, readAgain, rest);
  const first = load.data.value;
  const tail = useSignal<{ after: Got | null; rows: readonly Row[]; next: string | null }>(NO_TAIL);
  const grown = first && tail.value.after === first ? tail.value : { rows: [], next: first?.next ?? null };
  const rows = useMemo(() => [...(first?.rows ?? []), ...grown.rows], [first, tail.value]);
  held.current.rows = rows.length;

  const latest = useRef({ ask, limit, next: grown.next });
  latest.current = { ask, limit, next: grown.next };
  const further = useMemo(
    () =>
      new Loader<Got>((signal) => {
        const { ask, limit, next } = latest.current;
        return ask(next ?? undefined, limit, signal);
      }),
    [],
  );
  const came = further.data.value;
  useEffect(() => {
    if (came) tail.value = { after: first, rows: [...grown.rows, ...came.rows], next: came.next };
  }, [came]);
  // Other rows than those that the further ones were to follow.
  useEffect(() => () => further.leave(), [first]);

  const more = (): void => {
    if (!further.busy.peek() && !load.busy.peek()) further.start();
  };
  return { load, rows, total: first?.total, more: grown.next === null ? undefined : more, further };
}

const NO_TAIL = { after: null, rows: [], next: null };

/** Pages one after the other until there are enough rows, or no more. */
export async function readPages<Row, Got extends Page<Row>>(
  ask: AskPage<Row, Got>,
  wanted: number,
  signal: AbortSignal,
): Promise<Got> {
  const rows: Row[] = [];
  for (let marker: string | undefined; ;) {
    const page = await ask(marker, Math.min(LIMIT_MAX, Math.max(1, wanted - rows.length)), signal);
    rows.push(...page.rows);
    if (page.next === null || rows.length >= wanted) return { ...page, rows };
    marker = page.next;
  }
}

// SPDX-License-Identifier: Apache-2.0

import { act, renderHook } from '@testing-library/preact';
import { expect, it } from 'vitest';

import { readPages, usePaged, type AskPage } from './paged';

/** Rows 0 to `count` in pages; the marker is the next row. */
function rowsOf(count: number): { ask: AskPage<number>; limits: number[] } {
  const limits: number[] = [];
  const ask: AskPage<number> = async (marker, limit) => {
    limits.push(limit);
    const from = Number(marker ?? 0);
    const rows = Array.from({ length: Math.max(0, Math.min(limit, count - from)) }, (_, at) => from + at);
    return { rows, next: from + rows.length < count ? String(from + rows.length) : null, total: count };
  };
  return { ask, limits };
}

const never = new AbortController().signal;

it('pages are read until there are enough rows', async () => {
  const { ask, limits } = rowsOf(2500);
  const found = await readPages(ask, 1200, never);
  expect(found.rows).toEqual(Array.from({ length: 1200 }, (_, at) => at));
  expect(found.next).toBe('1200');
  expect(limits).toEqual([1000, 200]);
});

it('pages are read to the end where there are fewer rows than wanted', async () => {
  const found = await readPages(rowsOf(30).ask, 1000, never);
  expect(found.rows).toHaveLength(30);
  expect(found.next).toBeNull();
});

const answered = (): Promise<void> => act(async () => void (await new Promise((resolve) => setTimeout(resolve, 5))));

it('the next page follows the rows that are there, and nothing is asked for after the last', async () => {
  const { ask } = rowsOf(25);
  const { result } = renderHook(() => usePaged('all', ask, { limit: 10 }));
  await answered();
  expect(result.current.rows).toHaveLength(10);
  expect(result.current.total).toBe(25);
  for (const expected of [20, 25]) {
    act(() => result.current.more!());
    await answered();
    expect(result.current.rows).toEqual(Array.from({ length: expected }, (_, at) => at));
  }
  expect(result.current.more).toBeUndefined();
});

it('a reload brings as many rows as were there', async () => {
  const { ask, limits } = rowsOf(100);
  const { result } = renderHook(() => usePaged('all', ask, { limit: 10 }));
  await answered();
  act(() => result.current.more!());
  await answered();
  act(() => result.current.load.reload());
  await answered();
  expect(result.current.rows).toHaveLength(20);
  expect(limits).toEqual([10, 10, 20]);
});

it('another key begins with the first page', async () => {
  const { ask, limits } = rowsOf(100);
  const initialProps = { key: 'a' };
  const { result, rerender } = renderHook(({ key }) => usePaged(key, ask, { limit: 10 }), { initialProps });
  await answered();
  act(() => result.current.more!());
  await answered();
  rerender({ key: 'b' });
  await answered();
  expect(result.current.rows).toHaveLength(10);
  expect(limits).toEqual([10, 10, 10]);
});

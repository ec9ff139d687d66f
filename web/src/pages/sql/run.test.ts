// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { forgetPast, past } from './history';
import { newId, Runner } from './run';

const SPAN = { start_ms: 0, stop_ms: 1000 };
const ANSWER = { columns: [], rows: [[1]], complete: true, seconds: 0.5, rows_read: 9, bytes_read: 9 };
type Asked = { method: string; url: string; body: { sql: string; id: string } | null };

let asked: Asked[] = [];
/** What the server does with a statement: answers at once, unless a test says otherwise. */
let onPost: (asked: Asked) => Promise<Response>;

beforeEach(() => {
  forgetPast();
  asked = [];
  onPost = async () => new Response(JSON.stringify(ANSWER));
  vi.stubGlobal('fetch', async (url: string, given: RequestInit) => {
    const each: Asked = { method: given.method!, url, body: given.body ? JSON.parse(String(given.body)) : null };
    asked.push(each);
    return each.method === 'POST' ? onPost(each) : new Response(null, { status: 204 });
  });
});
afterEach(() => vi.unstubAllGlobals());

test('a statement is sent with the range filled in, and its answer kept', async () => {
  const runner = new Runner();
  await runner.start('SELECT $from', SPAN);
  expect(asked[0]!.body!.sql).toBe("SELECT toDateTime64('1970-01-01 00:00:00.000', 3, 'UTC')");
  expect(runner.done.value).toMatchObject({ sql: 'SELECT $from', answer: ANSWER });
  expect(runner.running.value).toBeNull();
  expect(past.value).toMatchObject([{ sql: 'SELECT $from', rows: 1, seconds: 0.5 }]);
});

test('cancelling asks the server to stop it, and is told as no error', async () => {
  let end: (response: Response) => void = () => {};
  onPost = () => new Promise((resolve) => (end = resolve));
  const runner = new Runner();
  const ended = runner.start('SELECT 1', SPAN);
  await runner.cancel();
  expect(asked.at(-1)).toMatchObject({ method: 'DELETE', url: `/api/v1/sql/${asked[0]!.body!.id}` });
  expect(runner.running.value?.cancelling).toBe(true);
  end(new Response(JSON.stringify({ title: 'Bad Request', cause: 'cancelled' }), { status: 400 }));
  await ended;
  expect(runner.cancelled.value).toBe(true);
  expect(runner.problem.value).toBeNull();
  expect(past.value).toEqual([]);
});

test('a refused statement leaves the rows of the one before', async () => {
  const runner = new Runner();
  await runner.start('SELECT 1', SPAN);
  onPost = async () => new Response(JSON.stringify({ title: 'Bad Request', detail: 'unknown tme' }), { status: 400 });
  await runner.start('SELECT tme', SPAN);
  expect(runner.problem.value).toMatchObject({ sql: 'SELECT tme', problem: { detail: 'unknown tme' } });
  expect(runner.done.value?.sql).toBe('SELECT 1');
  expect(past.value.map((each) => [each.sql, each.rows])).toEqual([
    ['SELECT tme', null],
    ['SELECT 1', 1],
  ]);
});

test('ids are those of version 4, and no two the same', () => {
  const ids = Array.from({ length: 100 }, newId);
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { alarm, past } from './made';
import { Asker, thinned } from './sparks';

let open: (() => void)[] = [];
const asked: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  open = [];
  asked.length = 0;
  vi.spyOn(api, 'get').mockImplementation((async (_: string, { path }: { path: { id: string } }) => {
    asked.push(path.id);
    await new Promise<void>((resolve) => open.push(resolve));
    if (path.id === 'broken') throw new Error('refused');
    return past();
  }) as unknown as typeof api.get);
});

afterEach(() => {
  vi.useRealTimers();
});

async function pass(): Promise<void> {
  await vi.advanceTimersByTimeAsync(200);
}

async function answer(): Promise<void> {
  open.splice(0).forEach((each) => each());
  await pass();
}

const RANGE = { start_ms: 0, stop_ms: 1 };
const rows = (...ids: string[]) => ids.map((id) => alarm(id));

it('rows in sight are asked for three at a time, and each once', async () => {
  const asker = new Asker();
  asker.begin('a', RANGE);
  asker.onShown([...rows('1', '2', 'broken', '4'), alarm('event', { type: 'event', threshold: null })]);
  await pass();
  expect(asked).toEqual(['1', '2', 'broken']);
  await answer();
  expect(asked).toEqual(['1', '2', 'broken', '4']);
  await answer();
  expect([...asker.of.value].map(([id, spark]) => [id, spark?.values ?? null])).toEqual([
    ['1', [70, 90]],
    ['2', [70, 90]],
    ['broken', null],
    ['4', [70, 90]],
  ]);
  asker.onShown(rows('1', '4'));
  await pass();
  expect(asked).toHaveLength(4);
});

it('another range, or another definition, makes what is known old', async () => {
  const asker = new Asker();
  asker.begin('a', RANGE);
  asker.onShown(rows('1', '2'));
  await pass();
  await answer();
  asker.onShown([alarm('1', { changed_ms: 7 }), alarm('2')]);
  await pass();
  expect(asked).toEqual(['1', '2', '1']);
  await answer();
  asker.begin('b', RANGE);
  await pass();
  expect(asked).toEqual(['1', '2', '1', '1', '2']);
});

it('what is out of sight is not waited for', async () => {
  const asker = new Asker();
  asker.begin('a', RANGE);
  asker.onShown(rows('1'));
  await pass();
  asker.onShown(rows('2'));
  await pass();
  await answer();
  expect([...asker.of.value.keys()]).toEqual(['2']);
});

it('what has too many points keeps its lowest and highest ones, and its gaps', () => {
  const values = Array.from({ length: 1000 }, (_, at) => (at === 500 ? 99 : at === 501 ? -5 : at % 3));
  const found = thinned({ times_ms: values.map((_, at) => at), values }, 96);
  expect(found.values.length).toBeLessThanOrEqual(100);
  expect(found.values).toContain(99);
  expect(found.values).toContain(-5);
  expect(found.times_ms).toEqual([...found.times_ms].sort((one, other) => one - other));
  const gaps = thinned({ times_ms: values.map((_, at) => at), values: values.map(() => null) }, 96);
  expect(new Set(gaps.values)).toEqual(new Set([null]));
});

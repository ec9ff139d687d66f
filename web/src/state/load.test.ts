// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Problem } from '../api/problem';
import { Loader } from './load';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => vi.useRealTimers());

const settled = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

/** A question that is answered when the test says so. */
function question(): {
  ask: (signal: AbortSignal) => Promise<string>;
  answers: ((text: string) => void)[];
  signals: AbortSignal[];
} {
  const answers: ((text: string) => void)[] = [];
  const signals: AbortSignal[] = [];
  const ask = (signal: AbortSignal): Promise<string> => {
    signals.push(signal);
    return new Promise((resolve) => answers.push(resolve));
  };
  return { ask, answers, signals };
}

it('gives the answer, and is busy until then', async () => {
  const { ask, answers } = question();
  const loader = new Loader(ask);
  loader.start();
  expect(loader.busy.value).toBe(true);
  answers[0]!('here');
  await settled();
  expect(loader.data.value).toBe('here');
  expect(loader.busy.value).toBe(false);
});

it('an answer that comes late does not replace a newer one', async () => {
  const { ask, answers, signals } = question();
  const loader = new Loader(ask);
  loader.start();
  loader.start();
  expect(signals[0]!.aborted).toBe(true);
  answers[1]!('new');
  answers[0]!('old');
  await settled();
  expect(loader.data.value).toBe('new');
});

it('old data stay while new ones load and when that fails', async () => {
  let turn = 0;
  const loader = new Loader(async () => {
    if (turn++) throw new Problem(503, 'Service Unavailable', 'busy', { method: 'GET', url: '/x' });
    return 'old';
  });
  loader.start();
  await settled();
  loader.reload();
  await settled();
  expect(loader.data.value).toBe('old');
  expect(loader.problem.value?.detail).toBe('busy');
});

it('says after a second that it is slow, after ten that it is very slow', () => {
  const loader = new Loader(question().ask);
  loader.start();
  expect(loader.slow.value).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(loader.slow.value).toBe(1);
  vi.advanceTimersByTime(9_000);
  expect(loader.slow.value).toBe(2);
});

it('cancelling stops the request and leaves no problem', async () => {
  const { ask, signals } = question();
  const loader = new Loader(ask);
  loader.start();
  loader.cancel();
  await settled();
  expect(signals[0]!.aborted).toBe(true);
  expect([loader.busy.value, loader.problem.value]).toEqual([false, null]);
  expect(loader.stopped.value).toBe(true);
  loader.start();
  expect(loader.stopped.value).toBe(false);
});

it('what is left because something else is wanted counts as stopped by nobody', () => {
  const { ask, signals } = question();
  const loader = new Loader(ask);
  loader.start();
  loader.start();
  loader.leave();
  expect(signals.map((each) => each.aborted)).toEqual([true, true]);
  expect(loader.stopped.value).toBe(false);
});

it('a server that is gone is asked again by itself', async () => {
  let turn = 0;
  const loader = new Loader(async () => {
    if (turn++) return 'back';
    throw new Problem(0, 'No answer', '', { method: 'GET', url: '/x' });
  });
  loader.start();
  await settled();
  expect(loader.problem.value?.status).toBe(0);
  await vi.advanceTimersByTimeAsync(3_000);
  expect([loader.data.value, loader.problem.value]).toEqual(['back', null]);
});

// SPDX-License-Identifier: Apache-2.0
// Loading for a panel: old data stay while new ones load, answers that came too late are dropped, waiting is told.

import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';

import { asProblem, isAbort, type Problem } from '../api/problem';
import { now } from './time';

export interface Load<T> {
  /** The last answer, null before the first. */
  data: ReadonlySignal<T | null>;
  problem: ReadonlySignal<Problem | null>;
  /** Whether an answer is awaited. */
  busy: ReadonlySignal<boolean>;
  /** How long it has taken: 0 at first, 1 after a second (show a bar), 2 after ten (offer to cancel). */
  slow: ReadonlySignal<0 | 1 | 2>;
  /** Ask again. */
  reload: () => void;
  /** Stop waiting; the server stops working on it. */
  cancel: () => void;
  /** Whether that was asked for, and nothing was started since. */
  stopped: ReadonlySignal<boolean>;
}

export interface LoadOptions {
  /** Whether the page's refresh renews it too (default true). */
  refresh?: boolean;
  /** Nothing is asked while this is false (default true). */
  when?: boolean;
}

const SLOW_MS = 1_000;
const VERY_SLOW_MS = 10_000;
const UNREACHABLE_RETRY_MS = 3_000;

/**
 * Ask for something whenever `key` changes, the page is refreshed, or `reload` is called.
 *
 * `key` is anything that JSON can write; `ask` gets a signal to hand on to the client.
 */
export function useLoad<T>(
  key: unknown,
  ask: (signal: AbortSignal) => Promise<T>,
  options: LoadOptions = {},
): Load<T> {
  const { refresh = true, when = true } = options;
  const latest = useRef(ask);
  latest.current = ask;
  const loader = useMemo(() => new Loader<T>((signal) => latest.current(signal)), []);
  const text = JSON.stringify(key);
  // Reading the signal here subscribes the component that uses the hook.
  const at = refresh ? now.value : 0;
  useEffect(() => {
    if (when) loader.start();
    else loader.leave();
  }, [text, at, when]);
  useEffect(() => () => loader.leave(), []);
  return loader;
}

/** The state behind `useLoad`, apart so that it can be tested and used outside of components. */
export class Loader<T> implements Load<T> {
  data: Signal<T | null> = signal<T | null>(null);
  problem: Signal<Problem | null> = signal<Problem | null>(null);
  busy = signal(false);
  slow = signal<0 | 1 | 2>(0);
  stopped = signal(false);
  private running: AbortController | null = null;
  private timers: ReturnType<typeof setTimeout>[] = [];

  constructor(private readonly ask: (signal: AbortSignal) => Promise<T>) {}

  readonly reload = (): void => this.start();

  readonly cancel = (): void => {
    this.stopped.value = this.running !== null;
    this.leave();
  };

  /** As `cancel`, but nobody asked for it: the answer is not wanted any more. */
  leave(): void {
    this.running?.abort(new DOMException('cancelled', 'AbortError'));
    this.settle();
  }

  start(): void {
    this.leave();
    this.stopped.value = false;
    const running = (this.running = new AbortController());
    this.busy.value = true;
    this.timers = [
      setTimeout(() => (this.slow.value = 1), SLOW_MS),
      setTimeout(() => (this.slow.value = 2), VERY_SLOW_MS),
    ];
    void this.run(running);
  }

  private async run(running: AbortController): Promise<void> {
    try {
      const data = await this.ask(running.signal);
      if (running !== this.running) return;
      batch(() => {
        this.data.value = data;
        this.problem.value = null;
        this.settle();
      });
    } catch (error) {
      if (running !== this.running || isAbort(error)) return;
      const problem = asProblem(error);
      batch(() => {
        this.problem.value = problem;
        this.settle();
      });
      // A server that is gone comes back without anybody pressing a button.
      if (problem.status === 0) this.timers = [setTimeout(() => this.start(), UNREACHABLE_RETRY_MS)];
    }
  }

  private settle(): void {
    this.timers.forEach(clearTimeout);
    this.timers = [];
    this.running = null;
    this.busy.value = false;
    this.slow.value = 0;
  }
}

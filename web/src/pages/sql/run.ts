// SPDX-License-Identifier: Apache-2.0
// One statement at a time: run, watched while it runs, stopped in the engine.

import { batch, signal } from '@preact/signals';

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { asProblem, isAbort, Problem } from '../../api/problem';
import type { Span } from '../../state/time';
import { addPast } from './history';
import { filled } from './tokens';

export type SqlAnswer = Answer<'/v1/sql', 'post'>;
export type SqlState = Answer<'/v1/sql/{id}', 'get'>;

export interface Done {
  sql: string;
  /** What `$from` and `$to` were. */
  span: Span;
  answer: SqlAnswer;
}

const WATCH_AFTER_MS = 1_000;
const WATCH_EVERY_MS = 500;

export class Runner {
  readonly done = signal<Done | null>(null);
  readonly problem = signal<{ problem: Problem; sql: string; span: Span } | null>(null);
  /** Whether the last one was stopped by its reader. */
  readonly cancelled = signal(false);
  /** The statement at work: when it began, and how far the server says it is. */
  readonly running = signal<{ id: string; began_ms: number; cancelling: boolean } | null>(null);
  readonly state = signal<SqlState | null>(null);

  /** Run a statement in place of the one that runs. */
  async start(sql: string, span: Span): Promise<void> {
    void this.cancel();
    const id = newId();
    const began_ms = Date.now();
    batch(() => {
      this.running.value = { id, began_ms, cancelling: false };
      this.state.value = null;
      this.cancelled.value = false;
    });
    void this.watch(id);
    try {
      const answer = await api.post('/v1/sql', { body: { sql: filled(sql, span), id } });
      addPast({ sql, at_ms: began_ms, rows: answer.rows.length, seconds: answer.seconds });
      this.end(id, () => {
        this.done.value = { sql, span, answer };
        this.problem.value = null;
      });
    } catch (error) {
      const problem = asProblem(error);
      const isCancelled = problem.reason === 'cancelled' || isAbort(error);
      if (!isCancelled) addPast({ sql, at_ms: began_ms, rows: null, seconds: (Date.now() - began_ms) / 1000 });
      this.end(id, () => {
        this.cancelled.value = isCancelled;
        this.problem.value = isCancelled ? null : { problem, sql, span };
      });
    }
  }

  /** Stop what runs, in the engine; its own answer then says so. */
  async cancel(): Promise<void> {
    const running = this.running.peek();
    if (!running || running.cancelling) return;
    this.running.value = { ...running, cancelling: true };
    try {
      await api.delete('/v1/sql/{id}', { path: { id: running.id } });
    } catch {
      // It has ended meanwhile, or its own request tells what is wrong with the server.
    }
  }

  private end(id: string, change: () => void): void {
    if (this.running.peek()?.id !== id) return;
    batch(() => {
      change();
      this.running.value = null;
      this.state.value = null;
    });
  }

  private async watch(id: string): Promise<void> {
    await pause(WATCH_AFTER_MS);
    while (this.running.peek()?.id === id) {
      try {
        const state = await api.get('/v1/sql/{id}', { path: { id } });
        if (this.running.peek()?.id === id) this.state.value = state;
      } catch {
        // It has ended between two looks.
      }
      await pause(WATCH_EVERY_MS);
    }
  }
}

/** A random UUID; browsers have a function for it only on pages over TLS or of this host. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((each) => each.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// SPDX-License-Identifier: Apache-2.0
// What the rules of the rows in sight saw in the last hours: asked for a few at a time, and each once.

import { batch, signal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';

import { api } from '../../api/client';
import { now, span, type Span } from '../../state/time';
import { project } from '../../state/session';
import { hasInstances, isThreshold } from './rule';
import type { AlarmView } from './states';

const HOUR_MS = 3_600_000;
/** More would be too much for a line the size of a word, and for the server, which decides each step anew. */
const SPAN_MS_MAX = 24 * HOUR_MS;
const AT_ONCE = 3;
/** Scrolling asks once it rests. */
const REST_MS = 150;
/** A line this wide has no more points to show. */
const POINTS = 96;

export interface Spark {
  times_ms: readonly number[];
  values: readonly (number | null)[];
}

export interface Sparks {
  /** By the alarm's id; null where nothing is to be shown. */
  of: ReadonlySignal<ReadonlyMap<string, Spark | null>>;
  range: Span;
  onShown: (rows: readonly AlarmView[]) => void;
}

/** Whether a row has a line to be shown: a single rule with a threshold. */
export const hasSpark = ({ type, threshold }: AlarmView): boolean =>
  isThreshold(type) && !hasInstances(type) && threshold !== null;

export function useSparks(): Sparks {
  const range = rangeOf(span.value);
  const stamp = JSON.stringify([range, now.value, project.value]);
  const asker = useMemo(() => new Asker(), []);
  useEffect(() => asker.begin(stamp, range), [stamp]);
  useEffect(() => () => asker.leave(), []);
  return { of: asker.of, range, onShown: asker.onShown };
}

function rangeOf({ start_ms, stop_ms }: Span): Span {
  return { start_ms: Math.max(start_ms, stop_ms - SPAN_MS_MAX), stop_ms };
}

/** Asks for what is in sight and not known, until it is told of other rows or another range. */
export class Asker {
  readonly of = signal<ReadonlyMap<string, Spark | null>>(new Map());
  private range: Span = { start_ms: 0, stop_ms: 0 };
  private stamp = '';
  /** The stamp and the definition by which each was asked for: another one makes it old. */
  private known = new Map<string, string>();
  private wanted: readonly AlarmView[] = [];
  private running: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  readonly onShown = (rows: readonly AlarmView[]): void => {
    const before = this.wanted;
    this.wanted = rows.filter(hasSpark);
    // A list that is renewed mostly brings the same once more.
    const told = (each: AlarmView): string => `${each.id} ${each.changed_ms}`;
    if (this.wanted.map(told).join() !== before.map(told).join()) this.soon();
  };

  begin(stamp: string, range: Span): void {
    this.stamp = stamp;
    this.range = range;
    this.soon();
  }

  leave(): void {
    clearTimeout(this.timer);
    this.running?.abort(new DOMException('cancelled', 'AbortError'));
  }

  private soon(): void {
    this.leave();
    this.timer = setTimeout(() => void this.run(), REST_MS);
  }

  private async run(): Promise<void> {
    const running = (this.running = new AbortController());
    const queue = this.wanted.filter((row) => this.known.get(row.id) !== this.markOf(row));
    const work = async (): Promise<void> => {
      for (let row = queue.shift(); row && !running.signal.aborted; row = queue.shift()) {
        await this.ask(row, running.signal);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  private async ask(row: AlarmView, signal: AbortSignal): Promise<void> {
    const mark = this.markOf(row);
    const query = { start: this.range.start_ms / 1000, stop: this.range.stop_ms / 1000 };
    let found: Spark | null = null;
    try {
      const { series } = await api.get('/v1/alarms/{id}/past', { path: { id: row.id }, query, signal });
      found = series[0] ? thinned(series[0], POINTS) : null;
    } catch {
      // A row without its line is still a row; the alarm's own page says what is wrong.
    }
    if (signal.aborted) return;
    batch(() => {
      this.known.set(row.id, mark);
      this.of.value = new Map(this.of.peek()).set(row.id, found);
    });
  }

  private markOf({ changed_ms }: AlarmView): string {
    return `${changed_ms} ${this.stamp}`;
  }
}

/** At most about so many points: of each stretch the lowest and the highest. */
export function thinned({ times_ms, values }: Spark, points: number): Spark {
  const size = Math.ceil((2 * values.length) / points);
  if (size < 3) return { times_ms, values };
  const kept: number[] = [];
  for (let from = 0; from < values.length; from += size) {
    const places = Array.from({ length: Math.min(size, values.length - from) }, (_, at) => from + at);
    const known = places.filter((at) => values[at] !== null);
    const by = (one: number, other: number): number => values[one]! - values[other]!;
    const [low, high] = [known.toSorted(by)[0], known.toSorted(by).at(-1)];
    const ends = low === undefined ? [from] : [...new Set([low, high!])].sort((one, other) => one - other);
    kept.push(...ends);
  }
  return { times_ms: kept.map((at) => times_ms[at]!), values: kept.map((at) => values[at] ?? null) };
}

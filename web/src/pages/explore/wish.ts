// SPDX-License-Identifier: Apache-2.0
// What is explored, as the address has it, and the requests that it amounts to.

import type { Body } from '../../api/operations';
import { instant } from '../../state/moment';
import type { Span } from '../../state/time';

export type Mode = 'metrics' | 'expression';
export type Detail = 'screen' | 'all';

export interface Wish {
  mode: Mode;
  /** Ids of metrics, in the order in which they were picked. */
  metrics: readonly string[];
  method: string;
  /** Counters as they count, and not as growth per second. */
  raw: boolean;
  expression: string;
  /** The resources whose metrics an expression names: their type, and filter text. */
  type: string;
  search: string;
  groupby: readonly string[];
  /** Seconds; null for what suits the range. */
  granularity_s: number | null;
  /** How long before the range the period lies that is drawn beside it, such as `1d`; empty for none. */
  compare: string;
  detail: Detail;
}

export const METRICS_MAX = 100;
/** The server answers with so many points a series, and so many in all. */
const POINTS_MAX = 100_000;
const POINTS_IN_ALL = 1_000_000;
/** More than a wide screen has pixels: the server keeps the lowest and highest of what it leaves out. */
const SCREEN_POINTS = 2_000;

/** Read the address. */
export function wishOf(params: URLSearchParams): Wish {
  const text = (name: string): string => params.get(name) ?? '';
  const granularity = Number(text('granularity'));
  return {
    mode: params.has('expr') || text('by') === 'expression' ? 'expression' : 'metrics',
    metrics: [...new Set(params.getAll('metric'))].slice(0, METRICS_MAX),
    method: text('method') || 'mean',
    raw: text('counters') === 'raw',
    expression: text('expr'),
    type: text('type'),
    search: text('search'),
    groupby: params.getAll('group'),
    granularity_s: granularity > 0 && Number.isFinite(granularity) ? granularity : null,
    compare: text('compare'),
    detail: text('detail') === 'all' ? 'all' : 'screen',
  };
}

/** Whether there is anything to ask for. */
export function asksNothing(wish: Wish): boolean {
  return wish.mode === 'metrics' ? !wish.metrics.length : !wish.expression.trim();
}

export type SeriesBody = Body<'/v1/series', 'post'>;
export type QueryBody = Body<'/v1/query', 'post'>;

/** The request for the points of picked metrics. */
export function seriesBody(wish: Wish, span: Span): SeriesBody {
  const most = Math.min(POINTS_MAX, Math.floor(POINTS_IN_ALL / Math.max(1, wish.metrics.length)));
  return {
    metrics: [...wish.metrics],
    method: wish.method,
    granularity_s: wish.granularity_s,
    ...rangeOf(span),
    points: wish.detail === 'all' ? most : SCREEN_POINTS,
    // Null: counters as growth per second and everything else as it is.
    rate: wish.raw ? false : null,
  };
}

/** The request for what an expression gives. */
export function queryBody(wish: Wish, span: Span): QueryBody {
  return {
    operations: wish.expression.trim(),
    search: wish.search.trim() || null,
    resource_type: wish.type || null,
    groupby: [...wish.groupby],
    granularity_s: wish.granularity_s,
    ...rangeOf(span),
    points: wish.detail === 'all' ? POINTS_MAX : SCREEN_POINTS,
  };
}

/** A range as requests have it. */
export function rangeOf({ start_ms, stop_ms }: Span): { start: string; stop: string } {
  return { start: new Date(start_ms).toISOString(), stop: new Date(stop_ms).toISOString() };
}

const OFFSET = /^\d+(?:\.\d+)?[smhdwMy]$/;

/**
 * How far back the earlier period lies, in milliseconds: days and longer as the calendar has them, so that across a
 * daylight change the same hours stand above each other. Null where the text says no such thing.
 */
export function offsetOf(compare: string, span: Span, zone: string): number | null {
  if (!OFFSET.test(compare)) return null;
  const earlier = instant(`now-${compare}`, span.start_ms, zone);
  return earlier === null || earlier >= span.start_ms ? null : span.start_ms - earlier;
}

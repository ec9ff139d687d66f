// SPDX-License-Identifier: Apache-2.0
// Asking for what is explored: of either kind of question the same kind of answer, made into lines.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import type { Line } from '../../charts/line';
import type { Span } from '../../state/time';
import { readable } from './expression';
import { offsetOf, queryBody, seriesBody, type Wish } from './wish';

export interface ReadSeries {
  /** The same in the answers for other ranges. */
  key: string;
  label: string;
  unit: string | null;
  resource: { id: string; label: string } | null;
  /** What the metric itself is called; null where several were made into one. */
  name: string | null;
  times_ms: readonly number[];
  values: readonly (number | null)[];
}

export interface Read {
  series: ReadSeries[];
  granularity_s: number | null;
  downsampled: boolean;
  notes: string[];
}

export interface Explored {
  now: Read;
  earlier: Read | null;
  /** How far the earlier period was moved to lie above the present one. */
  offset_ms: number;
  span: Span;
}

/** Ask for the range, and for the earlier period where one is compared with. */
export async function explore(wish: Wish, span: Span, zone: string, signal: AbortSignal): Promise<Explored> {
  const offset_ms = offsetOf(wish.compare, span, zone) ?? 0;
  const before = { start_ms: span.start_ms - offset_ms, stop_ms: span.stop_ms - offset_ms };
  const [now, earlier] = await Promise.all([
    read(wish, span, signal),
    offset_ms ? read(wish, before, signal) : Promise.resolve(null),
  ]);
  return { now, earlier, offset_ms, span };
}

async function read(wish: Wish, span: Span, signal: AbortSignal): Promise<Read> {
  if (wish.mode === 'metrics') {
    return ofSeries(await api.post('/v1/series', { body: seriesBody(wish, span), signal }));
  }
  try {
    return ofQuery(await api.post('/v1/query', { body: queryBody(wish, span), signal }));
  } catch (error) {
    throw readable(error);
  }
}

function ofSeries(answer: Answer<'/v1/series', 'post'>): Read {
  const labels = labelsOf(answer.series);
  return {
    ...answer,
    series: answer.series.map((each, at) => ({
      ...each,
      key: each.metric,
      label: labels[at]!,
      unit: each.unit,
      resource: each.resource,
      name: each.name,
    })),
    notes: [...new Set(answer.notes.map((each) => each.text))],
  };
}

function ofQuery(answer: Answer<'/v1/query', 'post'>): Read {
  const counts = new Map<string, number>();
  const series = answer.series.map((each) => {
    // Names are the same over ranges; two of one name are told apart by their order.
    const before = counts.get(each.name) ?? 0;
    counts.set(each.name, before + 1);
    return {
      ...each,
      key: before ? `${each.name} ${before + 1}` : each.name,
      label: each.name,
      name: null,
    };
  });
  return { ...answer, series, notes: [...answer.notes] };
}

type Named = { metric: string; name: string | null; resource: { label: string } | null };

/** What the lines are called: only what tells them apart, and both where both differ. */
export function labelsOf(series: readonly Named[]): string[] {
  const metrics = new Set(series.map((each) => each.name ?? each.metric));
  const resources = new Set(series.map((each) => each.resource?.label ?? ''));
  return series.map((each) => {
    const name = each.name ?? each.metric;
    const owner = each.resource?.label;
    if (!owner || (resources.size === 1 && metrics.size > 1)) return name;
    return metrics.size === 1 && resources.size > 1 ? owner : `${owner} · ${name}`;
  });
}

/** The lines of an answer: those of the range first, so that comparing does not change their colours. */
export function linesOf({ now, earlier, offset_ms }: Explored, compare: string): Line[] {
  const lines = now.series.map(({ key, label, unit, times_ms, values }): Line => ({
    key,
    label,
    unit,
    times_ms,
    values,
  }));
  const before = (earlier?.series ?? []).map(({ key, label, unit, times_ms, values }): Line => ({
    key: `${key}${EARLIER}`,
    label: `${label} (${compare} earlier)`,
    unit,
    times_ms: times_ms.map((time) => time + offset_ms),
    values,
    earlierOf: key,
  }));
  return [...lines, ...before];
}

/** Ends the keys of lines of the earlier period. */
export const EARLIER = ' earlier';

/** The lines as the chart gets them: a hidden one keeps its place, and so its colour, but has no points. */
export function withoutHidden(lines: readonly Line[], hidden: ReadonlySet<string>): readonly Line[] {
  if (!hidden.size) return lines;
  return lines.map((line) => (hidden.has(line.key) ? { ...line, times_ms: [], values: [] } : line));
}

/** The width beyond which two points have a gap between them; undefined lets the chart judge by what it sees. */
export function gapOf({ now }: Explored): number | undefined {
  return now.downsampled || !now.granularity_s ? undefined : now.granularity_s * 1500;
}

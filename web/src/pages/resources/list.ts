// SPDX-License-Identifier: Apache-2.0
// The rows of the list: in pages as the server sorts them, or all of them, where the order is made here.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { sorted, type Cellular } from '../../parts/order';
import { readPages, type AskPage, type Page } from '../../parts/paged';
import type { Span } from '../../state/time';
import { attributeOf, keyOfSort, metricOf, SORTED_HERE_MAX, TELLING } from './choices';
import { queryOf, type Filters } from './filters';
import { byResource, mainOf } from './newest';

export type ResourceRow = Answer<'/v1/resources', 'get'>['resources'][number];
export type LatestSeries = Answer<'/v1/resources/latest', 'post'>['series'][number];

/** So many resources can be asked for their newest values at once. */
export const LATEST_MAX = 200;
/** Points of a sparkline. A counter's newest value is that of its last step, so all who ask take the same steps. */
export const SPARKLINE_POINTS = 48;

export interface ResourcePage extends Page<ResourceRow> {
  /** The filters that these are the rows of, as the address may be ahead of what has come. */
  of: Filters;
  /** Whether there are too many rows to bring them all here for sorting. */
  unsorted?: boolean;
}

/** Asks for pages of resources in an order that the server has. */
export function pagesOf(given: Filters, sort: string): AskPage<ResourceRow, ResourcePage> {
  return async (marker, limit, signal) => {
    const query = { ...queryOf(given), sort, limit, ...(marker ? { marker } : {}) };
    const { resources, next, total } = await api.get('/v1/resources', { query, signal });
    return { rows: resources, next, total, of: given };
  };
}

/** All resources in an order that only we can make; a part of them, unsorted, when there are too many. */
export async function sortedHere(
  given: Filters,
  sort: string,
  span: Span,
  signal: AbortSignal,
): Promise<ResourcePage> {
  const ask = pagesOf(given, '-revision');
  const first = await ask(undefined, LATEST_MAX, signal);
  if ((first.total ?? 0) > SORTED_HERE_MAX) return { ...first, unsorted: true };
  const rest = first.next === null ? [] : (await readPages(after(ask, first.next), SORTED_HERE_MAX, signal)).rows;
  const rows = [...first.rows, ...rest];
  const by = await sorting(keyOfSort(sort), rows, span, signal);
  return { rows: sorted(rows, by, sort.startsWith('-')), next: null, total: rows.length, of: given };
}

function after(ask: ReturnType<typeof pagesOf>, first: string): ReturnType<typeof pagesOf> {
  return (marker, limit, signal) => ask(marker ?? first, limit, signal);
}

/** What rows are ordered by for a column. */
async function sorting(
  key: string,
  rows: readonly ResourceRow[],
  span: Span,
  signal: AbortSignal,
): Promise<(row: ResourceRow) => Cellular> {
  const attribute = attributeOf(key);
  if (attribute !== undefined) return (row) => asCellular(row.attributes[attribute]);
  const metric = metricOf(key);
  if (metric !== undefined || key === 'main') {
    const names = metric === undefined ? TELLING : [metric];
    const ids = rows.map((row) => row.id);
    const newest = byResource(ids, await latestOfAll(ids, names, span, SPARKLINE_POINTS, signal));
    const shown = (of: ReadonlyMap<string, LatestSeries> | undefined): LatestSeries | undefined =>
      metric === undefined ? mainOf(of) : of?.get(metric);
    return (row) => shown(newest.get(row.id))?.latest?.value ?? null;
  }
  return (row) => FIXED_ORDER[key]?.(row) ?? null;
}

const FIXED_ORDER: Record<string, (row: ResourceRow) => Cellular> = {
  name: (row) => row.label,
  id: (row) => row.id,
  user: (row) => row.user_id,
  ended: (row) => row.ended_ms,
};

function asCellular(value: unknown): Cellular {
  if (typeof value === 'number' || typeof value === 'string') return value;
  return value === null || value === undefined ? null : String(value);
}

/** Newest values and sparklines of any number of resources, in as few questions as there may be. */
export async function latestOfAll(
  ids: readonly string[],
  metrics: readonly string[] | null,
  span: Span,
  points: number,
  signal: AbortSignal,
): Promise<LatestSeries[]> {
  const found: LatestSeries[] = [];
  for (let from = 0; from < ids.length; from += LATEST_MAX) {
    const body = {
      ids: ids.slice(from, from + LATEST_MAX),
      metrics: metrics === null ? null : [...metrics],
      start: new Date(span.start_ms).toISOString(),
      stop: new Date(span.stop_ms).toISOString(),
      points,
    };
    found.push(...(await api.post('/v1/resources/latest', { body, signal })).series);
  }
  return found;
}

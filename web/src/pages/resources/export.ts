// SPDX-License-Identifier: Apache-2.0
// The list as a file: all that match, not only what has been scrolled to.

import { announce } from '../../parts/announce';
import { saveFile } from '../../parts/Copy';
import { csv, type Cell } from '../../parts/csv';
import { readPages, type AskPage } from '../../parts/paged';
import type { Span } from '../../state/time';
import { attributeOf, metricOf, TELLING, titleOf } from './choices';
import { latestOfAll, SPARKLINE_POINTS, type LatestSeries, type ResourceRow } from './list';
import { byResource, mainOf, type LatestOf } from './newest';

export const EXPORT_MAX = 100_000;

export interface Wish {
  format: 'csv' | 'json';
  columns: readonly string[];
  metrics: readonly string[];
  span: Span;
  signal: AbortSignal;
}

/** Bring all rows and their newest values, and save them. */
export async function exportList(ask: AskPage<ResourceRow>, wish: Wish): Promise<void> {
  const { rows, next } = await readPages(ask, EXPORT_MAX, wish.signal);
  const ids = rows.map((row) => row.id);
  const { metrics, span, signal } = wish;
  const series: LatestSeries[] = metrics.length
    ? await latestOfAll(ids, metrics, span, SPARKLINE_POINTS, signal)
    : [];
  const newest = byResource(ids, series);
  const text = wish.format === 'csv' ? listCsv(rows, wish.columns, newest) : listJson(rows, newest);
  const type = wish.format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json';
  saveFile(`resources.${wish.format}`, text, type);
  announce(`${rows.length} resources saved${next === null ? '' : `; the file ends after ${EXPORT_MAX}`}`);
}

/** The columns shown, with the id in front and a metric's unit beside its value; times in UTC. */
export function listCsv(rows: readonly ResourceRow[], columns: readonly string[], newest: LatestOf): string {
  const titles = columns.flatMap((key) => (isMetric(key) ? [titleOf(key), `${titleOf(key)} unit`] : [titleOf(key)]));
  const cells = rows.map((row) => [row.id, ...columns.flatMap((key) => cellsOf(row, key, newest))]);
  return csv(['Id', ...titles], cells);
}

const isMetric = (key: string): boolean => metricOf(key) !== undefined || key === 'main';

function cellsOf(row: ResourceRow, key: string, newest: LatestOf): Cell[] {
  const attribute = attributeOf(key);
  if (attribute !== undefined) return [row.attributes[attribute]];
  if (isMetric(key)) {
    const series = newest.get(row.id);
    const shown = key === 'main' ? mainOf(series) : series?.get(metricOf(key)!);
    return [shown?.latest?.value, shown?.unit];
  }
  const fixed: Record<string, Cell> = {
    name: row.label,
    type: row.type,
    project: row.project_id,
    user: row.user_id,
    id: row.id,
    started: iso(row.started_ms),
    ended: iso(row.ended_ms),
    revision: iso(row.revision_ms),
  };
  return [fixed[key]];
}

/** Everything of each resource, and the newest values of the metrics shown. */
export function listJson(rows: readonly ResourceRow[], newest: LatestOf): string {
  const shown = rows.map((row) => ({
    ...row,
    latest: Object.fromEntries(
      [...(newest.get(row.id) ?? [])].map(([name, { latest, unit }]) => [name, latest && { ...latest, unit }]),
    ),
  }));
  return `${JSON.stringify(shown, null, 1)}\n`;
}

/** The metrics that some columns need. */
export function metricsOf(columns: readonly string[]): string[] {
  const named = columns.map(metricOf).filter((name) => name !== undefined);
  return [...new Set([...named, ...(columns.includes('main') ? TELLING : [])])];
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

// SPDX-License-Identifier: Apache-2.0
// The question that a chart answers, in the forms in which it is asked elsewhere.

import type { Span } from '../../state/time';
import { queryBody, rangeOf, seriesBody, type Wish } from './wish';

/** A text as one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function curl(url: string, body: unknown): string {
  const head = `curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json'`;
  return `${head} \\\n  ${quoted(url)} \\\n  -d ${quoted(JSON.stringify(body))}`;
}

/** Our own API, as a command. */
export function nativeCall(wish: Wish, span: Span, origin = window.location.origin): string {
  return wish.mode === 'metrics'
    ? curl(`${origin}/api/v1/series`, seriesBody(wish, span))
    : curl(`${origin}/api/v1/query`, queryBody(wish, span));
}

/** The body of a Gnocchi aggregates request. */
export function gnocchiBody(wish: Wish): Record<string, unknown> {
  if (wish.mode === 'metrics') {
    return { operations: `(metric ${wish.metrics.map((id) => `(${id} ${wish.method})`).join(' ')})` };
  }
  const operations = wish.expression.trim();
  if (namesIds(operations)) return { operations };
  return { operations, resource_type: wish.type || 'generic', search: wish.search.trim() || {} };
}

const UUID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/i;

/** Metrics are named by id or by name, never both; with ids there is nothing to search. */
function namesIds(operations: string): boolean {
  return UUID.test(operations);
}

/** The Gnocchi aggregates request, as a command. */
export function gnocchiCall(wish: Wish, span: Span, origin = window.location.origin): string {
  const search = new URLSearchParams(rangeOf(span));
  if (wish.granularity_s) search.set('granularity', String(wish.granularity_s));
  if (wish.mode === 'expression') for (const each of wish.groupby) search.append('groupby', each);
  return curl(`${origin}/gnocchi/v1/aggregates?${search.toString()}`, gnocchiBody(wish));
}

/** The measures of picked metrics as a statement; `$from` and `$to` are the page's range. */
export function sqlOf(metrics: readonly string[]): string {
  const ids = metrics.map((id) => `'${id}'`).join(', ');
  return [
    'SELECT time, value, resource, name',
    'FROM measures',
    `WHERE metric_id IN (${ids})`,
    '  AND time >= $from AND time < $to',
    'ORDER BY time',
  ].join('\n');
}

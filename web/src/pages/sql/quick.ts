// SPDX-License-Identifier: Apache-2.0
// The rows of an answer as lines over time: its time column, its numbers, and texts that tell the lines apart.

import type { Line } from '../../charts/line';
import type { Span } from '../../state/time';
import type { SqlAnswer } from './run';

type Answered = Pick<SqlAnswer, 'columns' | 'rows'>;

export const LINES_MAX = 50;
const WRAPPED = /^(?:(?:Nullable|LowCardinality)\()*/;

export const isTime = (type: string): boolean => /^Date/.test(type.replace(WRAPPED, ''));
export const isNumber = (type: string): boolean => /^(?:U?Int|Float|Decimal)/.test(type.replace(WRAPPED, ''));
export const isText = (type: string): boolean => /^(?:Fixed)?String|^Enum|^UUID/.test(type.replace(WRAPPED, ''));

export interface Quick {
  time: string;
  lines: Line[];
  /** Lines that were left out, being too many for one chart. */
  left: number;
  span: Span;
}

/** The columns that can tell lines apart; a column of units is none. */
export function splitters({ columns }: Pick<Answered, 'columns'>): string[] {
  return columns.filter((each) => isText(each.type) && each.name !== 'unit').map((each) => each.name);
}

/** Lines by time, or null where there is no column of times or none of numbers. */
export function quickChart({ columns, rows }: Answered, by: readonly string[]): Quick | null {
  const time = columns.findIndex((each) => isTime(each.type));
  const numbers = columns.map((each, at) => (isNumber(each.type) ? at : -1)).filter((at) => at >= 0);
  if (time < 0 || !numbers.length || !rows.length) return null;
  const texts = by.map((name) => columns.findIndex((each) => each.name === name)).filter((at) => at >= 0);
  const unit = columns.findIndex((each) => each.name === 'unit');
  const groups = new Map<string, unknown[][]>();
  for (const row of sortedBy(rows, time)) {
    const key = texts.map((at) => String(row[at] ?? 'none')).join(' · ');
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const all = [...groups].flatMap(([key, members]) => numbers.map((at) => ({ key, members, at })));
  const lines = all.slice(0, LINES_MAX).map(({ key, members, at }): Line => {
    const name = columns[at]!.name;
    const label = !key ? name : numbers.length > 1 ? `${key} · ${name}` : key;
    return {
      key: `${key} ${name} ${at}`,
      label,
      unit: unit < 0 ? null : onlyOne(members, unit),
      times_ms: members.map((row) => Date.parse(String(row[time]))),
      values: members.map((row) => numberOf(row[at])),
    };
  });
  const times = lines.flatMap((line) => [line.times_ms[0]!, line.times_ms.at(-1)!]);
  const span = { start_ms: Math.min(...times), stop_ms: Math.max(...times, Math.min(...times) + 1000) };
  return { time: columns[time]!.name, lines, left: all.length - lines.length, span };
}

/** The columns to split by at first: those without which one line would have several values at a time. */
export function usualSplit(answer: Answered): string[] {
  const time = answer.columns.findIndex((each) => isTime(each.type));
  if (time < 0) return [];
  const times = new Set(answer.rows.map((row) => row[time]));
  return times.size < answer.rows.length ? splitters(answer) : [];
}

function sortedBy(rows: readonly unknown[][], time: number): unknown[][] {
  return rows
    .filter((row) => typeof row[time] === 'string')
    .sort((one, other) => ((one[time] as string) < (other[time] as string) ? -1 : 1));
}

function onlyOne(rows: readonly unknown[][], at: number): string | null {
  const found = new Set(rows.map((row) => row[at]));
  const [only] = found;
  return found.size === 1 && typeof only === 'string' && only ? only : null;
}

/** Decimals come as texts. */
function numberOf(value: unknown): number | null {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : null;
}

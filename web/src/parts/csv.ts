// SPDX-License-Identifier: Apache-2.0
// Tables as CSV (RFC 4180).

export type Cell = string | number | boolean | null | undefined;

/** The text of a table; spreadsheets take a text that starts like a formula for one, so it gets a quote in front. */
export function csv(titles: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [titles.map(quoted).join(',')];
  for (const row of rows) lines.push(row.map(quoted).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function quoted(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

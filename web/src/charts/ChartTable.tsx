// SPDX-License-Identifier: Apache-2.0
// The points of a chart as a table, and as a file.

import { useMemo } from 'preact/hooks';

import { csv } from '../parts/csv';
import { saveFile } from '../parts/Copy';
import { DataTable, type Column } from '../parts/DataTable';
import { showTime, zone } from '../state/zone';
import type { Line } from './line';
import { show, showRaw } from './units';

export interface Row {
  time_ms: number;
  values: (number | null)[];
}

export function ChartTable({ name, lines, height }: { name: string; lines: readonly Line[]; height: number }) {
  const rows = useMemo(() => rowsOf(lines), [lines]);
  const columns: Column<Row>[] = [
    { key: 'time', title: `Time (${zone.value})`, cell: (row) => showTime(row.time_ms), sort: (row) => row.time_ms },
    ...lines.map((line, index): Column<Row> => ({
      key: line.key,
      title: line.label,
      number: true,
      cell: (row) => <span title={showRaw(row.values[index], line.unit)}>{show(row.values[index], line.unit)}</span>,
      sort: (row) => row.values[index] ?? null,
    })),
  ];
  return (
    <DataTable name={`${name}, points`} rows={rows} columns={columns} rowKey={(row) => row.time_ms} height={height} />
  );
}

/** Save the points of a chart: times in the page's zone and as UTC, values with all their digits. */
export function saveCsv(name: string, lines: readonly Line[]): void {
  saveFile(`${name.replace(/[^\w.-]+/g, '_')}.csv`, chartCsv(lines));
}

/** The text of that file. */
export function chartCsv(lines: readonly Line[], inZone = zone.peek()): string {
  const titles = lines.map((line) => (line.unit ? `${line.label} (${line.unit})` : line.label));
  const rows = rowsOf(lines).map((row) => [
    showTime(row.time_ms, inZone),
    new Date(row.time_ms).toISOString(),
    ...row.values,
  ]);
  return csv([`time ${inZone}`, 'time UTC', ...titles], rows);
}

/** One row for each time at which any line has a point. */
export function rowsOf(lines: readonly Line[]): Row[] {
  const rows = new Map<number, Row>();
  lines.forEach((line, index) => {
    line.times_ms.forEach((time_ms, at) => {
      let row = rows.get(time_ms);
      if (!row) rows.set(time_ms, (row = { time_ms, values: lines.map(() => null) }));
      row.values[index] = line.values[at] ?? null;
    });
  });
  return [...rows.values()].sort((one, other) => one.time_ms - other.time_ms);
}

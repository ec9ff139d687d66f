// SPDX-License-Identifier: Apache-2.0
// What a statement gave: its rows as a table, a chart where there are times and numbers, and files of it.

import { useMemo, useState } from 'preact/hooks';

import { Chart } from '../../charts/Chart';
import { Button } from '../../parts/Button';
import { copyText, saveFile } from '../../parts/Copy';
import { csv, type Cell } from '../../parts/csv';
import { DataTable, type Column } from '../../parts/DataTable';
import { Select } from '../../parts/Field';
import { Menu } from '../../parts/Menu';
import { PanelFrame } from '../../parts/Panel';
import { zoomTo, type Span } from '../../state/time';
import { params, setParams } from '../../state/url';
import { showTime, zone } from '../../state/zone';
import { isNumber, isTime, quickChart, splitters, usualSplit } from './quick';
import type { Done, SqlAnswer } from './run';
import { usesRange } from './tokens';

const HEIGHT = 340;

export function Result({ done, dimmed }: { done: Done; dimmed: boolean }) {
  const { answer } = done;
  const chartable = useMemo(() => quickChart(answer, []) !== null, [answer]);
  const isChart = chartable && params.value.get('view') === 'chart';
  const name = `query-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}`;
  return (
    <PanelFrame
      title="Result"
      note={noteOf(answer)}
      actions={
        answer.columns.length > 0 && (
          <>
            {chartable && (
              <Button
                kind="quiet"
                icon={isChart ? 'table' : 'explore'}
                onClick={() => setParams({ view: isChart ? null : 'chart' }, { replace: true })}
              >
                {isChart ? 'Table' : 'Chart'}
              </Button>
            )}
            <Menu
              label="Export the result"
              icon="download"
              shown="Export"
              align="end"
              items={[
                { label: 'Save as CSV', icon: 'download', onChoose: () => saveFile(`${name}.csv`, csvOf(answer)) },
                {
                  label: 'Save as JSON',
                  icon: 'download',
                  onChoose: () => saveFile(`${name}.json`, jsonOf(answer), 'application/json'),
                },
                {
                  label: 'Copy for a spreadsheet',
                  icon: 'copy',
                  onChoose: () => void copyText(tsvOf(answer), 'Rows copied'),
                },
              ]}
            />
          </>
        )
      }
    >
      <div class={dimmed ? 'dimmed' : undefined}>
        {!answer.complete && (
          <p class="banner">
            Only the first {answer.rows.length.toLocaleString('en')} rows are here; LIMIT or GROUP BY gives fewer.
          </p>
        )}
        {!answer.rows.length ? (
          <p class="muted">The statement is right and gave no rows. Look at its conditions, or at the time range.</p>
        ) : isChart ? (
          <QuickChart done={done} />
        ) : (
          <Rows answer={answer} />
        )}
      </div>
    </PanelFrame>
  );
}

function noteOf({ rows, seconds, rows_read, bytes_read }: SqlAnswer): string {
  const told = [`${rows.length.toLocaleString('en')} ${rows.length === 1 ? 'row' : 'rows'}`];
  if (rows_read) {
    const rounded = seconds < 0.1 ? seconds.toFixed(3) : seconds.toFixed(2);
    told.push(
      `${rounded} s`,
      `${rows_read.toLocaleString('en')} rows read, ${(bytes_read / 2 ** 20).toFixed(1)} MiB`,
    );
  }
  return told.join(' · ');
}

interface Numbered {
  at: number;
  cells: readonly unknown[];
}

function Rows({ answer }: { answer: SqlAnswer }) {
  const rows = useMemo(() => answer.rows.map((cells, at): Numbered => ({ at, cells })), [answer]);
  const columns = answer.columns.map(({ name, type }, at): Column<Numbered> => ({
    key: `${at} ${name}`,
    title: <span title={type}>{isTime(type) ? `${name} (${zone.value})` : name}</span>,
    number: isNumber(type),
    cell: ({ cells }) => <CellText value={cells[at]} type={type} />,
    sort: ({ cells }) => sortKey(cells[at], type),
  }));
  return <DataTable name="Rows of the result" rows={rows} columns={columns} rowKey={(row) => row.at} height={560} />;
}

function CellText({ value, type }: { value: unknown; type: string }) {
  if (value === null || value === undefined) return <span class="muted">NULL</span>;
  const text = textOf(value);
  if (isTime(type) && /^DateTime|\(DateTime/.test(type)) {
    const ms = Date.parse(text);
    if (Number.isFinite(ms)) return <span title={text}>{showTime(ms)}</span>;
  }
  return <span title={text.length > 40 ? text : undefined}>{text}</span>;
}

function sortKey(value: unknown, type: string): string | number | null {
  if (value === null || value === undefined) return null;
  return isNumber(type) ? Number(value) : textOf(value);
}

function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function cellOf(value: unknown): Cell {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Cell);
}

export function csvOf({ columns, rows }: Pick<SqlAnswer, 'columns' | 'rows'>): string {
  return csv(
    columns.map((each) => each.name),
    rows.map((row) => row.map(cellOf)),
  );
}

/** An object a row; of two columns of one name the later has its place behind it. */
export function jsonOf({ columns, rows }: Pick<SqlAnswer, 'columns' | 'rows'>): string {
  const isTaken = (name: string, at: number): boolean => columns.findIndex((each) => each.name === name) < at;
  const names = columns.map(({ name }, at) => (isTaken(name, at) ? `${name} ${at + 1}` : name));
  const objects = rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
  return `${JSON.stringify(objects, null, 1)}\n`;
}

export function tsvOf({ columns, rows }: Pick<SqlAnswer, 'columns' | 'rows'>): string {
  const flat = (value: unknown): string => textOf(value ?? '').replace(/[\t\r\n]+/g, ' ');
  return [columns.map((each) => each.name), ...rows].map((row) => row.map(flat).join('\t')).join('\n');
}

/** In the address: all of them together, and none. */
const ALL = '*';
const NONE = '-';

function QuickChart({ done: { answer, sql, span } }: { done: Done }) {
  const texts = splitters(answer);
  const asked = params.value.get('split');
  const by = asked === null ? usualSplit(answer) : asked === ALL ? texts : texts.filter((each) => each === asked);
  const key = by.join('\n');
  const quick = useMemo(() => quickChart(answer, by), [answer, key]);
  const [zoomed, setZoomed] = useState<{ of: SqlAnswer; span: Span } | null>(null);
  if (!quick) return null;
  const ranged = usesRange(sql);
  const range = ranged ? span : zoomed?.of === answer ? zoomed.span : quick.span;
  return (
    <div class="stack">
      <div class="row end">
        {texts.length > 0 && (
          <Select
            label="One line for each"
            value={by.length > 1 ? ALL : (by[0] ?? '')}
            options={[
              { value: '', label: 'no difference made' },
              ...texts.map((each) => ({ value: each, label: each })),
              ...(texts.length > 1 ? [{ value: ALL, label: texts.join(', ') }] : []),
            ]}
            onValue={(value) => setParams({ split: value || NONE }, { replace: true })}
          />
        )}
        {!ranged && zoomed?.of === answer && (
          <Button icon="zoomout" onClick={() => setZoomed(null)}>
            Whole result
          </Button>
        )}
        {quick.left > 0 && <span class="muted">{quick.left} more lines are left out</span>}
      </div>
      <Chart
        name="Result"
        lines={quick.lines}
        height={HEIGHT}
        range={range}
        onZoom={(chosen) => (ranged ? zoomTo(chosen) : setZoomed({ of: answer, span: chosen }))}
      />
    </div>
  );
}

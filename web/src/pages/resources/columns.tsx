// SPDX-License-Identifier: Apache-2.0
// How each column of the list shows its cell.

import { Component } from 'preact';

import { Sparkline } from '../../charts/Sparkline';
import { show, showRaw } from '../../charts/units';
import { ageCell } from '../../parts/age';
import type { Column } from '../../parts/DataTable';
import type { Span } from '../../state/time';
import { showTime, zone } from '../../state/zone';
import { attributeOf, metricOf, titleOf, type FixedKey } from './choices';
import type { Newest } from './latest';
import type { LatestSeries, ResourceRow } from './list';
import { mainOf } from './newest';

export interface Shown {
  newest: Newest;
  /** What projects are called, by their ids. */
  projects: ReadonlyMap<string, string>;
  /** Whether rows can be sorted by what the server cannot sort by. */
  sortsAll: boolean;
  now_ms: number;
}

/** The columns of a table, by their keys. */
export function columnsOf(keys: readonly string[], shown: Shown): Column<ResourceRow>[] {
  return keys.map((key) => {
    const attribute = attributeOf(key);
    const metric = metricOf(key);
    const base = { key, title: titleOf(key), sortable: shown.sortsAll || BY_SERVER.has(key) };
    if (attribute !== undefined) {
      return { ...base, ...ATTRIBUTE, cell: (row) => attributeCell(row.attributes[attribute]) };
    }
    if (metric !== undefined) {
      return { ...base, ...METRIC, cell: (row) => metricCell(shown.newest.of.get(row.id)?.get(metric), shown) };
    }
    return { ...base, ...fixed(key as FixedKey, shown) };
  });
}

const BY_SERVER = new Set(['type', 'project', 'started', 'revision']);
const ATTRIBUTE = { width: '9.5rem' };
const METRIC = { width: '13rem', number: true };

function fixed(key: FixedKey, shown: Shown): Pick<Column<ResourceRow>, 'cell' | 'width' | 'number'> {
  switch (key) {
    case 'name':
      return { width: '16rem', cell: nameCell };
    case 'type':
      return { width: '11rem', cell: (row) => row.type };
    case 'project':
      return { width: '9rem', cell: (row) => projectCell(row.project_id, shown.projects) };
    case 'main':
      return { width: '22rem', cell: (row) => mainCell(mainOf(shown.newest.of.get(row.id)), shown) };
    case 'user':
      return { width: '9rem', cell: (row) => textCell(row.user_id) };
    case 'id':
      return { width: '20rem', cell: (row) => <code>{row.id}</code> };
    case 'started':
      return { width: '7rem', cell: (row) => ageCell(row.started_ms, shown.now_ms) };
    case 'ended':
      return { width: '7rem', cell: (row) => ageCell(row.ended_ms, shown.now_ms) };
    case 'revision':
      return { width: '7rem', cell: (row) => ageCell(row.revision_ms, shown.now_ms) };
    default:
      return { cell: () => null };
  }
}

function nameCell(row: ResourceRow) {
  const title = row.label === row.name ? row.name : `${row.label} · ${row.name}`;
  return (
    <span class={row.ended_ms === null ? undefined : 'muted'} title={title}>
      {row.label}
    </span>
  );
}

function projectCell(id: string | null, projects: ReadonlyMap<string, string>) {
  return id === null ? <span class="muted">—</span> : <span title={id}>{projects.get(id) ?? id}</span>;
}

function textCell(text: string | null) {
  return text === null || text === '' ? <span class="muted">—</span> : <span title={text}>{text}</span>;
}

function attributeCell(value: unknown) {
  if (value === null || value === undefined || value === '') return <span class="muted">—</span>;
  return <span title={String(value)}>{String(value)}</span>;
}

function metricCell(series: LatestSeries | undefined, { newest }: Shown) {
  if (series) return <Newness series={series} range={newest.range} zone={zone.value} />;
  return newest.load.busy.value ? <span class="cell-waiting" /> : <span class="muted">—</span>;
}

interface NewnessProps {
  series: LatestSeries;
  range: Span;
  zone: string;
}

/** A newest value and its sparkline, made anew only for another answer: scrolling leaves rows in sight as they are. */
class Newness extends Component<NewnessProps> {
  override shouldComponentUpdate(next: NewnessProps): boolean {
    return next.series !== this.props.series || next.zone !== this.props.zone;
  }

  render({ series: { latest, unit, times_ms, values }, range, zone }: NewnessProps) {
    const at = latest
      ? `${showRaw(latest.value, unit)} at ${showTime(latest.time_ms, zone)} ${zone}`
      : 'no point yet';
    return (
      <span class="cell-metric">
        <span class="cell-value" title={at}>
          {show(latest?.value, unit)}
        </span>
        <Sparkline times_ms={times_ms} values={values} unit={unit} {...range} width={84} height={18} />
      </span>
    );
  }
}

function mainCell(series: LatestSeries | undefined, shown: Shown) {
  if (!series) return metricCell(series, shown);
  return (
    <span class="cell-main">
      <span class="muted" title={series.name}>
        {series.name}
      </span>
      {metricCell(series, shown)}
    </span>
  );
}

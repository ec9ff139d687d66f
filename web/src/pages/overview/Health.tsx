// SPDX-License-Identifier: Apache-2.0
// Whether the platform is well: what is checked, what comes in, what is dropped, how the store grows.

import { api } from '../../api/client';
import { ChartPanel } from '../../charts/ChartPanel';
import type { Line } from '../../charts/line';
import { digits, show } from '../../charts/units';
import { DataTable, type Column } from '../../parts/DataTable';
import { Icon } from '../../parts/Icon';
import { PanelFrame } from '../../parts/Panel';
import { useLoad } from '../../state/load';
import { showSpan } from '../../state/moment';
import { project } from '../../state/session';
import { span, type Span } from '../../state/time';
import { href } from '../../state/url';
import { latestOfAll } from '../resources/list';
import { SELF } from './Inventory';
import type { Platform } from './Overview';

/** The verdict in one line, and every check with what was found and what to do. */
export function Health({ platform, link = true }: { platform: Platform; link?: boolean }) {
  const failed = platform.checks.filter((check) => !check.good).length;
  const many = failed === 1 ? 'One thing needs attention' : `${failed} things need attention`;
  const verdict = failed === 0 ? 'All is well' : many;
  // What is not good stands first.
  const checks = [...platform.checks].sort((one, other) => Number(one.good) - Number(other.good));
  return (
    <PanelFrame
      title="Platform"
      note={<span class={platform.good ? 'chip good' : 'chip bad'}>{verdict}</span>}
      actions={link && <a href={href('/status')}>Status</a>}
    >
      <ul class="checks">
        {checks.map((check) => (
          <li key={check.name}>
            <span class={check.good ? 'good' : 'bad'}>
              <Icon name={check.good ? 'check' : 'warn'} />
              <span class="unseen">{check.good ? 'good:' : 'not good:'}</span>
            </span>
            <span class="check-name">{check.name}</span>
            <span class="check-found">
              {check.found}
              {check.advice && <span class="check-advice">{check.advice}</span>}
            </span>
          </li>
        ))}
      </ul>
    </PanelFrame>
  );
}

interface Tile {
  name: string;
  value: string;
  unit?: string;
  more?: string | undefined;
  bad?: boolean;
}

/** The figures that one looks for first. */
export function Tiles({ platform }: { platform: Platform }) {
  return (
    <ul class="tiles" aria-label="Figures of the platform">
      {tilesOf(platform).map((tile) => (
        <li key={tile.name} class={tile.bad ? 'tile bad-tile' : 'tile'}>
          <span class="tile-name">{tile.name}</span>
          <span class="tile-value">
            {tile.value}
            {tile.unit && <small> {tile.unit}</small>}
          </span>
          <span class="tile-more">{tile.more}</span>
        </li>
      ))}
    </ul>
  );
}

export function tilesOf({ rate_per_s, dropped, lag_s, store, checks }: Platform): Tile[] {
  const perMinute = dropped.reduce((sum, each) => sum + each.per_minute, 0);
  const records = dropped.reduce((sum, each) => sum + each.records, 0);
  const growth = store.growth_bytes_per_day;
  const days = growth && growth > 0 ? store.disk_free_bytes / growth : null;
  const each = store.bytes_per_row === null ? '' : `, ${digits(store.bytes_per_row)} B each`;
  const isGood = (name: string): boolean => checks.find((check) => check.name === name)?.good !== false;
  return [
    { name: 'Coming in', value: show(rate_per_s, ''), unit: 'measures/s', more: perDay(rate_per_s) },
    {
      name: 'Dropped',
      value: digits(perMinute),
      unit: 'a minute',
      more: records ? `${records.toLocaleString('en')} since the start` : 'nothing since the start',
      bad: perMinute > 0,
    },
    {
      name: 'Newest measure',
      value: lag_s === null ? '—' : showSpan(1000 * lag_s),
      more: lag_s === null ? 'none has come in' : 'old',
      bad: !isGood('data'),
    },
    {
      name: 'Stored',
      value: show(store.bytes, 'B'),
      more: `${show(store.rows, '')} rows${each}`,
    },
    {
      name: 'Growth',
      value: growth === null ? '—' : show(growth, 'B'),
      unit: growth === null ? '' : 'a day',
      more: growth === null ? 'known after some minutes' : undefined,
    },
    {
      name: 'Room left',
      value: show(store.disk_free_bytes, 'B'),
      more: days === null || days > 3650 ? 'for years at this growth' : `for ${Math.floor(days)} days at this growth`,
      bad: !isGood('disk'),
    },
  ].map((tile) => (tile.name === 'Room left' && growth === null ? { ...tile, more: 'on the disk' } : tile));
}

function perDay(rate: number): string {
  return `${show(86_400 * rate, '')} a day`;
}

/** What came in over the page's range: one line a server. */
export function RateIn({ platform, watched }: { platform: Platform; watched: boolean }) {
  const load = useLoad(['rate in', span.value, watched, project.value], async (signal) =>
    watched ? await askRate(span.peek(), signal) : [],
  );
  const lines = load.data.value?.length ? load.data.value : [overviewLine(platform)];
  const metrics = load.data.value?.map((line) => line.key) ?? [];
  return (
    <ChartPanel
      title="Measures coming in"
      note="by the second"
      load={load}
      lines={() => lines}
      height={150}
      legend={lines.length > 1}
      {...(metrics.length ? { exploreHref: href('/explore', { metric: metrics }) } : {})}
      empty={() => (lines.some((line) => line.values.length) ? null : { kind: 'range' })}
    />
  );
}

/** What each server took in by the second. */
async function askRate({ start_ms, stop_ms }: Span, signal: AbortSignal): Promise<Line[]> {
  const servers = await api.get('/v1/resources', { query: { type: SELF, limit: SERVERS_MAX }, signal });
  const ids = servers.resources.map((each) => each.id);
  const found = await latestOfAll(ids, [ACCEPTED], { start_ms, stop_ms }, 1, signal);
  if (!found.length) return [];
  const body = {
    metrics: found.map((each) => each.metric),
    method: 'mean',
    granularity_s: null,
    start: new Date(start_ms).toISOString(),
    stop: new Date(stop_ms).toISOString(),
    points: RATE_POINTS,
    rate: true,
  };
  const { series } = await api.post('/v1/series', { body, signal });
  return series.map((each) => ({
    key: each.metric,
    label: each.resource?.label ?? 'all servers',
    unit: each.unit,
    times_ms: each.times_ms,
    values: each.values,
  }));
}

const SERVERS_MAX = 20;
const RATE_POINTS = 600;
/** The counter of what a server took in. */
const ACCEPTED = 'server.measures.accepted';

function overviewLine({ rate }: Platform): Line {
  return { key: 'all', label: 'all servers', unit: 'measure/s', times_ms: rate.times_ms, values: rate.values };
}

type Dropped = Platform['dropped'][number];

const DROPPED: Column<Dropped>[] = [
  { key: 'station', title: 'Station', cell: (row) => row.station, sort: (row) => row.station, width: '9rem' },
  { key: 'cause', title: 'Cause', cell: (row) => row.cause, sort: (row) => row.cause, fills: true },
  {
    key: 'per_minute',
    title: 'A minute',
    number: true,
    cell: (row) => digits(row.per_minute),
    sort: (row) => row.per_minute,
    width: '7rem',
  },
  {
    key: 'records',
    title: 'Since the start',
    number: true,
    cell: (row) => row.records.toLocaleString('en'),
    sort: (row) => row.records,
    width: '9rem',
  },
];

/** What was turned away, by station and cause. */
export function Drops({ dropped }: { dropped: readonly Dropped[] }) {
  return (
    <PanelFrame title="Dropped" note="by station and cause" actions={<a href={href('/status')}>Status</a>}>
      <DataTable
        name="Dropped records by station and cause"
        rows={dropped}
        columns={DROPPED}
        rowKey={(row) => `${row.station} ${row.cause}`}
        height={240}
      />
    </PanelFrame>
  );
}

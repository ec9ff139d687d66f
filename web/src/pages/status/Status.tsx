// SPDX-License-Identifier: Apache-2.0
// The doctor as a page: what is checked, what came in and was dropped, what is stored, and the way of one thing's data.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { digits, show } from '../../charts/units';
import { CARDS_HEIGHT } from '../../parts/Cards';
import { DataTable, type Column } from '../../parts/DataTable';
import { narrow } from '../../parts/narrow';
import { Panel } from '../../parts/Panel';
import { useLoad, type Load } from '../../state/load';
import { showSpan } from '../../state/moment';
import { has, project } from '../../state/session';
import { Drops, Health } from '../overview/Health';
import '../overview/overview.css';
import { DeadLetters } from './DeadLetters';
import { JourneyForm } from './JourneyForm';
import './status.css';

type StatusAnswer = Answer<'/v1/status', 'get'>;
type Table = StatusAnswer['tables'][number];

export default function Status() {
  const operates = has('operator');
  return (
    <div class="stack overview">
      <h1>Status</h1>
      {operates ? <Platform /> : <p class="muted">The state of the platform is for its operators to see.</p>}
      <JourneyForm />
    </div>
  );
}

function Platform() {
  const overview = useLoad(['overview', project.value], (signal) => api.get('/v1/overview', { signal }));
  const status = useLoad(['status', project.value], (signal) => api.get('/v1/status', { signal }));
  const platform = overview.data.value?.platform ?? null;
  return (
    <>
      <div class="columns">
        {platform ? <Health platform={platform} link={false} /> : <Waiting load={overview} />}
        <Counters load={status} />
      </div>
      <Tables load={status} />
      {platform && platform.dropped.length > 0 && <Drops dropped={platform.dropped} />}
      <DeadLetters />
    </>
  );
}

function Waiting({ load }: { load: Load<Answer<'/v1/overview', 'get'>> }) {
  return (
    <Panel title="Platform" load={load} height={160}>
      {() => <p>A project is chosen; the platform is seen with all projects.</p>}
    </Panel>
  );
}

function Counters({ load }: { load: Load<StatusAnswer> }) {
  return (
    <Panel title="This server" note="since its start" load={load} height={160}>
      {(status) => (
        <dl class="facts">
          {factsOf(status).map(([name, value]) => (
            <>
              <dt key={name}>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
      )}
    </Panel>
  );
}

/** What a server tells of itself, in words. */
export function factsOf(status: StatusAnswer): [string, string][] {
  const { commits, commit_seconds } = status;
  return [
    ['Version', status.version],
    ['Running for', showSpan(1000 * status.uptime_s)],
    ['Metrics', status.metrics.toLocaleString('en')],
    ['Measures taken in', status.measures_accepted.toLocaleString('en')],
    ['Commits', commits.toLocaleString('en')],
    ['Mean time of a commit', commits ? show(commit_seconds / commits, 's') : '—'],
  ];
}

const TABLES_HEIGHT = 400;
const TABLES: Column<Table>[] = [
  { key: 'table', title: 'Table', cell: (row) => <code>{row.table}</code>, sort: (row) => row.table, fills: true },
  {
    key: 'rows',
    title: 'Rows',
    number: true,
    cell: (row) => row.rows.toLocaleString('en'),
    sort: (row) => row.rows,
    width: '9rem',
  },
  {
    key: 'bytes',
    title: 'On disk',
    number: true,
    cell: (row) => show(row.bytes, 'B'),
    sort: (row) => row.bytes,
    width: '9rem',
  },
  {
    key: 'each',
    title: 'Bytes a row',
    number: true,
    cell: (row) => (row.rows ? digits(row.bytes / row.rows) : '—'),
    sort: (row) => (row.rows ? row.bytes / row.rows : null),
    width: '9rem',
  },
  { key: 'parts', title: 'Parts', number: true, cell: (row) => row.parts, sort: (row) => row.parts, width: '9rem' },
];

function Tables({ load }: { load: Load<StatusAnswer> }) {
  return (
    <Panel
      title="Store"
      note="tables as they lie on the disk"
      load={load}
      height={narrow.value ? CARDS_HEIGHT : TABLES_HEIGHT}
      empty={({ tables }) => (tables.length ? null : { kind: 'nothing', text: 'Nothing has been stored so far.' })}
    >
      {({ tables }) => (
        <DataTable
          name="Tables of the store"
          rows={tables}
          columns={TABLES}
          rowKey={(row) => row.table}
          height={TABLES_HEIGHT}
          cards
        />
      )}
    </Panel>
  );
}

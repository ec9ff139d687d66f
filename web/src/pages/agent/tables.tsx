// SPDX-License-Identifier: Apache-2.0
// What an agent counts, in tables beneath its picture.

import type { Schema } from '../../api/operations';
import { digits, show } from '../../charts/units';
import { DataTable, type Column } from '../../parts/DataTable';
import { PanelFrame } from '../../parts/Panel';
import { showSecond } from '../../parts/second';
import { showSpan } from '../../state/moment';
import { showRate, showTotal } from '../agents/rate';
import type { AgentDetail, Broker, Outlet, Task } from './layout';

type PollingSource = Schema<'PollingSource'>;
type Family = Schema<'FamilyView'>;
type Drop = Schema<'DropView'>;

const HEIGHT = 400;
const count = (value: number): string => Math.round(value).toLocaleString('en');
/** Nothing at all is what one hopes for, and need not be read. */
const some = (value: number): string => (value ? count(value) : '');

/** Threads and clocks are never quite exact. */
const lateness = (seconds: number): string => (seconds < 0.1 ? 'on time' : show(seconds, 's'));

const TASKS: Column<Task>[] = [
  { key: 'name', title: 'Every', cell: (row) => showSpan(1000 * row.interval_s), fills: true },
  { key: 'shared', title: 'Work', cell: (row) => (row.shared ? 'shared' : 'of this host'), width: '8rem' },
  {
    key: 'ended',
    title: 'Last cycle ended',
    cell: (row) => row.last && showSecond(row.last.ended_ms),
    width: '12rem',
  },
  { key: 'took', title: 'Took', number: true, cell: (row) => row.last && show(row.last.seconds, 's'), width: '7rem' },
  {
    key: 'late',
    title: 'Late by',
    number: true,
    cell: (row) => row.last && lateness(row.last.late_s),
    width: '7rem',
  },
  { key: 'read', title: 'Samples', number: true, cell: (row) => row.last && count(row.last.samples), width: '7rem' },
  { key: 'cycles', title: 'Cycles', number: true, cell: (row) => count(row.cycles), width: '7rem' },
  { key: 'overruns', title: 'Begun late', number: true, cell: (row) => some(row.overruns), width: '7rem' },
];

const SOURCES: Column<PollingSource>[] = [
  { key: 'name', title: 'Source', cell: (row) => row.name, width: '14rem' },
  { key: 'every', title: 'Every', cell: (row) => showSpan(1000 * row.interval_s), width: '7rem' },
  { key: 'families', title: 'Asks', cell: (row) => row.families?.join(', ') || 'nothing here', width: '22rem' },
  { key: 'meters', title: 'Meters', cell: (row) => row.meters?.join(' ') ?? '', fills: true },
];

const FAMILIES: Column<Family>[] = [
  { key: 'name', title: 'Asked', cell: (row) => row.name, fills: true },
  { key: 'errors', title: 'Errors', number: true, cell: (row) => count(row.errors), width: '8rem' },
  { key: 'timeouts', title: 'Took too long', number: true, cell: (row) => count(row.timeouts), width: '8rem' },
  { key: 'overruns', title: 'Left out', number: true, cell: (row) => count(row.overruns), width: '8rem' },
];

const BROKERS: Column<Broker>[] = [
  { key: 'address', title: 'Broker', cell: (row) => row.address, width: '18rem' },
  {
    key: 'connected',
    title: 'State',
    cell: (row) => <span class={row.connected ? 'good' : 'bad'}>{row.connected ? 'connected' : 'away'}</span>,
    width: '8rem',
  },
  { key: 'received', title: 'Received', number: true, cell: (row) => showRate(row.received), width: '7rem' },
  { key: 'total', title: 'In all', number: true, cell: (row) => showTotal(row.received), width: '8rem' },
  { key: 'acknowledged', title: 'Stored', number: true, cell: (row) => showTotal(row.acknowledged), width: '8rem' },
  { key: 'redelivered', title: 'Sent again', number: true, cell: (row) => some(row.redelivered), width: '7rem' },
  { key: 'reconnects', title: 'Lost lines', number: true, cell: (row) => some(row.reconnects), width: '7rem' },
  { key: 'queues', title: 'Queues', cell: (row) => row.queues.join(' '), fills: true },
];

const OUTLETS: Column<Outlet>[] = [
  { key: 'name', title: 'Publisher', cell: (row) => row.name, width: '20rem' },
  {
    key: 'state',
    title: 'State',
    cell: (row) => <span class={row.away ? 'bad' : 'good'}>{row.away ? 'away' : 'takes'}</span>,
    width: '6rem',
  },
  { key: 'sent', title: 'Sent', number: true, cell: (row) => showTotal(row.sent), width: '8rem' },
  { key: 'refused', title: 'Refused', number: true, cell: (row) => some(row.refused.total), width: '7rem' },
  { key: 'lost', title: 'Lost', number: true, cell: (row) => some(row.lost.total), width: '7rem' },
  { key: 'batches', title: 'Batches wait', number: true, cell: (row) => some(row.waiting), width: '7rem' },
  { key: 'bytes', title: 'On disk', number: true, cell: (row) => show(row.waiting_bytes, 'B'), width: '7rem' },
  {
    key: 'trouble',
    title: 'Last trouble',
    cell: (row) => row.trouble_ms && `${showSecond(row.trouble_ms)} ${row.trouble}`,
    fills: true,
  },
];

const DROPS: Column<Drop>[] = [
  { key: 'station', title: 'Station', cell: (row) => row.station, sort: (row) => row.station, width: '12rem' },
  { key: 'cause', title: 'Cause', cell: (row) => row.cause, sort: (row) => row.cause, fills: true },
  { key: 'rate', title: 'Now', number: true, cell: (row) => rising(row), width: '8rem' },
  {
    key: 'records',
    title: 'Since its start',
    number: true,
    cell: (row) => digits(row.records.total),
    sort: (row) => row.records.total,
    width: '9rem',
  },
];

function rising({ records }: Drop) {
  return <span class={records.per_s ? 'bad' : undefined}>{showRate(records)}</span>;
}

export function Tables({ agent }: { agent: AgentDetail }) {
  const { tasks, sources, brokers, outlets, drops } = agent;
  const failing = agent.families.filter((each) => each.errors + each.timeouts + each.overruns > 0);
  return (
    <>
      <Listed title="Dropped" note="records that went no further" rows={drops} columns={DROPS} keyOf={keyOfDrop} />
      {drops.length === 0 && (
        <PanelFrame title="Dropped">
          <p class="muted">Nothing has been dropped since its start.</p>
        </PanelFrame>
      )}
      <Listed title="Publishers" rows={outlets} columns={OUTLETS} keyOf={(row) => outlets.indexOf(row)} />
      <Listed title="Polling" note={slotsOf(agent)} rows={tasks} columns={TASKS} keyOf={(row) => row.name} />
      <Listed title="What could not be polled" rows={failing} columns={FAMILIES} keyOf={(row) => row.name} />
      <Listed title="Sources of polling" rows={sources} columns={SOURCES} keyOf={(row) => row.name} />
      <Listed title="Brokers" rows={brokers} columns={BROKERS} keyOf={(row) => row.address} />
    </>
  );
}

const keyOfDrop = ({ station, cause }: Drop): string => `${station} ${cause}`;

function slotsOf({ shared }: AgentDetail): string {
  return shared ? `${shared.held} of ${shared.slots} slots of the group ${shared.group} are here` : '';
}

interface ListedProps<Row> {
  title: string;
  note?: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string | number;
}

/** A table in a panel; nothing where it has no rows. */
function Listed<Row>({ title, note, rows, columns, keyOf }: ListedProps<Row>) {
  if (!rows.length) return null;
  return (
    <PanelFrame title={title} note={note}>
      <DataTable name={`${title}, a table`} rows={rows} columns={columns} rowKey={keyOf} height={HEIGHT} cards />
    </PanelFrame>
  );
}

// SPDX-License-Identifier: Apache-2.0
// One group of alarms: each alarm in it, and what the group was told.

import { api } from '../../api/client';
import type { Schema } from '../../api/operations';
import { DataTable, type Column } from '../../parts/DataTable';
import { Dialog } from '../../parts/Dialog';
import { LoadBody } from '../../parts/Panel';
import { showSecond } from '../../parts/second';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { href } from '../../state/url';
import { DELIVERY_COLUMNS } from '../alarm/Deliveries';
import { HeldChip, Labels } from '../alarms/states';

type Grouped = Schema<'GroupedAlarm'>;

const HEIGHT = 300;

export function GroupDialog({ of, onClose }: { of: string; onClose: () => void }) {
  const load = useLoad(['route group', of, project.value], (signal) =>
    api.get('/v1/routing/groups/{key}', { path: { key: of }, signal }),
  );
  return (
    <Dialog title="A group of alarms" onClose={onClose} wide>
      <LoadBody load={load} height={HEIGHT}>
        {({ group, deliveries }) => (
          <div class="stack">
            {group ? (
              <>
                <dl class="facts">
                  <dt>Tells</dt>
                  <dd>
                    {group.contact_point}
                    {group.place && <span class="muted">{`, by ${group.place}`}</span>}
                  </dd>
                  <dt>Told next</dt>
                  <dd>{group.next_ms === null ? group.muted || 'not' : showSecond(group.next_ms)}</dd>
                </dl>
                <DataTable
                  name="Alarms of the group"
                  rows={group.alarms}
                  columns={ALARMS}
                  rowKey={(row) => JSON.stringify([row.alarm, row.labels])}
                  height={HEIGHT}
                  cards
                />
                {group.count > group.alarms.length && (
                  <p class="muted">{`These are ${group.alarms.length} of ${group.count}.`}</p>
                )}
              </>
            ) : (
              <p class="muted">All of it is over.</p>
            )}
            <section aria-label="What it was told" class="stack">
              <h3>What it was told</h3>
              <DataTable
                name="Notifications of the group"
                rows={deliveries}
                columns={TOLD}
                rowKey={(row) => row.key}
                height={HEIGHT}
                empty="Nothing so far."
                cards
              />
            </section>
          </div>
        )}
      </LoadBody>
    </Dialog>
  );
}

/** Of groups is told that they fire, or that they do not any more: no states. */
const TOLD = DELIVERY_COLUMNS.map((each): Column<Schema<'DeliveryView'>> =>
  each.key === 'state' ? { ...each, cell: (row) => row.state } : each,
);

const KNOWN: Record<Grouped['known'], string> = {
  new: 'in alarm, not told yet',
  told: 'in alarm',
  over: 'over, not told yet',
};

const ALARMS: Column<Grouped>[] = [
  {
    key: 'alarm',
    title: 'Alarm',
    cell: ({ alarm, labels }) => <a href={href(`/alarms/${encodeURIComponent(alarm)}`)}>{labels['name'] || alarm}</a>,
    width: '14rem',
  },
  { key: 'known', title: 'Is', cell: (row) => KNOWN[row.known], width: '11rem' },
  { key: 'held', title: 'Held back', cell: (row) => row.held && <HeldChip text={row.held} />, width: '8rem' },
  { key: 'since', title: 'Since', cell: (row) => showSecond(row.since_ms), width: '11rem' },
  { key: 'labels', title: 'Labels', cell: (row) => <OwnLabels labels={row.labels} />, fills: true },
];

/** What every alarm has is told by other columns, or by its page. */
const OF_ALL = new Set(['name', 'alertname', 'alarm_id', 'project_id', 'state', 'type']);

function OwnLabels({ labels }: Pick<Grouped, 'labels'>) {
  const own = Object.entries(labels).filter(([name]) => !OF_ALL.has(name));
  return (
    <span title={own.map((pair) => pair.join('=')).join(', ')}>
      <Labels labels={Object.fromEntries(own)} />
    </span>
  );
}

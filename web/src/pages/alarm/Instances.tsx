// SPDX-License-Identifier: Apache-2.0
// What an alarm watches many of: each by its labels, in its own state, and what it waits for.

import { api } from '../../api/client';
import type { Schema } from '../../api/operations';
import { actionsColumn } from '../../parts/actions';
import { ageCell } from '../../parts/age';
import { DataTable, type Column } from '../../parts/DataTable';
import { Select } from '../../parts/Field';
import { usePaged } from '../../parts/paged';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { ProblemBox } from '../../parts/ProblemBox';
import { show } from '../../charts/units';
import { showSpan } from '../../state/moment';
import { navigate, params, setParams } from '../../state/url';
import { mayChange } from '../alarms/rights';
import { Labels, STATES, StateChip, type AlarmView, type State } from '../alarms/states';
import { silenceLink } from './links';

export type Instance = Schema<'InstanceView'>;

const PAGE = 100;
const HEIGHT = 360;

/** `seen` is anything that differs once an instance may have changed. */
export function Instances({ alarm, seen }: { alarm: AlarmView; seen: unknown }) {
  const { id } = alarm;
  const given = params.value.get('instances');
  const state = STATES.find((each) => each === given) ?? null;
  const list = usePaged<Instance>(
    ['instances', id, state, seen],
    async (marker, limit, signal) => {
      const query = { state, limit, ...(marker ? { marker } : {}) };
      const { instances, next } = await api.get('/v1/alarms/{id}/instances', { path: { id }, query, signal });
      return { rows: instances, next };
    },
    { limit: PAGE },
  );
  return (
    <PanelFrame
      title="Instances"
      note="each is decided by itself; the alarm is in the worst of their states"
      actions={
        <Select
          label="State"
          hideLabel
          value={state ?? ''}
          onValue={(wanted) => setParams({ instances: wanted })}
          options={[{ value: '', label: 'In all states' }, ...STATES]}
        />
      }
    >
      <LoadBody load={list.load}>
        {() => (
          <DataTable
            name="Instances of this alarm"
            rows={list.rows}
            columns={columnsOf(alarm, Date.now())}
            rowKey={(row) => JSON.stringify(row.labels)}
            height={HEIGHT}
            {...(list.more ? { onMore: list.more } : {})}
            empty={state ? `None is in the state ${state}.` : 'None has been seen so far.'}
            cards
          />
        )}
      </LoadBody>
      {list.further.problem.value && <ProblemBox problem={list.further.problem.value} onRetry={list.more} />}
    </PanelFrame>
  );
}

function columnsOf(alarm: AlarmView, now_ms: number): Column<Instance>[] {
  return [
    { key: 'labels', title: 'Instance', cell: labelsCell, width: '18rem' },
    { key: 'state', title: 'State', cell: (row) => <StateChip state={row.state as State} />, width: '10rem' },
    { key: 'since', title: 'Since', cell: (row) => ageCell(row.since_ms, now_ms), width: '7rem' },
    {
      key: 'value',
      title: 'Value then',
      number: true,
      cell: (row) => (row.value === null ? '' : show(row.value, null)),
      width: '7rem',
    },
    { key: 'waits', title: 'Waits', cell: (row) => waitText(row, alarm.behaviour, now_ms), width: '17rem' },
    { key: 'reason', title: 'Reason', cell: (row) => row.reason, fills: true },
    ...(mayChange()
      ? [
          actionsColumn<Instance>(
            (row) => labelsText(row.labels),
            (row) => [{ label: 'Silence', onChoose: () => navigate(silenceLink(alarm, row.labels)) }],
          ),
        ]
      : []),
  ];
}

const labelsText = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map((pair) => pair.join('='))
    .join(', ');

const labelsCell = ({ labels }: Instance) =>
  Object.keys(labels).length ? <Labels labels={labels} /> : <span class="muted">the only one</span>;

/** What an instance waits for: `beyond for 2 min of 5 min`. */
export function waitText(
  row: Pick<Instance, 'beyond_since_ms' | 'cleared_since_ms' | 'missing_since_ms'>,
  behaviour: AlarmView['behaviour'],
  now_ms: number,
): string {
  const { pending_s = 0, keep_firing_s = 0 } = behaviour;
  const age = (since_ms: number): string => showSpan(Math.max(0, now_ms - since_ms));
  const told: string[] = [];
  if (row.beyond_since_ms !== null) {
    told.push(`beyond for ${age(row.beyond_since_ms)}${pending_s ? ` of ${showSpan(1000 * pending_s)}` : ''}`);
  }
  if (row.cleared_since_ms !== null) {
    told.push(`back for ${age(row.cleared_since_ms)}${keep_firing_s ? ` of ${showSpan(1000 * keep_firing_s)}` : ''}`);
  }
  if (row.missing_since_ms !== null) told.push(`not seen for ${age(row.missing_since_ms)}`);
  return told.join(', ');
}

// SPDX-License-Identifier: Apache-2.0
// What is told together now: the alarms of each group, what holds them back, and when it was told and is told next.

import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Schema } from '../../api/operations';
import { actionsColumn } from '../../parts/actions';
import { ageCell } from '../../parts/age';
import { DataTable, type Column } from '../../parts/DataTable';
import { Panel } from '../../parts/Panel';
import { project } from '../../state/session';
import { href } from '../../state/url';
import { useLive } from '../agents/live';
import { HeldChip, Labels } from '../alarms/states';
import { GroupDialog } from './GroupDialog';

type Group = Schema<'RouteGroupView'>;

const HEIGHT = 360;
const ALARMS_NAMED = 3;

/** `seen` is anything that differs once routes were changed. */
export function Groups({ of, seen }: { of: string; seen: unknown }) {
  const [open, setOpen] = useState<string | null>(null);
  const load = useLive(['route groups', of, seen, project.value], (signal) =>
    api.get('/v1/routing/groups', { query: { project: of }, signal }),
  );
  const columns: Column<Group>[] = [
    ...COLUMNS,
    actionsColumn<Group>(
      (row) => nameOf(row),
      (row) => [{ label: 'Details', onChoose: () => setOpen(row.key) }],
    ),
  ];
  return (
    <Panel
      title="Told together now"
      note="what is in alarm and goes along a route, and what is over and not told yet"
      load={load}
      height={HEIGHT}
      empty={({ groups }) => (groups.length ? null : { kind: 'nothing', text: NOTHING })}
    >
      {({ groups }) => (
        <>
          <DataTable
            name="List of groups"
            rows={groups}
            columns={columns}
            rowKey={(row) => row.key}
            height={HEIGHT}
            cards
          />
          {open !== null && <GroupDialog of={open} onClose={() => setOpen(null)} />}
        </>
      )}
    </Panel>
  );
}

const NOTHING = (
  <>
    Nothing is in alarm that goes along a route. Once an alarm is, its group stands here: it waits for more that
    belong to it, is told, and stays until all of it is over. “What would happen to …” tells beforehand which way an
    alarm takes.
  </>
);

/** What a group is called: whom it tells, and of what. */
function nameOf({ contact_point, labels }: Pick<Group, 'contact_point' | 'labels'>): string {
  const told = Object.entries(labels).map((pair) => pair.join('='));
  return [contact_point, ...told].join(' ');
}

const COLUMNS: Column<Group>[] = [
  {
    key: 'labels',
    title: 'Group',
    cell: ({ labels }) =>
      Object.keys(labels).length ? <Labels labels={labels} /> : <span class="muted">all in one</span>,
    width: '14rem',
  },
  { key: 'alarms', title: 'Alarms', cell: (row) => <Alarms group={row} />, fills: true },
  { key: 'held', title: 'Held back', cell: (row) => <HeldBack group={row} />, width: '13rem' },
  { key: 'point', title: 'Tells', cell: (row) => row.contact_point, width: '10rem' },
  {
    key: 'told',
    title: 'Told last',
    cell: ({ told_ms, times }) =>
      told_ms === null ? (
        <span class="muted">never</span>
      ) : (
        <>
          {ageCell(told_ms, Date.now())}
          {times > 1 && <span class="muted">{`, ${times} times`}</span>}
        </>
      ),
    width: '10rem',
  },
  { key: 'next', title: 'Told next', cell: (row) => <Next group={row} />, width: '8rem' },
];

/** How many there are, what of them is still to be told, and the first of them by name. */
function Alarms({ group }: { group: Group }) {
  const { count, alarms } = group;
  const named = new Map(alarms.map((each) => [each.alarm, each.labels['name'] || each.alarm]));
  const shown = [...named].slice(0, ALARMS_NAMED);
  const more = named.size - shown.length;
  const changed = (['new', 'over'] as const).filter((each) => group[each]).map((each) => `${group[each]} ${each}`);
  return (
    <>
      <span class="number">{count}</span>
      {changed.length > 0 && <span class="muted">{` (${changed.join(', ')})`}</span>}:{' '}
      {shown.map(([id, name], at) => (
        <span key={id}>
          {at > 0 && ', '}
          <a href={href(`/alarms/${encodeURIComponent(id)}`)}>{name}</a>
        </span>
      ))}
      {more > 0 && <span class="muted">{` and ${more} more`}</span>}
    </>
  );
}

function HeldBack({ group: { silenced, inhibited, muted } }: { group: Group }) {
  if (!silenced && !inhibited && !muted) return <span class="muted">nothing</span>;
  return (
    <span class="label-chips">
      {silenced > 0 && <HeldChip text={`${silenced} silenced`} />}
      {inhibited > 0 && <HeldChip text={`${inhibited} inhibited`} />}
      {muted && <HeldChip text="muted" why={muted} />}
    </span>
  );
}

function Next({ group: { next_ms, muted } }: { group: Group }) {
  if (next_ms !== null) return next_ms <= Date.now() ? <>now</> : ageCell(next_ms, Date.now());
  return <span class="muted">{muted ? 'once it is not muted' : 'not'}</span>;
}

// SPDX-License-Identifier: Apache-2.0
// The members of a group as they were last seen, and keeping single ones.

import { useRef } from 'preact/hooks';

import { api } from '../../api/client';
import { actionsColumn } from '../../parts/actions';
import { announce } from '../../parts/announce';
import { DataTable, type Column } from '../../parts/DataTable';
import { PanelFrame } from '../../parts/Panel';
import { Refusal } from '../../parts/Refusal';
import { showSecond } from '../../parts/second';
import { useSubmit } from '../../parts/useSubmit';
import { showSpan } from '../../state/moment';
import { mayChange, workingIn } from '../alarms/rights';
import type { Group, Member } from '../scaling/groups';

const HEIGHT = 360;
const LOOKS: Record<Member['state'], string> = {
  running: 'chip good',
  starting: 'chip busy',
  stopping: 'chip warn',
  failed: 'chip bad',
};

export function Members(props: { group: Group; members: readonly Member[]; onDone: () => void }) {
  const { group, members, onDone } = props;
  const wanted = useRef<Member | null>(null);
  const protecting = useSubmit(async () => {
    const { name, protected: is } = wanted.current!;
    const where = { path: { id: group.id, member: name }, project: workingIn(group.project_id) };
    await api.put('/v1/scaling/groups/{id}/members/{member}', { body: { protected: !is }, ...where });
    announce(is ? `${name} may be taken away again` : `${name} is kept`);
    onDone();
  });
  const toggle = (member: Member): void => {
    wanted.current = member;
    protecting.submit();
  };
  const columns: Column<Member>[] = [
    ...COLUMNS,
    ...(mayChange()
      ? [
          actionsColumn<Member>(
            (row) => row.name,
            (row) => [{ label: row.protected ? 'Keep no more' : 'Keep', onChoose: () => toggle(row) }],
          ),
        ]
      : []),
  ];
  return (
    <PanelFrame title="Members" note={members.length ? 'the oldest first, as they were last seen' : undefined}>
      {protecting.problem && <Refusal problem={protecting.problem} />}
      <DataTable
        name="Members of this group"
        rows={members}
        columns={columns}
        rowKey={(row) => row.name}
        height={HEIGHT}
        empty={group.looked_ms === null ? 'They have not been looked at yet.' : 'There are no members now.'}
        cards
      />
    </PanelFrame>
  );
}

const COLUMNS: Column<Member>[] = [
  { key: 'name', title: 'Name', cell: (row) => row.name, sort: (row) => row.name, width: '15rem' },
  {
    key: 'state',
    title: 'State',
    cell: (row) => (
      <span class="chips">
        <span class={LOOKS[row.state]}>{row.state}</span>
        {row.warming && row.state === 'running' && <span class="chip">warming up</span>}
        {row.protected && <span class="chip">kept</span>}
      </span>
    ),
    sort: (row) => row.state,
    width: '15rem',
  },
  {
    key: 'age',
    title: 'Age',
    cell: (row) => <span title={showSecond(row.created_ms)}>{showSpan(Math.max(1000, 1000 * row.age_s))}</span>,
    sort: (row) => row.age_s,
    width: '8rem',
  },
  { key: 'id', title: 'Id', cell: (row) => row.id, width: '12rem' },
  { key: 'resource', title: 'Measured as', cell: (row) => row.resource_id, width: '15rem' },
  { key: 'detail', title: 'What is known of it', cell: (row) => row.detail, fills: true },
];

// SPDX-License-Identifier: Apache-2.0
// Who did what to what: administrative acts of the page's time range, the newest first.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { DataTable, type Column } from '../../parts/DataTable';
import { Field } from '../../parts/Field';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { usePaged } from '../../parts/paged';
import { showSecond } from '../../parts/second';
import { span } from '../../state/time';
import { param, setParams } from '../../state/url';
import { useProjects } from '../resources/projects';
import { detailsOf, targetOf, type Names } from './acts';

type Event = Answer<'/v1/audit', 'get'>['events'][number];

const actor = param('actor');
const action = param('action');

function columns(names: Names): Column<Event>[] {
  return [
    { key: 'time', title: 'When', cell: (row) => showSecond(row.time_ms), width: '11rem' },
    { key: 'actor', title: 'Who', cell: (row) => row.actor, width: '11rem' },
    { key: 'action', title: 'Did', cell: (row) => row.action, width: '11rem' },
    {
      key: 'target',
      title: 'To',
      cell: (row) => <span title={row.target}>{targetOf(row, names)}</span>,
      width: '11rem',
    },
    { key: 'details', title: 'With', cell: (row) => detailsOf(row, names), fills: true },
    { key: 'peer', title: 'From', cell: (row) => row.peer ?? '', width: '8rem' },
  ];
}

export function Audit() {
  const { start_ms, stop_ms } = span.value;
  const key = ['audit', start_ms, stop_ms, actor.value, action.value];
  const paged = usePaged<Event>(key, async (marker, limit, signal) => {
    const query = {
      start: start_ms / 1000,
      stop: stop_ms / 1000,
      limit,
      marker: marker ?? null,
      actor: actor.peek() || null,
      action: action.peek() || null,
    };
    const { events, next } = await api.get('/v1/audit', { query: query, signal });
    return { rows: events, next };
  });
  const names = useProjects();
  const filters = [actor.value && `who: ${actor.value}`, action.value && `did: ${action.value}`].filter(Boolean);
  return (
    <PanelFrame title="Audit log" note="administrative acts in the time range of the page">
      <div class="row filters">
        <Field label="Who" value={actor.value} onValue={(text) => setParams({ actor: text }, { replace: true })} />
        <Field label="Did" value={action.value} onValue={(text) => setParams({ action: text }, { replace: true })} />
      </div>
      <LoadBody
        load={paged.load}
        empty={({ rows }) => {
          if (rows.length) return null;
          if (!filters.length) return { kind: 'range', text: 'No administrative act.' };
          return { kind: 'filtered', filters, onClear: () => setParams({ actor: null, action: null }) };
        }}
      >
        {() => (
          <DataTable
            name="List of acts"
            rows={paged.rows}
            columns={columns(names)}
            rowKey={(row) => row.id}
            cards
            {...(paged.more ? { onMore: paged.more } : {})}
          />
        )}
      </LoadBody>
    </PanelFrame>
  );
}

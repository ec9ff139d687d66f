// SPDX-License-Identifier: Apache-2.0
// Who did what to what: administrative acts of the page's time range, the newest first.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { DataTable, type Column } from '../../parts/DataTable';
import { Field } from '../../parts/Field';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { usePaged } from '../../parts/paged';
import { span } from '../../state/time';
import { param, setParams } from '../../state/url';
import { showTime } from '../../state/zone';

type Event = Answer<'/v1/audit', 'get'>['events'][number];

const actor = param('actor');
const action = param('action');

const COLUMNS: Column<Event>[] = [
  { key: 'time', title: 'When', cell: (row) => showTime(row.time_ms), width: '180px' },
  { key: 'actor', title: 'Who', cell: (row) => row.actor },
  { key: 'action', title: 'Did', cell: (row) => row.action },
  { key: 'target', title: 'To', cell: (row) => row.target },
  { key: 'details', title: 'With', cell: (row) => <code>{detailsOf(row)}</code> },
  { key: 'peer', title: 'From', cell: (row) => row.peer ?? '' },
];

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
            columns={COLUMNS}
            rowKey={(row) => row.id}
            cards
            {...(paged.more ? { onMore: paged.more } : {})}
          />
        )}
      </LoadBody>
    </PanelFrame>
  );
}

/** Details in one line: `roles: member, reader; disabled: true`. */
export function detailsOf({ details }: Pick<Event, 'details'>): string {
  const entries = Object.entries(details as Record<string, unknown>);
  return entries.map(([name, value]) => `${name}: ${written(value)}`).join('; ');
}

function written(value: unknown): string {
  if (Array.isArray(value)) return value.map(written).join(', ') || 'none';
  if (value !== null && typeof value === 'object') return JSON.stringify(value);
  return String(value ?? 'none');
}

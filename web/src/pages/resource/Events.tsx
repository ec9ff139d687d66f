// SPDX-License-Identifier: Apache-2.0
// What happened to the resource, under the charts in which it is marked.

import { DataTable } from '../../parts/DataTable';
import { Panel } from '../../parts/Panel';
import { here, href, param, params } from '../../state/url';
import { COLUMNS_OF_ONE } from '../events/columns';
import { Detail } from '../events/Detail';
import '../events/events.css';
import type { EventRow } from '../events/traits';
import { HAPPENED_MAX, type Happened } from './happened';

const HEIGHT = 320;
const chosen = param('event');

export function Events({ of, happened }: { of: string; happened: Happened }) {
  const { load, rows } = happened;
  if (!rows.length && !chosen.value) return null;
  const many = rows.length >= HAPPENED_MAX;
  return (
    <>
      {rows.length > 0 && (
        <Panel
          title="Events"
          note={many ? `the newest ${HAPPENED_MAX}, marked in the charts` : 'marked in the charts'}
          load={load}
          actions={
            <a href={href('/events', { q: of })} class="button quiet">
              All events
            </a>
          }
        >
          {() => (
            <DataTable
              name="Events of this resource"
              rows={rows}
              columns={COLUMNS_OF_ONE}
              rowKey={(row) => `${row.id} ${row.generated_ns}`}
              rowHref={addressOf}
              height={HEIGHT}
              cards
            />
          )}
        </Panel>
      )}
      {chosen.value && <Detail key={chosen.value} id={chosen.value} />}
    </>
  );
}

/** This page with the event opened. */
function addressOf({ id }: EventRow): string {
  const search = new URLSearchParams(params.peek());
  search.set('event', id);
  return `${here.peek().split('?')[0]}?${search}`;
}

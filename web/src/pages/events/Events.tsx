// SPDX-License-Identifier: Apache-2.0
// What happened: events of the page's time range over time and as a list, narrowed as the address says.

import { api } from '../../api/client';
import { DataTable } from '../../parts/DataTable';
import type { EmptyProps } from '../../parts/Empty';
import { usePaged } from '../../parts/paged';
import { LoadBody } from '../../parts/Panel';
import { ProblemBox } from '../../parts/ProblemBox';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { span } from '../../state/time';
import { here, param, params } from '../../state/url';
import '../resources/resources.css';
import '../overview/overview.css';
import { COLUMNS } from './columns';
import { Detail } from './Detail';
import './events.css';
import { FilterBar } from './FilterBar';
import { clearFilters, filters, queryOf, toldFilters, type Filters } from './filters';
import { HowToGetEvents } from './HowToGetEvents';
import { TimelinePanel } from './TimelinePanel';
import type { EventRow } from './traits';

/** Kept free while the first rows come; pixels. */
const HEIGHT = 480;
const PAGE = 100;
const BUCKETS = 90;
const chosen = param('event');

export default function Events() {
  const given = filters.value;
  const key = [given, span.value, project.value];
  const timeline = useLoad(['timeline', ...key], (signal) =>
    api.get('/v1/events/timeline', { query: { ...queryOf(given, span.peek()), buckets: BUCKETS }, signal }),
  );
  const list = usePaged<EventRow>(
    ['events', ...key],
    async (marker, limit, signal) => {
      const query = { ...queryOf(given, span.peek()), limit, ...(marker ? { marker } : {}) };
      const { events, next } = await api.get('/v1/events', { query, signal });
      return { rows: events, next };
    },
    { limit: PAGE },
  );
  // Of all times: what there is to choose from, and whether there has ever been an event.
  const known = useLoad(['event types', project.value], (signal) => api.get('/v1/events/types', { signal }), {
    refresh: false,
  });
  const types = known.data.value?.types ?? [];
  const nothing = known.data.value !== null && !types.length && !list.rows.length;
  const newest = types.length ? Math.max(...types.map((each) => each.newest_ms)) : null;
  return (
    <div class="stack">
      <header class="page-head">
        <h1>Events</h1>
      </header>
      {nothing && !list.load.busy.value ? (
        <HowToGetEvents />
      ) : (
        <>
          <FilterBar given={given} known={known.data.value ?? NOTHING} rows={list.rows} />
          <TimelinePanel load={timeline} given={given} />
          <section
            class="panel resource-list"
            aria-label="Events found"
            aria-busy={list.load.busy.value || undefined}
          >
            <div class="panel-body">
              <LoadBody load={list.load} height={HEIGHT} empty={() => emptiness(list.rows, given, newest)}>
                {() => (
                  <DataTable
                    name="Events"
                    rows={list.rows}
                    columns={COLUMNS}
                    rowKey={(row) => `${row.project_id} ${row.id} ${row.generated_ns}`}
                    rowHref={addressOf}
                    chosen={(row) => row.id === chosen.value}
                    cards
                    {...(list.more ? { onMore: list.more } : {})}
                  />
                )}
              </LoadBody>
              {list.further.problem.value && <ProblemBox problem={list.further.problem.value} onRetry={list.more} />}
            </div>
          </section>
        </>
      )}
      {chosen.value && <Detail key={chosen.value} id={chosen.value} />}
    </div>
  );
}

const NOTHING = { types: [], traits: [] };

/** This page with the event opened. */
function addressOf({ id }: EventRow): string {
  const search = new URLSearchParams(params.peek());
  search.set('event', id);
  return `${here.peek().split('?')[0]}?${search}`;
}

function emptiness(rows: readonly EventRow[], given: Filters, newest: number | null): EmptyProps | null {
  if (rows.length) return null;
  const told = toldFilters(given);
  if (told.length) return { kind: 'filtered', filters: told, onClear: clearFilters };
  return { kind: 'range', text: 'No event.', last_ms: newest };
}

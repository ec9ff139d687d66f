// SPDX-License-Identifier: Apache-2.0
// The list of alarms: the worst first, counted by state, filtered and sorted as the address says.

import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { CARDS_HEIGHT } from '../../parts/Cards';
import { DataTable } from '../../parts/DataTable';
import type { EmptyProps } from '../../parts/Empty';
import { Icon } from '../../parts/Icon';
import { narrow } from '../../parts/narrow';
import { PageHead } from '../../parts/PageHead';
import { usePaged, type Page } from '../../parts/paged';
import { LoadBody } from '../../parts/Panel';
import { ProblemBox } from '../../parts/ProblemBox';
import { project, session } from '../../state/session';
import { href, setParams } from '../../state/url';
import '../agents/agents.css';
import { useRenewed } from '../agents/live';
import '../overview/overview.css';
import { useProjects } from '../resources/projects';
import '../resources/resources.css';
import './alarms.css';
import { Bulk } from './Bulk';
import { columnsOf } from './columns';
import { FilterBar, Tallies, type Counts } from './FilterBar';
import { clearFilters, filters, nextSort, queryOf, sorting, toldFilters, type Filters } from './filters';
import { HowToAlarm } from './HowToAlarm';
import { mayChange } from './rights';
import { hasSpark, useSparks } from './sparks';
import type { AlarmView } from './states';

/** Kept free while the first rows come; pixels. */
const HEIGHT = 480;
const PAGE = 100;

interface AlarmPage extends Page<AlarmView> {
  counts: Counts;
}

const NOBODY: ReadonlySet<string | number> = new Set();

export default function Alarms() {
  const given = filters.value;
  const sort = sorting.value;
  const list = usePaged<AlarmView, AlarmPage>(
    ['alarms', given, sort, project.value],
    async (marker, limit, signal) => {
      const query = { ...queryOf(given, sort), limit, ...(marker ? { marker } : {}) };
      const { alarms, next, counts } = await api.get('/v1/alarms', { query, signal });
      return { rows: alarms, next, counts };
    },
    { limit: PAGE },
  );
  useRenewed(list.load);
  const sparks = useSparks();
  const projects = useProjects();
  const manyProjects = project.value === '*' && (session.value?.sees_all ?? false);
  const [chosen, setChosen] = useState(NOBODY);
  const counts = list.load.data.value?.counts ?? null;
  const told = toldFilters(given);
  const nothing = counts !== null && !list.rows.length && !told.length;
  return (
    <div class="stack">
      <PageHead title="Alarms">
        {mayChange() && (
          <a class="button primary" href={href('/alarms/new')}>
            <Icon name="plus" />
            New alarm
          </a>
        )}
      </PageHead>
      {nothing ? (
        <HowToAlarm />
      ) : (
        <>
          <Tallies given={given} counts={counts} />
          <FilterBar given={given} />
          <Bulk
            chosen={list.rows.filter((row) => chosen.has(row.id))}
            onClear={() => setChosen(NOBODY)}
            onDone={() => {
              setChosen(NOBODY);
              list.load.reload();
            }}
          />
          <section
            class="panel resource-list alarm-list"
            aria-label="Alarms found"
            aria-busy={list.load.data.value === null || undefined}
          >
            <div class="panel-body live">
              <LoadBody
                load={list.load}
                height={narrow.value ? CARDS_HEIGHT : HEIGHT}
                empty={() => emptiness(list.rows, told)}
              >
                {() => (
                  <DataTable
                    name="Alarms"
                    rows={list.rows}
                    columns={columnsOf({
                      sparks: sparks.of.value,
                      range: sparks.range,
                      now_ms: Date.now(),
                      projects: manyProjects ? projects : null,
                      hasErrors: list.rows.some((row) => row.error !== ''),
                      hasSparks: list.rows.some(hasSpark),
                      hasLabels: list.rows.some((row) => Object.keys(row.labels).length > 0),
                      hasSilenced: list.rows.some((row) => row.silenced_until_ms !== null),
                    })}
                    rowKey={(row) => row.id}
                    rowHref={(row) => href(`/alarms/${encodeURIComponent(row.id)}`)}
                    sort={sort}
                    onSort={(wanted) => setParams({ sort: nextSort(wanted, sort) })}
                    total={totalOf(counts, given)}
                    {...(list.more ? { onMore: list.more } : {})}
                    {...(mayChange()
                      ? { selection: { chosen, onChosen: setChosen, nameOf: (row: AlarmView) => row.name } }
                      : {})}
                    onShown={sparks.onShown}
                    cards
                  />
                )}
              </LoadBody>
              {list.further.problem.value && <ProblemBox problem={list.further.problem.value} onRetry={list.more} />}
            </div>
          </section>
        </>
      )}
    </div>
  );
}

function totalOf(counts: Counts | null, { state }: Filters): number {
  if (!counts) return 0;
  if (state === 'error') return counts.failing;
  if (state) return state === 'insufficient data' ? counts.insufficient_data : counts[state];
  return counts.ok + counts.alarm + counts.insufficient_data;
}

function emptiness(rows: readonly AlarmView[], told: readonly string[]): EmptyProps | null {
  return rows.length ? null : { kind: 'filtered', filters: told, onClear: clearFilters };
}

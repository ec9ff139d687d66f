// SPDX-License-Identifier: Apache-2.0
// The list of resources: filtered, sorted and with the columns that the address says, brought in pages as one scrolls.

import { useEffect, useRef, useState } from 'preact/hooks';

import { api } from '../../api/client';
import { Button } from '../../parts/Button';
import { DataTable } from '../../parts/DataTable';
import type { EmptyProps } from '../../parts/Empty';
import { announce } from '../../parts/announce';
import { asProblem, isAbort } from '../../api/problem';
import { Menu } from '../../parts/Menu';
import { usePaged, type Paged } from '../../parts/paged';
import { LoadBody, Skeleton } from '../../parts/Panel';
import { ProblemBox } from '../../parts/ProblemBox';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { now, span } from '../../state/time';
import { href, params, setParams } from '../../state/url';
import { HowToSend } from '../overview/HowToSend';
import { isSortedByServer, nextSort, SORTED_HERE_MAX, USUAL_SORT, usualColumns } from './choices';
import { ColumnChooser } from './ColumnChooser';
import { columnsOf } from './columns';
import { exportList, metricsOf } from './export';
import { FilterBar } from './FilterBar';
import { clearFilters, filters, setFilters, toldFilters, type Filters } from './filters';
import { useNewest } from './latest';
import { latestOfAll, pagesOf, sortedHere, type ResourcePage, type ResourceRow } from './list';
import { useProjects } from './projects';
import './resources.css';

/** Kept free while the first rows come; pixels. */
const HEIGHT = 480;
/** Rows of one page: some screens full. */
const PAGE = 200;
/** Of so many resources the metrics are looked at, to know which there are. */
const LOOKED_AT = 5;
/** … and the attributes of so many. */
const LOOKED_THROUGH = 50;

export default function Resources() {
  const given = filters.value;
  const types = useLoad(['types', project.value], (signal) => api.get('/v1/resource-types', { signal }));
  const projects = useProjects();
  const sort = params.value.get('sort') ?? USUAL_SORT;
  const byServer = isSortedByServer(sort);
  // A list sorted by values of now is another list at each refresh; one that the server sorts is asked for anew too.
  const list = usePaged<ResourceRow, ResourcePage>(
    [given, sort, project.value, byServer ? null : span.value],
    byServer ? pagesOf(given, sort) : (_marker, _limit, signal) => sortedHere(given, sort, span.peek(), signal),
    { limit: PAGE },
  );
  // Columns follow what has come: while another type loads, the old rows keep theirs.
  const of = list.load.data.value?.of ?? given;
  const told = useKnown(of.type, list);
  const known = told ?? NONE;
  const names = Object.keys(types.data.value?.types.find((each) => each.name === of.type)?.attributes ?? {});
  const usual = usualColumns({
    type: of.type,
    attributes: filled(names, list.rows),
    metrics: known,
    manyProjects:
      projects.size > 1 && project.value === '*' && !of.project && list.rows.some((row) => row.project_id),
    ended: of.ended,
  });
  const asked = params.value.getAll('col');
  const columns = asked.length ? ['name', ...asked.filter((key) => key !== 'name')] : usual;
  const newest = useNewest(metricsOf(columns));
  const sortsAll = (list.total ?? 0) <= SORTED_HERE_MAX;
  const shown = columnsOf(columns, { newest, projects, sortsAll, now_ms: now.value });
  const nothing = nothingAtAll(types.data.value?.types);
  // Whoever chose or exported columns before all are known would be left with those that were there first.
  const incomplete = told === undefined || !(types.data.value ?? types.problem.value);
  const wasComplete = useRef(false);
  wasComplete.current ||= !incomplete;

  return (
    <div class="stack">
      <header class="page-head">
        <h1>
          Resources <Count list={list.total} here={list.rows.length} />
        </h1>
        <div class="row">
          <ColumnChooser
            columns={columns}
            attributes={names}
            metrics={known}
            isUsual={!asked.length}
            disabled={incomplete}
            onChoose={(chosen) => setParams({ col: chosen })}
          />
          <Export given={given} columns={columns} sort={sort} disabled={incomplete} />
        </div>
      </header>
      <FilterBar
        given={given}
        types={types.data.value?.types ?? []}
        projects={projects}
        rows={list.rows}
        attributes={names}
      />
      <section
        class="panel resource-list"
        aria-label="Resources found"
        aria-busy={list.load.busy.value || (list.rows.length > 0 && incomplete) || undefined}
      >
        <div class="panel-body">
          {newest.load.problem.value && (
            <ProblemBox problem={newest.load.problem.value} onRetry={newest.load.reload} />
          )}
          {!sortsAll && !byServer && (
            <p class="note">
              More than {SORTED_HERE_MAX.toLocaleString('en')} resources are sorted by type, project and times only.
              Narrow the list to sort it by other columns.
            </p>
          )}
          <LoadBody load={list.load} height={HEIGHT} empty={() => emptiness(list.rows, given, nothing)}>
            {() =>
              wasComplete.current ? (
                <DataTable
                  name="Resources"
                  rows={list.rows}
                  columns={shown}
                  rowKey={(row) => row.id}
                  rowHref={(row) => href(`/resources/${row.id}`)}
                  sort={sort}
                  onSort={(wanted) => setParams({ sort: nextSort(wanted, sort) })}
                  {...(list.total === undefined ? {} : { total: list.total })}
                  {...(list.more ? { onMore: list.more } : {})}
                  onShown={newest.onShown}
                />
              ) : (
                <Skeleton height={HEIGHT} />
              )
            }
          </LoadBody>
          {list.further.problem.value && <ProblemBox problem={list.further.problem.value} onRetry={list.more} />}
        </div>
      </section>
      {nothing && <HowToSend />}
    </div>
  );
}

function Count({ list, here }: { list: number | undefined; here: number }) {
  if (list === undefined) return <span class="count muted">…</span>;
  const told = `${list.toLocaleString('en')} in all, ${here.toLocaleString('en')} loaded`;
  return (
    <span class="count muted" title={told}>
      {list.toLocaleString('en')}
    </span>
  );
}

interface ExportProps {
  given: Filters;
  columns: readonly string[];
  sort: string;
  disabled: boolean;
}

function Export({ given, columns, sort, disabled }: ExportProps) {
  const [running, setRunning] = useState<AbortController | null>(null);
  useEffect(() => () => running?.abort(), [running]);
  const run = async (format: 'csv' | 'json'): Promise<void> => {
    const abort = new AbortController();
    setRunning(abort);
    const order = isSortedByServer(sort) ? sort : USUAL_SORT;
    const wish = { format, columns, metrics: metricsOf(columns), span: span.peek(), signal: abort.signal };
    try {
      await exportList(pagesOf(given, order), wish);
    } catch (error) {
      if (!isAbort(error)) announce(`Not exported: ${asProblem(error).message}`);
    } finally {
      setRunning(null);
    }
  };
  if (running) {
    return (
      <Button icon="stop" onClick={() => running.abort(new DOMException('cancelled', 'AbortError'))}>
        Cancel the export
      </Button>
    );
  }
  return (
    <Menu
      label="Export the list"
      icon="download"
      shown="Export"
      align="end"
      disabled={disabled}
      items={[
        { label: 'CSV, the columns shown', onChoose: () => void run('csv') },
        { label: 'JSON, everything', onChoose: () => void run('json') },
      ]}
    />
  );
}

/** The names of the metrics that resources of a type have, as its first rows tell; undefined until they have. */
function useKnown(type: string, list: Paged<ResourceRow>): readonly string[] | undefined {
  const first = list.rows.slice(0, LOOKED_AT).map((row) => row.id);
  const load = useLoad(
    [type, first],
    async (signal) => {
      const series = await latestOfAll(first, null, span.peek(), 1, signal);
      const names = [...new Set([...(seen.get(type) ?? []), ...series.map((each) => each.name)])].sort();
      seen.set(type, names);
      return names;
    },
    { refresh: false, when: first.length > 0 },
  );
  void load.data.value;
  const isEmpty = list.load.data.value !== null && !first.length;
  return seen.get(type) ?? (isEmpty || load.problem.value ? NONE : undefined);
}

/** Metrics by type, so that coming back to a list finds its columns at once. */
const seen = new Map<string, readonly string[]>();
const NONE: readonly string[] = [];

/** Attributes that tell something about at least one of the rows, beyond what its name says already. */
function filled(names: readonly string[], rows: readonly ResourceRow[]): string[] {
  const tells = (row: ResourceRow, value: unknown): boolean => (value ?? '') !== '' && value !== row.label;
  return names.filter((name) => rows.slice(0, LOOKED_THROUGH).some((row) => tells(row, row.attributes[name])));
}

function nothingAtAll(types: readonly { resources: number }[] | undefined): boolean {
  return types !== undefined && types.every((each) => each.resources === 0);
}

function emptiness(rows: readonly ResourceRow[], given: Filters, nothing: boolean): EmptyProps | null {
  if (rows.length) return null;
  const told = toldFilters(given);
  if (nothing || (!told.length && given.ended)) {
    return {
      kind: 'nothing',
      text: 'Hosts, instances and all else that is measured appear with their first measure.',
    };
  }
  if (!told.length) {
    return {
      kind: 'filtered',
      text: 'Every resource that was here has ended.',
      filters: ['not ended'],
      onClear: () => setFilters({ ended: true }),
    };
  }
  return { kind: 'filtered', filters: given.ended ? told : [...told, 'not ended'], onClear: clearFilters };
}

// SPDX-License-Identifier: Apache-2.0
// The columns of the list of alarms.

import { Sparkline } from '../../charts/Sparkline';
import { ageCell } from '../../parts/age';
import type { Column } from '../../parts/DataTable';
import type { Span } from '../../state/time';
import { typeName } from './rule';
import { hasSpark, type Spark } from './sparks';
import { ErrorChip, Labels, SeverityMark, SilencedChip, StateChip, type AlarmView } from './states';

export interface Shown {
  /** What the rules saw, by the ids of alarms. */
  sparks: ReadonlyMap<string, Spark | null>;
  range: Span;
  now_ms: number;
  /** What projects are called; null where all alarms are of one. */
  projects: ReadonlyMap<string, string> | null;
  /** Whether any of them has labels of its own. */
  hasLabels: boolean;
  hasSilenced: boolean;
  /** Whether any could not be decided; and whether there are values of any to be drawn. */
  hasErrors: boolean;
  hasSparks: boolean;
}

/** What a column has nothing to say of leaves its room to the reason. */
export function columnsOf(shown: Shown): Column<AlarmView>[] {
  const { sparks, range, now_ms, projects, hasLabels, hasSilenced, hasErrors, hasSparks } = shown;
  const columns: (Column<AlarmView> | false)[] = [
    { key: 'name', title: 'Name', sortable: true, cell: nameCell, width: '16rem' },
    { key: 'state', title: 'State', sortable: true, cell: stateCell, width: hasErrors ? '17rem' : '11rem' },
    hasSilenced && {
      key: 'silenced',
      title: 'Silenced',
      cell: (row) => row.silenced_until_ms !== null && <SilencedChip until_ms={row.silenced_until_ms} />,
      width: '8rem',
    },
    { key: 'since', title: 'Since', sortable: true, cell: (row) => ageCell(row.since_ms, now_ms), width: '7rem' },
    {
      key: 'severity',
      title: 'Severity',
      sortable: true,
      cell: (row) => <SeverityMark severity={row.severity} />,
      width: '8.5rem',
    },
    hasSparks && {
      key: 'seen',
      title: 'Values',
      cell: (row) => (hasSpark(row) ? sparkCell(row, sparks.get(row.id), range) : null),
      width: '8rem',
    },
    { key: 'reason', title: 'Reason', cell: reasonCell, fills: true },
    hasLabels && {
      key: 'labels',
      title: 'Labels',
      cell: (row) => <Labels labels={row.labels} />,
      width: '12rem',
    },
    { key: 'type', title: 'Type', cell: (row) => typeName(row.type), width: '12rem' },
    projects !== null && {
      key: 'project',
      title: 'Project',
      cell: (row) => row.project_id && (projects.get(row.project_id) ?? row.project_id),
      width: '9rem',
    },
  ];
  return columns.filter((each) => each !== false);
}

function nameCell(row: AlarmView) {
  return (
    <span class={row.enabled ? undefined : 'muted'} title={row.name}>
      {!row.enabled && <span class="chip alarm-off">off</span>}
      {row.name}
    </span>
  );
}

function stateCell({ state, error }: AlarmView) {
  return error ? <ErrorChip error={error} state={state} /> : <StateChip state={state} />;
}

function sparkCell({ threshold }: AlarmView, spark: Spark | null | undefined, range: Span) {
  if (spark === undefined) return <span class="cell-waiting" />;
  if (!spark?.values.length) return <span class="muted">no values</span>;
  return <Sparkline times_ms={spark.times_ms} values={spark.values} unit={null} {...range} threshold={threshold!} />;
}

/** One line; all of it under the pointer, and when it has the focus. */
function reasonCell({ reason, error }: AlarmView) {
  const told = error || reason;
  return (
    <span class={error ? 'reason bad' : 'reason'} title={told} tabIndex={0}>
      {told}
    </span>
  );
}

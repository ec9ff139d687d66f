// SPDX-License-Identifier: Apache-2.0
// The columns of the list of scaling groups.

import { Sparkline } from '../../charts/Sparkline';
import { age } from '../../parts/age';
import type { Column } from '../../parts/DataTable';
import type { Span } from '../../state/time';
import { CONDITIONS, conditionOf, decisionText, type Decision, type Group } from './groups';
import type { Sizes } from './sizes';
import { ConditionChip, SizeBar } from './states';

export interface Shown {
  /** How many members there were, by the ids of groups; null until that is known. */
  sizes: ReadonlyMap<string, Sizes> | null;
  range: Span;
  /** The newest decision of each group that was asked for, null where there was none. */
  last: ReadonlyMap<string, Decision | null>;
  now_ms: number;
  /** What projects are called; null where all groups are of one. */
  projects: ReadonlyMap<string, string> | null;
}

export function columnsOf({ sizes, range, last, now_ms, projects }: Shown): Column<Group>[] {
  const columns: (Column<Group> | false)[] = [
    { key: 'name', title: 'Name', cell: (row) => row.name, sort: (row) => row.name, width: '13rem' },
    {
      key: 'state',
      title: 'State',
      cell: (row) => <ConditionChip group={row} now_ms={now_ms} />,
      sort: (row) => CONDITIONS.indexOf(conditionOf(row, now_ms)),
      width: '17.5rem',
    },
    {
      key: 'size',
      title: 'Members',
      cell: (row) => <SizeBar group={row} />,
      sort: (row) => row.size,
      width: '14rem',
    },
    {
      key: 'sizes',
      title: 'In this range',
      cell: (row) => sparkCell(sizes && (sizes.get(row.id) ?? NO_SIZES), range),
      width: '8rem',
    },
    {
      key: 'decided',
      title: 'What came last',
      cell: (row) => <What group={row} last={last.get(row.id)} now_ms={now_ms} />,
      fills: true,
    },
    { key: 'actuator', title: 'Made by', cell: (row) => row.actuator, sort: (row) => row.actuator, width: '8rem' },
    projects !== null && {
      key: 'project',
      title: 'Project',
      cell: (row) => row.project_id && (projects.get(row.project_id) ?? row.project_id),
      sort: (row) => row.project_id,
      width: '9rem',
    },
  ];
  return columns.filter((each) => each !== false);
}

const NO_SIZES: Sizes = { times_ms: [], values: [] };

function sparkCell(sizes: Sizes | null, range: Span) {
  if (sizes === null) return <span class="cell-waiting" />;
  if (!sizes.values.length) return <span class="muted">no values</span>;
  return <Sparkline {...sizes} unit={null} {...range} />;
}

/** What is wrong, or what was decided last; all of it under the pointer, and when it has the focus. */
function What({ group, last, now_ms }: { group: Group; last: Decision | null | undefined; now_ms: number }) {
  const problem = conditionOf(group, now_ms) === 'new' ? '' : group.problem;
  if (!problem && last === undefined) return <span class="cell-waiting" />;
  if (!problem && !last) return <span class="muted">nothing was decided yet</span>;
  const told = problem || `${decisionText(last!)}, ${age(last!.time_ms, now_ms)}`;
  return (
    <span class={problem ? 'reason bad' : 'reason'} title={told} tabIndex={0}>
      {told}
    </span>
  );
}

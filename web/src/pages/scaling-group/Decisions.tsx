// SPDX-License-Identifier: Apache-2.0
// What a group decided, the newest first, with what became of it.

import { useEffect } from 'preact/hooks';

import { api } from '../../api/client';
import { DataTable, type Column } from '../../parts/DataTable';
import type { EmptyProps } from '../../parts/Empty';
import { Select } from '../../parts/Field';
import { usePaged } from '../../parts/paged';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { ProblemBox } from '../../parts/ProblemBox';
import { showSecond } from '../../parts/second';
import { project } from '../../state/session';
import { href, params, setParams } from '../../state/url';
import { alarmOf, causeText, inZone, VERDICTS, type Decision, type Group, type Verdict } from '../scaling/groups';
import { VerdictChip } from '../scaling/states';

const PAGE = 50;
const HEIGHT = 420;

/** `seen` is anything that differs once something new may have been decided. */
export function Decisions(props: { group: Group; names: ReadonlyMap<string, string>; seen: unknown }) {
  const { group, names, seen } = props;
  const asked = params.value.get('verdict') as Verdict;
  const verdict = VERDICTS.includes(asked) ? asked : null;
  const list = usePaged<Decision>(
    ['decisions', group.id, verdict, project.value],
    async (marker, limit, signal) => {
      const query = { limit, ...(verdict ? { verdict } : {}), ...(marker ? { marker } : {}) };
      const path = { id: group.id };
      const { decisions, next } = await api.get('/v1/scaling/groups/{id}/decisions', { path, query, signal });
      return { rows: decisions, next };
    },
    { limit: PAGE },
  );
  useEffect(() => {
    if (list.load.data.peek()) list.load.reload();
  }, [JSON.stringify(seen)]);
  return (
    <PanelFrame
      title="Decisions"
      note="newest first"
      actions={
        <Select
          label="Verdict"
          hideLabel
          value={verdict ?? ''}
          onValue={(chosen) => setParams({ verdict: chosen }, { replace: true })}
          options={[{ value: '', label: 'all verdicts' }, ...VERDICTS]}
        />
      }
    >
      <LoadBody load={list.load} height={HEIGHT} empty={() => emptiness(list.rows, verdict)}>
        {() => (
          <DataTable
            name="Decisions of this group"
            rows={list.rows}
            columns={columnsOf(names)}
            rowKey={(row) => row.id}
            height={HEIGHT}
            {...(list.more ? { onMore: list.more } : {})}
            cards
          />
        )}
      </LoadBody>
      {list.further.problem.value && <ProblemBox problem={list.further.problem.value} onRetry={list.more} />}
    </PanelFrame>
  );
}

function emptiness(rows: readonly Decision[], verdict: Verdict | null): EmptyProps | null {
  if (rows.length) return null;
  if (verdict) return { kind: 'filtered', filters: [verdict], onClear: () => setParams({ verdict: null }) };
  return { kind: 'nothing', text: 'Decisions come with signals, by targets and schedules, and by hand.' };
}

function columnsOf(names: ReadonlyMap<string, string>): Column<Decision>[] {
  return [
    { key: 'time', title: 'At', cell: (row) => showSecond(row.time_ms), width: '11rem' },
    { key: 'verdict', title: 'Verdict', cell: (row) => <VerdictChip {...row} />, width: '7.5rem' },
    {
      key: 'members',
      title: 'Members',
      cell: ({ before, wanted }) => (before === wanted ? String(before) : `${before} → ${wanted}`),
      width: '6rem',
    },
    { key: 'cause', title: 'Because of', cell: (row) => <Why decision={row} names={names} />, width: '17rem' },
    {
      key: 'reason',
      title: 'Reason',
      cell: ({ reason, failure }) =>
        failure ? (
          <span class="bad" title={failure}>
            {failure}
          </span>
        ) : (
          inZone(reason)
        ),
      fills: true,
    },
    {
      key: 'ended',
      title: 'Ended',
      cell: (row) => row.ended_ms && showSecond(row.ended_ms),
      width: '11rem',
    },
  ];
}

function Why({ decision, names }: { decision: Decision; names: ReadonlyMap<string, string> }) {
  const alarm = alarmOf(decision);
  if (alarm === null) return <>{causeText(decision, names)}</>;
  return (
    <>
      {causeText({ ...decision, by: '' }, names)} by an{' '}
      <a href={href(`/alarms/${encodeURIComponent(alarm)}`)} title={alarm}>
        alarm
      </a>
    </>
  );
}

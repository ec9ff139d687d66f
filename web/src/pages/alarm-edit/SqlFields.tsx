// SPDX-License-Identifier: Apache-2.0
// A rule in SQL, and what its statement gives at this moment.

import { useMemo } from 'preact/hooks';

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { DataTable, type Column } from '../../parts/DataTable';
import { Field } from '../../parts/Field';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { useSettled } from '../../shell/SearchBox';
import { useLoad, type Load } from '../../state/load';
import { project as current } from '../../state/session';
import { href } from '../../state/url';
import { CodeArea } from './CodeArea';
import { Compared } from './Compared';
import type { RuleDraft } from './rule-draft';
import type { RuleFieldsProps } from './RuleFields';

export type Rows = Answer<'/v1/sql', 'post'>;

const REST_MS = 600;
const SHOWN = 20;
const HEIGHT = 260;

export function SqlFields({ draft, set, problemAt }: RuleFieldsProps) {
  return (
    <>
      <CodeArea
        label="Statement"
        rows={6}
        value={draft.sql}
        onValue={(sql) => set({ sql })}
        problem={problemAt('sql')}
        hint={
          <>
            Each row is an instance; its columns of text are the labels. <a href={href('/sql')}>SQL</a> lists the
            views, and tries statements.
          </>
        }
        placeholder={'SELECT resource_id AS host, avg(value) AS busy\nFROM …'}
      />
      <Field
        label="Column that is compared"
        hint="Empty: a row at all is too much"
        value={draft.value}
        onValue={(value) => set({ value })}
        problem={problemAt('value')}
        autocomplete="off"
        spellcheck={false}
      />
      {draft.value.trim() !== '' && <Compared {...{ draft, set, problemAt }} />}
      <Field
        label="Looked for every"
        placeholder="1 min"
        value={draft.every}
        onValue={(every) => set({ every })}
        problem={problemAt('every_s')}
        autocomplete="off"
      />
    </>
  );
}

/** What a statement gives now; '' asks for nothing. */
export function useRows(sql: string, where: string | undefined): Load<Rows> {
  const asked = useSettled(sql.trim(), REST_MS);
  return useLoad(
    ['rows of an alarm', asked, where, current.value],
    (signal) => api.post('/v1/sql', { body: { sql: asked }, signal, project: where }),
    { refresh: false, when: asked !== '' },
  );
}

/** The rows of now, those that are too much first. */
export function RowsNow({ load, draft, asked }: { load: Load<Rows>; draft: RuleDraft; asked: boolean }) {
  return (
    <PanelFrame title="What the statement gives now" busy={load.busy.value}>
      {!asked ? (
        <p class="muted">Write a statement, and here stand the rows that it gives.</p>
      ) : (
        <LoadBody load={load} height={HEIGHT}>
          {(rows) => <Listed rows={rows} draft={draft} />}
        </LoadBody>
      )}
    </PanelFrame>
  );
}

type Row = { number: number; cells: readonly unknown[]; beyond: boolean | null };

function Listed({ rows, draft }: { rows: Rows; draft: RuleDraft }) {
  const listed = useMemo(() => judged(rows, draft), [rows, draft.value, draft.operator, draft.threshold]);
  const beyond = listed.filter((each) => each.beyond).length;
  const columns: Column<Row>[] = [
    {
      key: 'beyond',
      title: 'Now',
      cell: ({ beyond }) =>
        beyond === null ? (
          <span class="muted">no number</span>
        ) : beyond ? (
          <span class="chip bad">alarm</span>
        ) : (
          <span class="chip good">ok</span>
        ),
      width: '7rem',
    },
    ...rows.columns.map(({ name }, at): Column<Row> => ({
      key: `${at}`,
      title: name,
      cell: ({ cells }) => String(cells[at] ?? ''),
      number: typeof rows.rows[0]?.[at] === 'number',
    })),
  ];
  return (
    <>
      <p role="status">
        {listed.length === 1 ? 'One row' : `${listed.length} rows`}, {beyond} in alarm.
      </p>
      {listed.length > 0 && (
        <DataTable
          name="Rows"
          rows={listed.slice(0, SHOWN)}
          columns={columns}
          rowKey={(row) => row.number}
          height={HEIGHT}
        />
      )}
      {listed.length > SHOWN && <p class="muted">These are the first {SHOWN}.</p>}
    </>
  );
}

const BEYOND: Record<string, (value: number, threshold: number) => boolean> = {
  gt: (value, threshold) => value > threshold,
  ge: (value, threshold) => value >= threshold,
  lt: (value, threshold) => value < threshold,
  le: (value, threshold) => value <= threshold,
  eq: (value, threshold) => value === threshold,
  ne: (value, threshold) => value !== threshold,
};

/** Whether each row is beyond what is written; null where it has no number to tell by. */
export function judged(rows: Pick<Rows, 'columns' | 'rows'>, draft: RuleDraft): Row[] {
  const at = rows.columns.findIndex((each) => each.name === draft.value.trim());
  const threshold = draft.threshold.trim() ? Number(draft.threshold) : NaN;
  const tell = (cells: readonly unknown[]): boolean | null => {
    if (!draft.value.trim()) return true;
    const value = cells[at];
    return typeof value === 'number' && Number.isFinite(threshold) ? BEYOND[draft.operator]!(value, threshold) : null;
  };
  const all = rows.rows.map((cells, number): Row => ({ number, cells, beyond: tell(cells) }));
  return all.sort((one, other) => Number(other.beyond ?? 0) - Number(one.beyond ?? 0));
}

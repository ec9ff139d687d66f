// SPDX-License-Identifier: Apache-2.0
// Silences: what nobody is told of for a time. Those in force, those to come, those that are over.

import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { actionsColumn, type RowAction } from '../../parts/actions';
import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { DataTable, type Column } from '../../parts/DataTable';
import type { EmptyProps } from '../../parts/Empty';
import { Select } from '../../parts/Field';
import { ConfirmDialog, FormDialog } from '../../parts/FormDialog';
import { PageHead } from '../../parts/PageHead';
import { usePaged } from '../../parts/paged';
import { LoadBody } from '../../parts/Panel';
import { ProblemBox } from '../../parts/ProblemBox';
import { showSecond } from '../../parts/second';
import { Tabs } from '../../parts/Tabs';
import { showSpan } from '../../state/moment';
import { project, session } from '../../state/session';
import { params, setParams } from '../../state/url';
import '../agents/agents.css';
import { useRenewed } from '../agents/live';
import '../alarms/alarms.css';
import { mayChange, workingIn } from '../alarms/rights';
import { useProjects } from '../resources/projects';
import type { Names } from '../settings/acts';
import { ProjectName } from '../settings/ProjectName';
import '../settings/settings.css';
import { SilenceForm, type Start } from './Form';
import { SPANS, type Silence, type SilenceState } from './lasting';
import { MatcherChips } from './MatcherFields';
import { matcherText, readMatchers } from './matchers';
import './silences.css';

const HEIGHT = 240;
const PAGE = 100;
const STATES: readonly { key: SilenceState; title: string }[] = [
  { key: 'active', title: 'In force' },
  { key: 'pending', title: 'To come' },
  { key: 'expired', title: 'Over' },
];

type Open = { kind: 'change' | 'longer' | 'end'; silence: Silence } | null;

export default function Silences() {
  const given = params.value;
  const state = STATES.find((each) => each.key === given.get('state'))?.key ?? 'active';
  const list = usePaged<Silence>(
    ['silences', state, project.value],
    async (marker, limit, signal) => {
      const query = { state, limit, ...(marker ? { marker } : {}) };
      const { silences, next } = await api.get('/v1/silences', { query, signal });
      return { rows: silences, next };
    },
    { limit: PAGE },
  );
  useRenewed(list.load);
  const projects = useProjects();
  const [open, setOpen] = useState<Open>(null);
  const manyProjects = project.value === '*' && (session.value?.sees_all ?? false);
  const done = (): void => {
    setOpen(null);
    close();
    list.load.reload();
  };
  return (
    <div class="stack">
      <PageHead title="Silences">
        {mayChange() && (
          <Button kind="primary" icon="plus" onClick={() => setParams({ new: '1' })}>
            New silence
          </Button>
        )}
      </PageHead>
      <Tabs
        label="Which silences"
        tabs={STATES}
        chosen={state}
        onChoose={(key) => setParams({ state: key === 'active' ? null : key })}
      >
        <section class="panel resource-list" aria-label="Silences found">
          <div class="panel-body live">
            <LoadBody load={list.load} height={HEIGHT} empty={() => (list.rows.length ? null : EMPTY[state])}>
              {() => (
                <DataTable
                  name="Silences"
                  rows={list.rows}
                  columns={columnsOf(state === 'active', manyProjects ? projects : null, setOpen)}
                  rowKey={(row) => row.id}
                  {...(list.more ? { onMore: list.more } : {})}
                  cards
                />
              )}
            </LoadBody>
            {list.further.problem.value && <ProblemBox problem={list.further.problem.value} onRetry={list.more} />}
          </div>
        </section>
      </Tabs>
      {given.get('new') !== null && mayChange() && (
        <SilenceForm start={startOf(given)} before={null} onClose={close} onDone={done} />
      )}
      {open?.kind === 'change' && (
        <SilenceForm
          start={{ ...open.silence, project: open.silence.project_id ?? '' }}
          before={open.silence}
          onClose={() => setOpen(null)}
          onDone={done}
        />
      )}
      {open?.kind === 'longer' && <Longer silence={open.silence} onClose={() => setOpen(null)} onDone={done} />}
      {open?.kind === 'end' && (
        <ConfirmDialog
          title="End the silence now?"
          verb="End it"
          text="What it held back and is still in alarm is told then."
          onClose={() => setOpen(null)}
          act={async () => {
            const { id, project_id } = open.silence;
            await api.post('/v1/silences/{id}/expire', { path: { id }, project: workingIn(project_id ?? '') });
            announce('The silence is over');
            done();
          }}
        />
      )}
    </div>
  );
}

/** What a link asks to be silenced. */
function startOf(given: URLSearchParams): Start {
  return {
    matchers: readMatchers(given.getAll('match')),
    comment: given.get('comment') ?? '',
    project: given.get('in') ?? '',
  };
}

/** Back from the sheet to the list. */
const close = (): void => setParams({ new: null, match: null, comment: null, in: null }, { replace: true });

const EMPTY: Record<SilenceState, EmptyProps> = {
  active: {
    kind: 'nothing',
    text:
      'While a silence is in force, nobody is told of the alarms that it is about: for work that is planned, ' +
      'or trouble that is known. They are decided as ever, and what is held back is kept.',
  },
  pending: {
    kind: 'nothing',
    text: 'A silence that is to come begins by itself, such as one for a night of maintenance.',
  },
  expired: { kind: 'nothing', text: 'Silences that are over are listed here for a while.' },
};

function columnsOf(isActive: boolean, projects: Names | null, onOpen: (open: Open) => void): Column<Silence>[] {
  const columns: (Column<Silence> | false)[] = [
    {
      key: 'matchers',
      title: 'Alarms with',
      cell: (row) => <MatcherChips matchers={row.matchers} all="" />,
      fills: true,
    },
    !isActive && { key: 'from', title: 'From', cell: (row) => showSecond(row.from_ms), width: '10.5rem' },
    { key: 'until', title: 'Until', cell: untilCell, width: '16rem' },
    { key: 'comment', title: 'Comment', cell: commentCell, width: '14rem' },
    { key: 'author', title: 'By', cell: (row) => row.author, width: '9rem' },
    projects !== null && {
      key: 'project',
      title: 'Project',
      cell: (row) =>
        row.project_id === null ? (
          <span class="muted">all</span>
        ) : (
          <ProjectName id={row.project_id} names={projects} />
        ),
      width: '8rem',
    },
    mayChange() &&
      actionsColumn<Silence>(
        (row) => row.comment || row.matchers.map(matcherText).join(', '),
        (row) => actionsOf(row, onOpen),
      ),
  ];
  return columns.filter((each) => each !== false);
}

function untilCell({ state, until_ms }: Silence) {
  const left = until_ms - Date.now();
  return (
    <>
      {showSecond(until_ms)} {state !== 'expired' && left > 0 && <span class="muted">in {showSpan(left)}</span>}
    </>
  );
}

const commentCell = ({ comment }: Silence) => (
  <span class="silence-comment" title={comment}>
    {comment}
  </span>
);

function actionsOf(silence: Silence, onOpen: (open: Open) => void): RowAction[] {
  if (silence.state === 'expired') return [{ label: 'Again', onChoose: () => again(silence) }];
  return [
    { label: 'Extend', onChoose: () => onOpen({ kind: 'longer', silence }) },
    { label: 'Change', onChoose: () => onOpen({ kind: 'change', silence }) },
    { label: 'End', onChoose: () => onOpen({ kind: 'end', silence }) },
  ];
}

function again({ matchers, comment, project_id }: Silence): void {
  setParams({ new: '1', match: matchers.map(matcherText), comment, in: project_id });
}

function Longer({ silence, onClose, onDone }: { silence: Silence; onClose: () => void; onDone: () => void }) {
  const [by, setBy] = useState(SPANS[0]!.value);
  const until_ms = silence.until_ms + SPANS.find((each) => each.value === by)!.ms;
  return (
    <FormDialog
      title="Extend the silence"
      verb="Extend"
      onClose={onClose}
      act={async () => {
        const body = { until: until_ms / 1000 };
        const where = workingIn(silence.project_id ?? '');
        await api.patch('/v1/silences/{id}', { path: { id: silence.id }, body, project: where });
        announce(`It lasts until ${showSecond(until_ms)}`);
        onDone();
      }}
    >
      {() => (
        <>
          <Select label="Longer by" value={by} onValue={setBy} options={SPANS} />
          <p class="muted">It ends {showSecond(until_ms)} then.</p>
        </>
      )}
    </FormDialog>
  );
}

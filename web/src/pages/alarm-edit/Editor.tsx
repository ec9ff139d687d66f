// SPDX-License-Identifier: Apache-2.0
// Writing an alarm, new or there already: fields, and beneath them what would have become of it.

import { useEffect, useId, useMemo, useState } from 'preact/hooks';

import { showActions } from '../../api/aodh';
import { api } from '../../api/client';
import type { Problem } from '../../api/problem';
import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { Field, Select } from '../../parts/Field';
import { PageHead } from '../../parts/PageHead';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { Refusal } from '../../parts/Refusal';
import { useSubmit } from '../../parts/useSubmit';
import { useSettled } from '../../shell/SearchBox';
import { useLoad } from '../../state/load';
import { has, project } from '../../state/session';
import { href, navigate, params as address, setParams } from '../../state/url';
import '../alarm/alarm.css';
import { useNamed } from '../alarm/named';
import '../alarms/alarms.css';
import { mayChange, workingIn } from '../alarms/rights';
import { isThreshold, SQL, TYPES } from '../alarms/rule';
import { SEVERITIES, type AlarmView } from '../alarms/states';
import type { PageProps } from '../index';
import { ProjectSelect } from '../resources/ProjectSelect';
import '../resource/resource.css';
import '../settings/settings.css';
import { labelsOf } from '../silences/matchers';
import { BehaviourFields } from './BehaviourFields';
import {
  behaviourOf,
  definitionOf,
  draftOf,
  EMPTY,
  readDraft,
  ruleOf,
  TEMPLATES,
  writeDraft,
  type Before,
  type Draft,
} from './draft';
import './editor.css';
import { listed, Preview, usePreview } from './Preview';
import { JsonField, RuleFields } from './RuleFields';
import { RowsNow, SqlFields, useRows } from './SqlFields';
import { Telling } from './Telling';

/** The address follows what is typed once it rests. */
const REST_MS = 400;

export default function Editor({ params: { id } }: PageProps) {
  const load = useLoad(
    ['alarm to edit', id, project.value],
    async (signal): Promise<Before | null> => {
      if (!id) return null;
      const { alarm } = await api.get('/v1/alarms/{id}', { path: { id }, signal });
      const actions = await showActions(id, { signal, project: workingIn(alarm.project_id) });
      return { alarm, actions };
    },
    {
      refresh: false,
      when: id !== undefined,
    },
  );
  if (!id) return <Form before={null} />;
  return (
    <LoadBody load={load} height={600}>
      {(before) => before && <Form before={before} />}
    </LoadBody>
  );
}

function Form({ before: given }: { before: Before | null }) {
  const before = given?.alarm ?? null;
  const base = useMemo(() => (given ? draftOf(given) : EMPTY), [given]);
  const [draft, setDraft] = useState(() => readDraft(address.peek().get('draft'), base));
  const set = (changed: Partial<Draft>): void => setDraft((old) => ({ ...old, ...changed }));
  useInAddress(draft, base);
  const { rule, behaviour, wrong, missing } = useMemo(() => writtenOf(draft), [draft]);
  const isWritten = !missing.length && !Object.keys(wrong).length;
  const where = useWhere(draft, before);
  const preview = usePreview(draft.type, isWritten ? rule : null, behaviour, where);
  const rows = useRows(draft.type === SQL && isWritten ? draft.sql : '', where);
  const named = useNamed(preview.leaves);
  const saving = useSaving(draft, before, where);
  const id = useId();
  const lacksProject = !before && project.value === '*' && !has() && !draft.project;
  const needed = [...(draft.name.trim() ? [] : ['name']), ...(lacksProject ? ['project'] : []), ...missing];
  const problemAt = (field: string): string | undefined =>
    wrong[field] ?? told(saving.problem, field, draft) ?? told(preview.problem, field, draft);
  const labels = useLabels(draft, named.data.value?.[0]?.subject);
  const back = before ? `/alarms/${encodeURIComponent(before.id)}` : '/alarms';
  return (
    <form id={id} class="stack" onSubmit={saving.submit} novalidate>
      <div class="alarm-head">
        <p class="crumbs muted">
          <a href={href('/alarms')}>Alarms</a> /{' '}
          {before && (
            <>
              <a href={href(back)}>{before.name}</a> /
            </>
          )}
        </p>
        <PageHead title={before ? `Edit ${before.name}` : 'New alarm'}>
          {mayChange() ? (
            <>
              {needed.length > 0 && <span class="muted">still needs {listed(needed)}</span>}
              <a class="button plain" href={href(back)}>
                Cancel
              </a>
              <Button kind="primary" type="submit" disabled={saving.busy || needed.length > 0 || !isWritten}>
                {before ? 'Save' : 'Make alarm'}
              </Button>
            </>
          ) : (
            <span class="muted">Saving takes the role member or operator; trying is free.</span>
          )}
        </PageHead>
      </div>
      {saving.problem && !fieldOf(saving.problem, draft) && <Refusal problem={saving.problem} />}
      <PanelFrame title="Rule">
        <div class="alarm-fields">
          <About draft={draft} set={set} problemAt={problemAt} before={before} />
          {isThreshold(draft.type) ? (
            <RuleFields
              draft={draft}
              set={set}
              problemAt={problemAt}
              unit={named.data.value?.[0]?.unit ?? null}
              labels={labels}
            />
          ) : draft.type === SQL ? (
            <SqlFields draft={draft} set={set} problemAt={problemAt} />
          ) : (
            <JsonField draft={draft} set={set} problemAt={problemAt} />
          )}
        </div>
      </PanelFrame>
      {draft.type === SQL ? (
        <RowsNow load={rows} draft={draft} asked={isWritten} />
      ) : (
        <Preview
          type={draft.type}
          shown={preview}
          named={named.data.value}
          threshold={typeof rule['threshold'] === 'number' ? rule['threshold'] : null}
          recovery={behaviour.recovery_threshold ?? null}
          missing={missing}
          isMarked={preview.problem !== null && fieldOf(preview.problem, draft) !== undefined}
          onLevel={(value) => set({ threshold: String(value) })}
        />
      )}
      <PanelFrame title="How it behaves">
        <BehaviourFields draft={draft} set={set} problemAt={problemAt} />
      </PanelFrame>
      <PanelFrame title="Whom it tells, and when">
        <Telling draft={draft} set={set} problemAt={problemAt} />
      </PanelFrame>
    </form>
  );
}

/** A link to what is being written shows a colleague the same. */
function useInAddress(draft: Draft, base: Draft): void {
  const text = useSettled(writeDraft(draft, base), REST_MS);
  useEffect(() => setParams({ draft: text }, { replace: true }), [text]);
}

/** The project in which it is, where it has to be said to the server. */
function useWhere(draft: Draft, before: AlarmView | null): string | undefined {
  return workingIn(before ? before.project_id : draft.project);
}

function useSaving(draft: Draft, before: AlarmView | null, where: string | undefined) {
  return useSubmit(async () => {
    const body = definitionOf(draft, ruleOf(draft).rule, before ?? undefined);
    if (!before) {
      const owner = has() && draft.project && project.value === '*' ? { project_id: draft.project } : {};
      const made = await api.post('/v1/alarms', { body: { ...body, ...owner }, project: where });
      announce('The alarm is there');
      return navigate(href(`/alarms/${encodeURIComponent(made.id)}`));
    }
    const { id } = before;
    await api.put('/v1/alarms/{id}', { path: { id }, body, project: where });
    announce('The alarm is changed');
    navigate(href(`/alarms/${encodeURIComponent(id)}`));
  });
}

const FIELDS = new Set([
  'name',
  'metric',
  'metrics',
  'resource_id',
  'resource_type',
  'query',
  'rule',
  'threshold',
  'aggregation_method',
  'comparison_operator',
  'evaluation_periods',
  'granularity',
  'alarm_actions',
  'ok_actions',
  'insufficient_data_actions',
  'time_constraints',
  'severity',
  'across',
  'group_by',
  'compare',
  'offset_s',
  'season_s',
  'seasons',
  'sql',
  'value',
  'every_s',
  'behaviour',
  'pending_s',
  'keep_firing_s',
  'recovery_threshold',
  'no_data',
  'labels',
]);

/** The field at which a problem is shown: the innermost that is known. A rule in JSON is one field. */
function fieldOf({ field }: Problem, { type }: Draft): string | undefined {
  if (field[0] === 'rule' && !isThreshold(type) && type !== SQL) return 'rule';
  const known = field.filter((each) => FIELDS.has(each));
  // Without a field of its own a rule's trouble stands above the form.
  return known.at(-1) === 'rule' ? undefined : known.at(-1);
}

/** What the server says of a field. */
function told(problem: Problem | null, field: string, draft: Draft): string | undefined {
  return problem && fieldOf(problem, draft) === field ? problem.detail : undefined;
}

/** What stands in the fields, and what is wrong there. */
function writtenOf(draft: Draft) {
  const { rule, wrong, missing } = ruleOf(draft);
  const { behaviour, wrong: amiss } = behaviourOf(draft);
  const all: Record<string, string> = { ...wrong, ...amiss };
  if (!labelsOf(draft.labels)) all['labels'] = 'Lines such as team=web';
  return { rule, behaviour, missing, wrong: all };
}

/** What the picked metrics are called, as far as the sentence about them tells it. */
function useLabels({ metrics }: Draft, subject: string | undefined): ReadonlyMap<string, string> {
  return useMemo(() => {
    const names = subject?.split(', ') ?? [];
    return new Map(metrics.flatMap((id, at) => (names[at] ? [[id, names[at]] as const] : [])));
  }, [metrics, subject]);
}

function About(props: {
  draft: Draft;
  set: (changed: Partial<Draft>) => void;
  problemAt: (field: string) => string | undefined;
  before: AlarmView | null;
}) {
  const { draft, set, problemAt, before } = props;
  const asksProject = !before && project.value === '*';
  return (
    <>
      <Field
        label="Name"
        class="wide"
        required
        autofocus={!draft.name}
        value={draft.name}
        onValue={(name) => set({ name })}
        problem={problemAt('name')}
        maxLength={255}
        autocomplete="off"
      />
      <Select
        label="Type"
        value={draft.type}
        onValue={(type) => set({ type, json: TEMPLATES[type] ? JSON.stringify(TEMPLATES[type], null, 2) : '' })}
        options={Object.entries(TYPES).map(([value, label]) => ({ value, label }))}
      />
      <Select
        label="Severity"
        value={draft.severity}
        onValue={(severity) => set({ severity })}
        options={SEVERITIES}
        problem={problemAt('severity')}
      />
      {asksProject && (
        <ProjectSelect
          none={has() ? 'none: it sees everything' : 'choose one'}
          value={draft.project}
          onValue={(of) => set({ project: of })}
        />
      )}
      <Field
        label="Description"
        class="wide"
        value={draft.description}
        onValue={(description) => set({ description })}
        placeholder="what to do when it fires"
        autocomplete="off"
      />
    </>
  );
}

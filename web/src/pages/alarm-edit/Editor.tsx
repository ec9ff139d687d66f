// SPDX-License-Identifier: Apache-2.0
// Writing an alarm, new or there already: fields, and beneath them what would have become of it.

import { useEffect, useId, useMemo, useState } from 'preact/hooks';

import { createAlarm, replaceAlarm, showAlarm, type AodhAlarm } from '../../api/aodh';
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
import { isThreshold, TYPES } from '../alarms/rule';
import { SEVERITIES } from '../alarms/states';
import type { PageProps } from '../index';
import { useProjects } from '../resources/projects';
import '../resource/resource.css';
import '../settings/settings.css';
import { definitionOf, draftOf, EMPTY, readDraft, ruleOf, TEMPLATES, writeDraft, type Draft } from './draft';
import './editor.css';
import { listed, Preview, usePreview } from './Preview';
import { JsonField, RuleFields } from './RuleFields';
import { Telling } from './Telling';

/** The address follows what is typed once it rests. */
const REST_MS = 400;

export default function Editor({ params: { id } }: PageProps) {
  const load = useLoad(
    ['alarm to edit', id, project.value],
    async (signal) => (id ? showAlarm(id, { signal }) : null),
    {
      refresh: false,
      when: id !== undefined,
    },
  );
  if (!id) return <Form before={null} />;
  return (
    <LoadBody load={load} height={600}>
      {(alarm) => alarm && <Form before={alarm} />}
    </LoadBody>
  );
}

function Form({ before }: { before: AodhAlarm | null }) {
  const base = useMemo(() => (before ? draftOf(before) : EMPTY), [before]);
  const [draft, setDraft] = useState(() => readDraft(address.peek().get('draft'), base));
  const set = (changed: Partial<Draft>): void => setDraft((old) => ({ ...old, ...changed }));
  useInAddress(draft, base);
  const { rule, wrong, missing } = useMemo(() => ruleOf(draft), [draft]);
  const isWritten = !missing.length && !Object.keys(wrong).length;
  const where = useWhere(draft, before);
  const preview = usePreview(draft.type, isWritten ? rule : null, where);
  const named = useNamed(preview.leaves);
  const saving = useSaving(draft, before, where);
  const id = useId();
  const lacksProject = !before && project.value === '*' && !has() && !draft.project;
  const needed = [...(draft.name.trim() ? [] : ['name']), ...(lacksProject ? ['project'] : []), ...missing];
  const problemAt = (field: string): string | undefined =>
    wrong[field] ?? told(saving.problem, field) ?? told(preview.problem, field);
  const labels = useLabels(draft, named.data.value?.[0]?.subject);
  const back = before ? `/alarms/${encodeURIComponent(before.alarm_id)}` : '/alarms';
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
      {saving.problem && !isAtField(saving.problem) && <Refusal problem={saving.problem} />}
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
          ) : (
            <JsonField draft={draft} set={set} problemAt={problemAt} />
          )}
        </div>
      </PanelFrame>
      <Preview
        type={draft.type}
        shown={preview}
        named={named.data.value}
        threshold={typeof rule['threshold'] === 'number' ? rule['threshold'] : null}
        missing={missing}
        isMarked={preview.problem !== null && isAtField(preview.problem)}
        onLevel={(value) => set({ threshold: String(value) })}
      />
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
function useWhere(draft: Draft, before: AodhAlarm | null): string | undefined {
  return workingIn(before ? before.project_id : draft.project);
}

function useSaving(draft: Draft, before: AodhAlarm | null, where: string | undefined) {
  return useSubmit(async () => {
    const { rule } = ruleOf(draft);
    if (!before) {
      const owner = has() && draft.project && project.value === '*' ? { project_id: draft.project } : {};
      const made = await createAlarm({ ...definitionOf(draft, rule), ...owner }, { project: where });
      announce('The alarm is there');
      return navigate(href(`/alarms/${encodeURIComponent(made.alarm_id)}`));
    }
    const { alarm_id } = before;
    // Its state may have changed since the page was opened, and is not to be set back.
    const now = await showAlarm(alarm_id, { project: where });
    const owner = has() ? { project_id: now.project_id } : {};
    await replaceAlarm(alarm_id, { ...definitionOf(draft, rule, now), ...owner }, { project: where });
    announce('The alarm is changed');
    navigate(href(`/alarms/${encodeURIComponent(alarm_id)}`));
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
]);

const isAtField = (problem: Problem): boolean => problem.field.some((each) => FIELDS.has(each));

/** What the server says of a field; of a place within a rule, that of the innermost field. */
function told(problem: Problem | null, field: string): string | undefined {
  return problem?.field.filter((each) => FIELDS.has(each)).at(-1) === field ? problem.detail : undefined;
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
  before: AodhAlarm | null;
}) {
  const { draft, set, problemAt, before } = props;
  const projects = useProjects();
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
        <Select
          label="Project"
          value={draft.project}
          onValue={(of) => set({ project: of })}
          options={[
            { value: '', label: has() ? 'none: it sees everything' : 'choose one' },
            ...[...projects].map(([value, label]) => ({ value, label })),
          ]}
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

// SPDX-License-Identifier: Apache-2.0
// Writing an alarm, new or there already: fields, and beneath them what would have become of it.

import { useEffect, useMemo, useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Problem } from '../../api/problem';
import { announce } from '../../parts/announce';
import { EditorHead } from '../../parts/EditorHead';
import { Field, NameField, Select, type FieldsProps } from '../../parts/Field';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { Refusal } from '../../parts/Refusal';
import { useSubmit } from '../../parts/useSubmit';
import { useSettled } from '../../shell/SearchBox';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { href, navigate, params as address, setParams } from '../../state/url';
import '../alarm/alarm.css';
import { useNamed } from '../alarm/named';
import '../alarms/alarms.css';
import { OwnerSelect } from '../alarms/OwnerSelect';
import { lacksOwner, mayChange, ownerOf, workingIn } from '../alarms/rights';
import { COMPOSITE, LEAF_TYPES, SQL, TYPES } from '../alarms/rule';
import { SEVERITIES, type AlarmView } from '../alarms/states';
import type { PageProps } from '../index';
import '../resource/resource.css';
import '../settings/settings.css';
import { labelsOf } from '../silences/matchers';
import { BehaviourFields } from './BehaviourFields';
import { added, newRule, type GroupPart } from './composite';
import { CompositeFields } from './CompositeFields';
import {
  behaviourOf,
  definitionOf,
  draftOf,
  EMPTY,
  readDraft,
  writeDraft,
  writtenOf,
  type Draft,
  type SetDraft,
} from './draft';
import './editor.css';
import { placed, type Place, type ProblemAt } from './places';
import { Preview, usePreview } from './Preview';
import { onlyRule } from './rule-draft';
import { RuleFields } from './RuleFields';
import { RowsNow, useRows } from './SqlFields';
import { Telling } from './Telling';

/** The address follows what is typed once it rests. */
const REST_MS = 400;

export default function Editor({ params: { id } }: PageProps) {
  const load = useLoad(
    ['alarm to edit', id, project.value],
    async (signal): Promise<AlarmView | null> => {
      if (!id) return null;
      const { alarm } = await api.get('/v1/alarms/{id}', { path: { id }, signal });
      return alarm;
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

function Form({ before }: { before: AlarmView | null }) {
  const base = useMemo(() => (before ? draftOf(before) : EMPTY), [before]);
  const [draft, setDraft] = useState(() => readDraft(address.peek().get('draft'), base));
  const set: SetDraft = (changed) =>
    setDraft((old) => ({ ...old, ...(typeof changed === 'function' ? changed(old) : changed) }));
  useInAddress(draft, base);
  const { rule, behaviour, wrong, missing } = useMemo(() => allOf(draft), [draft]);
  const isWritten = !missing.length && !Object.keys(wrong).length;
  const where = useWhere(draft, before);
  const preview = usePreview(draft.type, isWritten ? rule : null, behaviour, where);
  const rows = useRows(draft.type === SQL && isWritten ? draft.sql : '', where);
  const named = useNamed(preview.leaves);
  const saving = useSaving(draft, before, where);
  const [saved, tried] = [usePlace(saving.problem, draft), usePlace(preview.problem, draft)];
  const lacksProject = !before && lacksOwner(draft.project);
  const needed = [...(draft.name.trim() ? [] : ['name']), ...(lacksProject ? ['project'] : []), ...missing];
  const problemAt: ProblemAt = (field, part = '') => {
    const is = (place: Place | null): boolean => place?.part === part && place.field === field;
    const own = wrong[part ? `${part}.${field}` : field];
    return own ?? (is(saved) ? saving.problem?.detail : is(tried) ? preview.problem?.detail : undefined);
  };
  const names = named.data.value;
  const fields = { draft, set, problemAt };
  return (
    <form class="stack" onSubmit={saving.submit} novalidate>
      <EditorHead
        above={{ name: 'Alarms', href: '/alarms' }}
        before={before && { name: before.name, href: `/alarms/${encodeURIComponent(before.id)}` }}
        title="New alarm"
        verb="Make alarm"
        needed={needed}
        isReady={isWritten && !saving.busy}
        refusal={mayChange() ? '' : 'Saving takes the role member or operator; trying is free.'}
      />
      {saving.problem && !saved && <Refusal problem={saving.problem} />}
      <PanelFrame title="Rule">
        <div class="alarm-fields">
          <About {...fields} before={before} />
          {draft.type === COMPOSITE ? (
            <CompositeFields
              {...fields}
              leaves={preview.leaves}
              named={names}
              refused={refusedPart(saved, saving.problem) ?? refusedPart(tried, preview.problem)}
            />
          ) : (
            <RuleFields {...fields} named={names?.[0]} />
          )}
        </div>
      </PanelFrame>
      {draft.type === SQL ? (
        <RowsNow load={rows} draft={draft} asked={isWritten} />
      ) : (
        <Preview
          type={draft.type}
          shown={preview}
          named={names}
          threshold={typeof rule['threshold'] === 'number' ? rule['threshold'] : null}
          recovery={behaviour.recovery_threshold ?? null}
          missing={missing}
          isMarked={tried !== null}
          onLevel={(value) => set({ threshold: String(value) })}
        />
      )}
      <PanelFrame title="How it behaves">
        <BehaviourFields {...fields} />
      </PanelFrame>
      <PanelFrame title="Whom it tells, and when">
        <Telling {...fields} />
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
    const body = definitionOf(draft, writtenOf(draft).rule, before ?? undefined);
    if (!before) {
      const made = await api.post('/v1/alarms', { body: { ...body, ...ownerOf(draft.project) }, project: where });
      announce('The alarm is there');
      return navigate(href(`/alarms/${encodeURIComponent(made.id)}`));
    }
    const { id } = before;
    await api.put('/v1/alarms/{id}', { path: { id }, body, project: where });
    announce('The alarm is changed');
    navigate(href(`/alarms/${encodeURIComponent(id)}`));
  });
}

/** What stands in the fields, and what is wrong there. */
function allOf(draft: Draft) {
  const { rule, wrong, missing } = writtenOf(draft);
  const { behaviour, wrong: amiss } = behaviourOf(draft);
  const all: Record<string, string> = { ...wrong, ...amiss };
  if (!labelsOf(draft.labels)) all['labels'] = 'Lines such as team=web';
  return { rule, behaviour, missing, wrong: all };
}

/** Where a problem is shown: it stays with the part of the rule that it was about, wherever that is moved. */
function usePlace(problem: Problem | null, draft: Draft): Place | null {
  return useMemo(() => problem && placed(problem, draft), [problem]);
}

/** A problem that is about a part of a composite rule. */
const refusedPart = (place: Place | null, problem: Problem | null) =>
  place?.part && problem ? { part: place.part, problem } : null;

function About({ draft, set, problemAt, before }: FieldsProps<Draft> & { before: AlarmView | null }) {
  return (
    <>
      <NameField
        class="wide"
        autofocus={!draft.name}
        value={draft.name}
        onValue={(name) => set({ name })}
        problem={problemAt('name')}
        maxLength={255}
      />
      <Select
        label="Type"
        value={draft.type}
        onValue={(type) => set({ type, json: '', ...(type === COMPOSITE ? { parts: begun(draft) } : {}) })}
        options={Object.entries(TYPES).map(([value, label]) => ({ value, label }))}
      />
      <Select
        label="Severity"
        value={draft.severity}
        onValue={(severity) => set({ severity })}
        options={SEVERITIES}
        problem={problemAt('severity')}
      />
      {!before && <OwnerSelect value={draft.project} onValue={(of) => set({ project: of })} />}
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

/** A composite rule begins with what was written before. */
function begun({ parts, ...draft }: Draft): GroupPart {
  const isPart = LEAF_TYPES.some((each) => each === draft.type);
  return parts.parts.length || !isPart ? parts : added(parts, parts.key, newRule(onlyRule(draft)));
}

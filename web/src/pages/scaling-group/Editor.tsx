// SPDX-License-Identifier: Apache-2.0
// Writing a scaling group, new or there already: who makes its members, how many, and how fast that may change.

import { useMemo, useState } from 'preact/hooks';

import { api } from '../../api/client';
import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { Field, Select, TextArea } from '../../parts/Field';
import { PageHead } from '../../parts/PageHead';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { Refusal } from '../../parts/Refusal';
import { useSubmit } from '../../parts/useSubmit';
import { useLoad } from '../../state/load';
import { has, project } from '../../state/session';
import { href, navigate } from '../../state/url';
import '../alarm-edit/editor.css';
import '../alarms/alarms.css';
import { mayChange, workingIn } from '../alarms/rights';
import type { PageProps } from '../index';
import { ProjectSelect } from '../resources/ProjectSelect';
import '../resource/resource.css';
import type { Group } from '../scaling/groups';
import '../scaling/scaling.css';
import { ACTUATORS, type Option } from './actuators';
import { draftOf, EMPTY, groupOf, type GroupDraft } from './group';
import { placed, warningsAt } from './places';

export default function Editor({ params: { id } }: PageProps) {
  const load = useLoad(
    ['scaling group to edit', id, project.value],
    async (signal) => (id ? await api.get('/v1/scaling/groups/{id}', { path: { id }, signal }) : null),
    { refresh: false, when: id !== undefined },
  );
  if (!id) return <Form before={null} warnings={NONE} />;
  return (
    <LoadBody load={load} height={600}>
      {(detail) => detail && <Form before={detail.group} warnings={detail.warnings} />}
    </LoadBody>
  );
}

const NONE: readonly string[] = [];

interface FieldsProps {
  draft: GroupDraft;
  set: (changed: Partial<GroupDraft>) => void;
  /** What is wrong at a field. */
  at: (field: string) => string | undefined;
  before: Group | null;
  /** What the server warns of, by the field. */
  warned: Record<string, string>;
}

function Form({ before, warnings }: { before: Group | null; warnings: readonly string[] }) {
  const base = useMemo(() => (before ? draftOf(before) : EMPTY), [before]);
  const [draft, setDraft] = useState(base);
  const set = (changed: Partial<GroupDraft>): void => setDraft((old) => ({ ...old, ...changed }));
  const { wrong, missing } = groupOf(draft);
  const saving = useSaving(draft, before);
  const lacksProject = !before && project.value === '*' && !has() && !draft.project;
  const needed = [...missing, ...(lacksProject ? ['project'] : [])];
  const isReady = !needed.length && !Object.keys(wrong).length;
  const { problem } = saving;
  const shown = fieldsOf(draft);
  const place = problem?.field.filter((each) => shown.has(each)).at(-1);
  const at = (field: string): string | undefined => wrong[field] ?? (place === field ? problem!.detail : undefined);
  const back = before ? `/scaling/${encodeURIComponent(before.id)}` : '/scaling';
  const fields = { draft, set, at, before, warned: warningsAt(warnings) };
  return (
    <form class="stack" onSubmit={saving.submit} novalidate>
      <div class="alarm-head">
        <p class="crumbs muted">
          <a href={href('/scaling')}>Scaling</a> /{' '}
          {before && (
            <>
              <a href={href(back)}>{before.name}</a> /
            </>
          )}
        </p>
        <PageHead title={before ? `Edit ${before.name}` : 'New group'}>
          {mayChange() ? (
            <>
              {needed.length > 0 && <span class="muted">still needs {needed.join(', ')}</span>}
              <a class="button plain" href={href(back)}>
                Cancel
              </a>
              <Button kind="primary" type="submit" disabled={saving.busy || !isReady}>
                {before ? 'Save' : 'Make group'}
              </Button>
            </>
          ) : (
            <span class="muted">Making groups takes the role member or operator; yours may look at them.</span>
          )}
        </PageHead>
      </div>
      {problem && !place && <Refusal problem={problem} />}
      <PanelFrame title="How many">
        <Sizes {...fields} />
      </PanelFrame>
      <PanelFrame title="Who makes the members">
        <Options {...fields} />
      </PanelFrame>
      <PanelFrame title="How fast it may change" note="times such as 90 s, 2 min or 1 h">
        <Times {...fields} />
      </PanelFrame>
    </form>
  );
}

function useSaving(draft: GroupDraft, before: Group | null) {
  return useSubmit(async () => {
    const { common, desired } = groupOf(draft);
    if (before) {
      const where = { path: { id: before.id }, project: workingIn(before.project_id) };
      await placed(api.patch('/v1/scaling/groups/{id}', { body: common, ...where }));
      announce('The group is changed');
      return navigate(href(`/scaling/${encodeURIComponent(before.id)}`));
    }
    const owner = has() && draft.project && project.value === '*' ? { project_id: draft.project } : {};
    const body = { ...common, actuator: draft.actuator, desired, paused: false, project_id: null, ...owner };
    const where = { project: workingIn(draft.project) };
    const made = await placed(api.post('/v1/scaling/groups', { body, ...where }));
    announce('The group is there');
    navigate(href(`/scaling/${encodeURIComponent(made.group.id)}`));
  });
}

/** The fields that are on the page: what is refused elsewhere is told above them. */
function fieldsOf({ actuator }: GroupDraft): Set<string> {
  const options = ACTUATORS[actuator]?.options.map((each) => each.name) ?? ['json'];
  return new Set([...Object.keys(EMPTY), ...options]);
}

function Sizes({ draft, set, at, before, warned }: FieldsProps) {
  const asksProject = !before && project.value === '*';
  return (
    <div class="alarm-fields">
      <Field
        label="Name"
        class="wide"
        required
        autofocus={!before}
        hint="a letter first, then letters, digits, dots and dashes"
        value={draft.name}
        onValue={(name) => set({ name })}
        problem={at('name')}
        maxLength={63}
        autocomplete="off"
      />
      {asksProject && (
        <ProjectSelect
          none={has() ? 'none: it sees everything' : 'choose one'}
          value={draft.project}
          onValue={(of) => set({ project: of })}
        />
      )}
      <Field
        label="Members at least"
        hint={hinted(warned['min_size'], 'none grow by percent out of none: 1 is safer than 0')}
        inputMode="numeric"
        value={draft.min_size}
        onValue={(min_size) => set({ min_size })}
        problem={at('min_size')}
      />
      <Field
        label="Members at most"
        hint="what it may cost"
        inputMode="numeric"
        required
        value={draft.max_size}
        onValue={(max_size) => set({ max_size })}
        problem={at('max_size')}
      />
      {!before && (
        <Field
          label="Members to begin with"
          hint="empty: those that are there, and at least as many as above"
          inputMode="numeric"
          value={draft.desired}
          onValue={(desired) => set({ desired })}
          problem={at('desired')}
        />
      )}
    </div>
  );
}

const hinted = (warning: string | undefined, hint: string) => (warning ? <span class="warn">{warning}</span> : hint);

const OTHER = '';

function Options({ draft, set, at, before }: FieldsProps) {
  const kind = ACTUATORS[draft.actuator];
  return (
    <div class="stack">
      <div class="alarm-fields">
        {before ? (
          <p class="whole">
            {kind ? `They are ${kind.label}` : `They are made by ${draft.actuator}`}; that stays so as long as there
            is the group.
          </p>
        ) : (
          <Select
            label="Members are"
            class="wide"
            value={kind ? draft.actuator : OTHER}
            onValue={(actuator) => set({ actuator })}
            options={[
              ...Object.entries(ACTUATORS).map(([value, { label }]) => ({ value, label })),
              { value: OTHER, label: 'something else, by an actuator of a package' },
            ]}
          />
        )}
        {!kind && !before && (
          <Field
            label="Actuator"
            hint="the name under which the package offers it"
            value={draft.actuator}
            onValue={(actuator) => set({ actuator })}
            problem={at('actuator')}
          />
        )}
      </div>
      {kind && <p class="muted">{kind.help}</p>}
      <div class="alarm-fields roomy">
        {kind ? (
          kind.options.map((each) => (
            <OptionField
              key={each.name}
              option={each}
              value={draft.options[each.name] ?? ''}
              onValue={(value) => set({ options: { ...draft.options, [each.name]: value } })}
              problem={at(each.name)}
            />
          ))
        ) : (
          <div class="whole">
            <TextArea
              label="Options"
              hint="JSON, as that actuator takes it"
              rows={6}
              class="group-text"
              spellcheck={false}
              value={draft.json}
              onValue={(json) => set({ json })}
              problem={at('json')}
            />
          </div>
        )}
      </div>
    </div>
  );
}

function OptionField(props: {
  option: Option;
  value: string;
  onValue: (value: string) => void;
  problem: string | undefined;
}) {
  const { option, value, onValue, problem } = props;
  const { label, hint, kind, choices, placeholder, needed } = option;
  if (choices) {
    return <Select label={label} hint={hint} value={value || choices[0]!} onValue={onValue} options={choices} />;
  }
  const around = { label, hint, value, onValue, problem, ...(placeholder ? { placeholder } : {}) };
  if (kind === 'list' || kind === 'pairs' || kind === 'long') {
    return <TextArea {...around} rows={kind === 'long' ? 6 : 2} class="group-text" spellcheck={false} />;
  }
  // A secret comes back as `***`; what is left so stays as it is.
  if (kind === 'secret') return <Field {...around} type="password" autocomplete="new-password" />;
  return <Field {...around} required={needed ?? false} autocomplete="off" spellcheck={false} />;
}

const TIMES = [
  { key: 'cooldown_s', label: 'Cooldown', hint: 'after a change that succeeded; no shorter than alarms look back' },
  { key: 'cooldown_out_s', label: 'After growing', hint: 'instead of it; holds up only growing' },
  { key: 'cooldown_in_s', label: 'After shrinking', hint: 'instead of it; holds up only shrinking' },
  { key: 'warm_up_s', label: 'Warm-up', hint: 'until what a new member measures counts' },
] as const;

function Times({ draft, set, at, warned }: FieldsProps) {
  return (
    <div class="alarm-fields">
      {TIMES.map(({ key, label, hint }) => (
        <Field
          key={key}
          label={label}
          hint={hinted(warned[key], hint)}
          placeholder="2 min"
          value={draft[key]}
          onValue={(value) => set({ [key]: value })}
          problem={at(key)}
        />
      ))}
    </div>
  );
}

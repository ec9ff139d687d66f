// SPDX-License-Identifier: Apache-2.0
// Writing a scaling group, new or there already: who makes its members, how many, and how fast that may change.

import { useMemo, useState } from 'preact/hooks';

import { api } from '../../api/client';
import { announce } from '../../parts/announce';
import { EditorHead } from '../../parts/EditorHead';
import { Field, NameField, Select, TextArea, type FieldsProps } from '../../parts/Field';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { Refusal } from '../../parts/Refusal';
import { useSubmit } from '../../parts/useSubmit';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { href, navigate } from '../../state/url';
import '../alarm-edit/editor.css';
import '../alarms/alarms.css';
import { OwnerSelect } from '../alarms/OwnerSelect';
import { lacksOwner, mayChange, ownerOf, workingIn } from '../alarms/rights';
import type { PageProps } from '../index';
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

interface GroupFieldsProps extends FieldsProps<GroupDraft> {
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
  const needed = [...missing, ...(!before && lacksOwner(draft.project) ? ['project'] : [])];
  const isReady = !Object.keys(wrong).length;
  const { problem } = saving;
  const shown = fieldsOf(draft);
  const place = problem?.field.filter((each) => shown.has(each)).at(-1);
  const problemAt = (field: string): string | undefined =>
    wrong[field] ?? (place === field ? problem!.detail : undefined);
  const fields = { draft, set, problemAt, before, warned: warningsAt(warnings) };
  return (
    <form class="stack" onSubmit={saving.submit} novalidate>
      <EditorHead
        above={{ name: 'Scaling', href: '/scaling' }}
        before={before && { name: before.name, href: `/scaling/${encodeURIComponent(before.id)}` }}
        title="New group"
        verb="Make group"
        needed={needed}
        isReady={isReady && !saving.busy}
        refusal={mayChange() ? '' : 'Making groups takes the role member or operator; yours may look at them.'}
      />
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
    const body = {
      ...common,
      actuator: draft.actuator,
      desired,
      paused: false,
      project_id: null,
      ...ownerOf(draft.project),
    };
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

function Sizes({ draft, set, problemAt, before, warned }: GroupFieldsProps) {
  return (
    <div class="alarm-fields">
      <NameField
        class="wide"
        autofocus={!before}
        hint="a letter first, then letters, digits, dots and dashes"
        value={draft.name}
        onValue={(name) => set({ name })}
        problem={problemAt('name')}
        maxLength={63}
      />
      {!before && <OwnerSelect value={draft.project} onValue={(of) => set({ project: of })} />}
      <Field
        label="Members at least"
        hint={hinted(warned['min_size'], 'none grow by percent out of none: 1 is safer than 0')}
        inputMode="numeric"
        value={draft.min_size}
        onValue={(min_size) => set({ min_size })}
        problem={problemAt('min_size')}
      />
      <Field
        label="Members at most"
        hint="what it may cost"
        inputMode="numeric"
        required
        value={draft.max_size}
        onValue={(max_size) => set({ max_size })}
        problem={problemAt('max_size')}
      />
      {!before && (
        <Field
          label="Members to begin with"
          hint="empty: those that are there, and at least as many as above"
          inputMode="numeric"
          value={draft.desired}
          onValue={(desired) => set({ desired })}
          problem={problemAt('desired')}
        />
      )}
    </div>
  );
}

const hinted = (warning: string | undefined, hint: string) => (warning ? <span class="warn">{warning}</span> : hint);

const OTHER = '';

function Options({ draft, set, problemAt, before }: GroupFieldsProps) {
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
            problem={problemAt('actuator')}
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
              problem={problemAt(each.name)}
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
              problem={problemAt('json')}
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

function Times({ draft, set, problemAt, warned }: GroupFieldsProps) {
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
          problem={problemAt(key)}
        />
      ))}
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Writing a policy of a group, new or there already: of one of three kinds.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Problem } from '../../api/problem';
import { announce } from '../../parts/announce';
import { Checkbox, Field, NameField, Select, TextArea, type FieldsProps } from '../../parts/Field';
import { FormDialog } from '../../parts/FormDialog';
import { problemAt as toldAt } from '../../parts/useSubmit';
import { ZoneField } from '../../parts/ZoneField';
import '../alarm-edit/editor.css';
import { workingIn } from '../alarms/rights';
import type { Group, Policy } from '../scaling/groups';
import { placed, warningsAt } from './places';
import { draftOf, EMPTY, ruleOf, type PolicyDraft } from './policy';

interface FormProps {
  group: Group;
  /** What the server warns of already. */
  warnings: readonly string[];
  before?: Policy;
  onClose: () => void;
  onDone: () => void;
}

interface PolicyFieldsProps extends FieldsProps<PolicyDraft> {
  /** What is warned of at a field, or else what is to be known of it. */
  hint: (field: keyof PolicyDraft, otherwise: string) => ComponentChildren;
}

const FIELDS = Object.keys(EMPTY);

export function PolicyForm({ group, warnings, before, onClose, onDone }: FormProps) {
  const [draft, setDraft] = useState(() => (before ? draftOf(before) : EMPTY));
  const set = (changed: Partial<PolicyDraft>): void => setDraft((old) => ({ ...old, ...changed }));
  const { rule, wrong, missing } = ruleOf(draft);
  const isReady = draft.name.trim() !== '' && !missing.length && !Object.keys(wrong).length;
  const act = async (): Promise<void> => {
    const body = { name: draft.name.trim(), rule, enabled: draft.enabled };
    const project = workingIn(group.project_id);
    await placed(
      before
        ? api.patch('/v1/scaling/policies/{id}', { path: { id: before.id }, body, project })
        : api.post('/v1/scaling/groups/{id}/policies', { path: { id: group.id }, body, project }),
    );
    announce(before ? 'The policy is changed' : 'The policy is there');
    onDone();
    onClose();
  };
  const warned = warningsAt(before ? warnings : [], before?.name);
  const hint = (field: keyof PolicyDraft, otherwise: string): ComponentChildren =>
    warned[field] ? <span class="warn">{warned[field]}</span> : otherwise;
  const Fields = { adjustment: AdjustmentFields, target: TargetFields, schedule: ScheduleFields }[draft.type];
  return (
    <FormDialog
      title={before ? `Policy ${before.name}` : 'New policy'}
      verb={before ? 'Save' : 'Make policy'}
      ready={isReady}
      onClose={onClose}
      act={act}
      fields={FIELDS}
      wide
    >
      {(problem: Problem | null) => {
        const problemAt = (field: string): string | undefined =>
          wrong[field as keyof PolicyDraft] ?? toldAt(problem, field);
        return (
          <div class="alarm-fields roomy">
            <NameField
              value={draft.name}
              onValue={(name) => set({ name })}
              problem={problemAt('name')}
              maxLength={63}
            />
            <Select
              label="Changes the group"
              value={draft.type}
              onValue={(type) => set({ type: type as PolicyDraft['type'] })}
              options={[
                { value: 'adjustment', label: 'at a signal: of an alarm, or anybody' },
                { value: 'target', label: 'by a target: as much load for each member' },
                { value: 'schedule', label: 'at certain times' },
              ]}
            />
            <Fields draft={draft} set={set} problemAt={problemAt} hint={hint} />
            <div class="whole">
              <Checkbox label="Switched on" value={draft.enabled} onValue={(enabled) => set({ enabled })} />
            </div>
          </div>
        );
      }}
    </FormDialog>
  );
}

function AdjustmentFields({ draft, set, problemAt, hint }: PolicyFieldsProps) {
  const isPercent = draft.adjustment_type === 'percent_change_in_capacity';
  const isExact = draft.adjustment_type === 'exact_capacity';
  return (
    <>
      <Select
        label="How"
        value={draft.adjustment_type}
        onValue={(type) => set({ adjustment_type: type as PolicyDraft['adjustment_type'] })}
        options={[
          { value: 'change_in_capacity', label: 'by so many members' },
          { value: 'percent_change_in_capacity', label: 'by so many percent' },
          { value: 'exact_capacity', label: 'to so many members' },
        ]}
      />
      <Field
        label={isPercent ? 'Percent' : 'Members'}
        hint={hint('scaling_adjustment', isExact ? 'within the bounds of the group' : 'with a minus for fewer')}
        placeholder={isExact ? '3' : isPercent ? '25' : '+1'}
        value={draft.scaling_adjustment}
        onValue={(scaling_adjustment) => set({ scaling_adjustment })}
        problem={problemAt('scaling_adjustment')}
      />
      {isPercent && (
        <Field
          label="Members at least"
          hint="less than one member is one; none grow out of none"
          inputMode="numeric"
          value={draft.min_adjustment_step}
          onValue={(min_adjustment_step) => set({ min_adjustment_step })}
          problem={problemAt('min_adjustment_step')}
        />
      )}
      <Field
        label="Cooldown"
        hint={hint('cooldown_s', "empty for the group's; no shorter than the alarm looks back")}
        placeholder="2 min"
        value={draft.cooldown_s}
        onValue={(cooldown_s) => set({ cooldown_s })}
        problem={problemAt('cooldown_s')}
      />
      <div class="whole">
        <Checkbox
          label="The cooldown holds up only what goes in the same direction"
          value={draft.by_direction}
          onValue={(by_direction) => set({ by_direction })}
        />
      </div>
    </>
  );
}

function TargetFields({ draft, set, problemAt, hint }: PolicyFieldsProps) {
  return (
    <>
      <Field
        label="Metric"
        hint="that each member has"
        placeholder="cpu.util"
        value={draft.metric}
        onValue={(metric) => set({ metric })}
        problem={problemAt('metric')}
        autocomplete="off"
      />
      <Field
        label="Target"
        hint="what the mean over the members is to be"
        inputMode="decimal"
        placeholder="60"
        value={draft.target}
        onValue={(target) => set({ target })}
        problem={problemAt('target')}
      />
      <Field
        label="Method"
        hint="one that the archive policy of the metric keeps"
        value={draft.method}
        onValue={(method) => set({ method })}
        problem={problemAt('method')}
      />
      <Field
        label="Decided every"
        hint="a step that the archive policy keeps"
        value={draft.granularity}
        onValue={(granularity) => set({ granularity })}
        problem={problemAt('granularity')}
      />
      <Field
        label="Cooldown after growing"
        hint="empty for the group's"
        value={draft.cooldown_out_s}
        onValue={(cooldown_out_s) => set({ cooldown_out_s })}
        problem={problemAt('cooldown_out_s')}
      />
      <Field
        label="Cooldown after shrinking"
        hint={hint('cooldown_in_s', "empty for the group's; no shorter than the step")}
        value={draft.cooldown_in_s}
        onValue={(cooldown_in_s) => set({ cooldown_in_s })}
        problem={problemAt('cooldown_in_s')}
      />
      <div class="whole">
        <TextArea
          label="Search, where resources are not called as the members"
          hint={
            <>
              JSON as for Gnocchi, such as <code>{'{"=": {"server_group": "web"}}'}</code>
            </>
          }
          rows={2}
          class="group-text"
          spellcheck={false}
          value={draft.query}
          onValue={(query) => set({ query })}
          problem={problemAt('query')}
        />
      </div>
      {draft.query.trim() && (
        <Field
          label="Type of resources"
          value={draft.resource_type}
          onValue={(resource_type) => set({ resource_type })}
          problem={problemAt('resource_type')}
        />
      )}
    </>
  );
}

function ScheduleFields({ draft, set, problemAt }: PolicyFieldsProps) {
  return (
    <>
      <Field
        label="When, as cron says it"
        hint="minute, hour, day, month, weekday"
        placeholder="0 7 * * 1-5"
        value={draft.cron}
        onValue={(cron) => set({ cron })}
        problem={problemAt('cron')}
        autocomplete="off"
      />
      <ZoneField value={draft.timezone} onValue={(timezone) => set({ timezone })} problem={problemAt('timezone')} />
      <Field
        label="Members then"
        hint="empty: as many as there are"
        inputMode="numeric"
        value={draft.desired}
        onValue={(desired) => set({ desired })}
        problem={problemAt('desired')}
      />
      <Field
        label="From then on at least"
        hint="empty: as before"
        inputMode="numeric"
        value={draft.min_size}
        onValue={(min_size) => set({ min_size })}
        problem={problemAt('min_size')}
      />
      <Field
        label="From then on at most"
        hint="empty: as before"
        inputMode="numeric"
        value={draft.max_size}
        onValue={(max_size) => set({ max_size })}
        problem={problemAt('max_size')}
      />
    </>
  );
}

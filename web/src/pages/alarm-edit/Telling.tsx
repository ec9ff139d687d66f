// SPDX-License-Identifier: Apache-2.0
// Whom an alarm tells, and when it is decided at all.

import { Checkbox, Field, TextArea, type FieldsProps } from '../../parts/Field';
import { RowFields } from '../../parts/RowFields';
import { ZoneField } from '../../parts/ZoneField';
import { NO_CONSTRAINT, type ConstraintDraft, type Draft } from './draft';

const ACTIONS = [
  { key: 'alarm_actions', label: 'Tell when in alarm' },
  { key: 'ok_actions', label: 'Tell when ok again' },
  { key: 'insufficient_data_actions', label: 'Tell when data are missing' },
] as const;

export function Telling({ draft, set, problemAt }: FieldsProps<Draft>) {
  return (
    <div class="stack">
      <div class="alarm-fields roomy">
        {ACTIONS.map(({ key, label }) => (
          <TextArea
            key={key}
            label={label}
            rows={2}
            value={draft[key]}
            onValue={(text) => set({ [key]: text })}
            problem={problemAt(key)}
            placeholder="https://example.org/hook"
            spellcheck={false}
          />
        ))}
      </div>
      <div class="row tell-choices">
        <span class="muted">One URL a line; one that is left as it is shown keeps its password.</span>
        <Checkbox
          label="Tell at every decision, as long as it lasts"
          value={draft.repeat}
          onValue={(repeat) => set({ repeat })}
        />
        <Checkbox label="Switched on" value={draft.enabled} onValue={(enabled) => set({ enabled })} />
      </div>
      <RowFields
        legend="Decided only at these times"
        one="time"
        rows={draft.constraints}
        onChange={(constraints) => set({ constraints })}
        blank={NO_CONSTRAINT}
        problem={problemAt('time_constraints')}
        rowClass="alarm-fields constraint"
      >
        {(each, change) => <Constraint constraint={each} set={change} />}
      </RowFields>
    </div>
  );
}

function Constraint(props: { constraint: ConstraintDraft; set: (changed: Partial<ConstraintDraft>) => void }) {
  const { constraint, set } = props;
  return (
    <>
      <Field label="Name" value={constraint.name} onValue={(name) => set({ name })} />
      <Field
        label="From, as cron says it"
        hint="minute, hour, day, month, weekday"
        placeholder="0 8 * * 1-5"
        value={constraint.start}
        onValue={(start) => set({ start })}
      />
      <Field label="For" placeholder="8 h" value={constraint.duration} onValue={(duration) => set({ duration })} />
      <ZoneField value={constraint.timezone} onValue={(timezone) => set({ timezone })} />
    </>
  );
}

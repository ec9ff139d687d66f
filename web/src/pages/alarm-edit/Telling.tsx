// SPDX-License-Identifier: Apache-2.0
// Whom an alarm tells, and when it is decided at all.

import { Button, IconButton } from '../../parts/Button';
import { Checkbox, Field, TextArea } from '../../parts/Field';
import { zones } from '../../state/zone';
import { NO_CONSTRAINT, type ConstraintDraft, type Draft } from './draft';

export interface TellingProps {
  draft: Draft;
  set: (changed: Partial<Draft>) => void;
  problemAt: (field: string) => string | undefined;
}

const ACTIONS = [
  { key: 'alarm_actions', label: 'Tell when in alarm' },
  { key: 'ok_actions', label: 'Tell when ok again' },
  { key: 'insufficient_data_actions', label: 'Tell when data are missing' },
] as const;

export function Telling({ draft, set, problemAt }: TellingProps) {
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
        <span class="muted">One URL a line.</span>
        <Checkbox
          label="Tell at every decision, as long as it lasts"
          value={draft.repeat}
          onValue={(repeat) => set({ repeat })}
        />
        <Checkbox label="Switched on" value={draft.enabled} onValue={(enabled) => set({ enabled })} />
      </div>
      <Constraints
        constraints={draft.constraints}
        onChange={(constraints) => set({ constraints })}
        problem={problemAt('time_constraints')}
      />
    </div>
  );
}

function Constraints(props: {
  constraints: readonly ConstraintDraft[];
  onChange: (constraints: ConstraintDraft[]) => void;
  problem: string | undefined;
}) {
  const { constraints, onChange, problem } = props;
  const set = (at: number, changed: Partial<ConstraintDraft>): void =>
    onChange(constraints.map((each, index) => (index === at ? { ...each, ...changed } : each)));
  return (
    <fieldset class="choices">
      <legend>Decided only at these times</legend>
      {constraints.map((each, at) => (
        <div key={at} class="alarm-fields constraint">
          <Field label="Name" value={each.name} onValue={(name) => set(at, { name })} />
          <Field
            label="From, as cron says it"
            hint="minute, hour, day, month, weekday"
            placeholder="0 8 * * 1-5"
            value={each.start}
            onValue={(start) => set(at, { start })}
          />
          <Field label="For" placeholder="8 h" value={each.duration} onValue={(duration) => set(at, { duration })} />
          <Field
            label="Time zone"
            placeholder="UTC"
            list="alarm-zones"
            value={each.timezone}
            onValue={(timezone) => set(at, { timezone })}
          />
          <IconButton
            icon="trash"
            label={`Remove ${each.name || 'this time'}`}
            onClick={() => onChange(constraints.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      {constraints.length > 0 && (
        <datalist id="alarm-zones">
          {zones().map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {problem && <p class="field-problem">{problem}</p>}
      <div>
        <Button icon="plus" onClick={() => onChange([...constraints, NO_CONSTRAINT])}>
          Add a time
        </Button>
      </div>
    </fieldset>
  );
}

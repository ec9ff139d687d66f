// SPDX-License-Identifier: Apache-2.0
// A rule about events: of which type, what they have to fulfil, and as a part of others how long each counts.

import { Field, Select } from '../../parts/Field';
import { RowFields } from '../../parts/RowFields';
import { OPERATORS } from '../alarms/rule';
import { NO_CONDITION, type ConditionDraft } from './rule-draft';
import type { RuleFieldsProps } from './RuleFields';

const COMPARISONS = Object.entries(OPERATORS).map(([value, label]) => ({ value, label }));
const KINDS = [
  { value: '', label: 'as it is' },
  { value: 'string', label: 'text' },
  { value: 'integer', label: 'whole number' },
  { value: 'float', label: 'number' },
  { value: 'boolean', label: 'true or false' },
];

export function EventFields({ draft, set, problemAt, isPart }: RuleFieldsProps) {
  return (
    <>
      <Field
        label="Type of event"
        class="wide"
        placeholder="*"
        hint="A * stands for anything, as in compute.instance.*"
        value={draft.event_type}
        onValue={(event_type) => set({ event_type })}
        problem={problemAt('event_type')}
        autocomplete="off"
        spellcheck={false}
      />
      {isPart && (
        <Field
          label="Counts for"
          placeholder="10 min"
          hint="In alarm while one is not older"
          value={draft.within}
          onValue={(within) => set({ within })}
          problem={problemAt('within_s')}
          autocomplete="off"
        />
      )}
      <RowFields
        legend="Only events of which all of these hold"
        one="condition"
        rows={draft.conditions}
        onChange={(conditions) => set({ conditions })}
        blank={NO_CONDITION}
        problem={problemAt('query')}
        rowClass="event-condition"
        class="whole"
      >
        {(each, change) => <Condition condition={each} set={change} />}
      </RowFields>
    </>
  );
}

function Condition(props: { condition: ConditionDraft; set: (changed: Partial<ConditionDraft>) => void }) {
  const { condition, set } = props;
  const box = (label: string, key: 'field' | 'value', placeholder: string) => (
    <Field
      label={label}
      hideLabel
      placeholder={placeholder}
      value={condition[key]}
      onValue={(text) => set({ [key]: text })}
      autocomplete="off"
      spellcheck={false}
    />
  );
  return (
    <>
      {box('Field', 'field', 'traits.state')}
      <Select label="Comparison" hideLabel value={condition.op} onValue={(op) => set({ op })} options={COMPARISONS} />
      {box('Value', 'value', 'error')}
      <Select label="Taken as" hideLabel value={condition.type} onValue={(type) => set({ type })} options={KINDS} />
    </>
  );
}

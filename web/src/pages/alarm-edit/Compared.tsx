// SPDX-License-Identifier: Apache-2.0
// What a value is compared with, which rules of most types have.

import { Field, Select, type FieldsProps } from '../../parts/Field';
import { OPERATORS } from '../alarms/rule';
import type { RuleDraft } from './rule-draft';

const COMPARISONS = Object.entries({
  gt: 'is above',
  ge: 'is at least',
  lt: 'is below',
  le: 'is at most',
  eq: 'is exactly',
  ne: 'is not',
}).map(([value, words]) => ({ value, label: `${OPERATORS[value]!} ${words}` }));

interface ComparedProps extends FieldsProps<RuleDraft> {
  /** The unit of the value, where it is known. */
  unit?: string | null;
}

export function Compared({ draft, set, problemAt, unit }: ComparedProps) {
  return (
    <>
      <Select
        label="In alarm when it"
        value={draft.operator}
        onValue={(operator) => set({ operator })}
        options={COMPARISONS}
        problem={problemAt('comparison_operator')}
      />
      <Field
        label={unit ? `Threshold, in ${unit}` : 'Threshold'}
        inputmode="decimal"
        value={draft.threshold}
        onValue={(threshold) => set({ threshold })}
        problem={problemAt('threshold')}
        autocomplete="off"
      />
    </>
  );
}

// SPDX-License-Identifier: Apache-2.0
// What a rule about many series says beyond one about a group: what an instance is, and what values are held against.

import { Field, Select } from '../../parts/Field';
import type { RuleDraft } from './rule-draft';
import type { RuleFieldsProps } from './RuleFields';

const ACROSS = ['mean', 'median', 'std', 'min', 'max', 'sum', 'var', 'count'];

/** How the series are put together. */
export function Grouping({ draft, set, problemAt }: RuleFieldsProps) {
  return (
    <>
      <Select
        label="Decided for"
        value={draft.across}
        onValue={(across) => set({ across })}
        options={[
          { value: '', label: 'each resource' },
          ...ACROSS.map((value) => ({ value, label: `the ${value} of several` })),
        ]}
        problem={problemAt('across')}
      />
      {draft.across && (
        <Field
          label="Of those alike in"
          hint="Attributes, with commas between; empty for all"
          placeholder="host"
          value={draft.group_by}
          onValue={(group_by) => set({ group_by })}
          problem={problemAt('group_by')}
          autocomplete="off"
          spellcheck={false}
        />
      )}
    </>
  );
}

/** Other times that values are compared with. */
export function Comparing({ draft, set, problemAt }: RuleFieldsProps) {
  return (
    <>
      <Select
        label="Values are taken"
        value={draft.compare}
        onValue={(compare) =>
          set({ compare: compare as RuleDraft['compare'], ...(compare === 'band' ? { operator: 'gt' } : {}) })
        }
        options={[
          { value: '', label: 'as they are' },
          { value: 'earlier', label: 'against earlier ones' },
          { value: 'band', label: 'against what is usual' },
        ]}
        problem={problemAt('compare')}
        hint={draft.compare === 'band' ? 'The threshold counts deviations' : undefined}
      />
      {draft.compare === 'earlier' && (
        <>
          <Field
            label="How much earlier"
            placeholder="1 d"
            value={draft.offset}
            onValue={(offset) => set({ offset })}
            problem={problemAt('offset_s')}
            autocomplete="off"
          />
          <Select
            label="Taken as"
            value={draft.how}
            onValue={(how) => set({ how })}
            options={[
              { value: 'percent', label: 'change in percent' },
              { value: 'difference', label: 'difference' },
              { value: 'ratio', label: 'ratio' },
            ]}
          />
        </>
      )}
      {draft.compare === 'band' && (
        <>
          <Field
            label="Season"
            hint="What comes again: a day, a week"
            placeholder="7 d"
            value={draft.season}
            onValue={(season) => set({ season })}
            problem={problemAt('season_s')}
            autocomplete="off"
          />
          <Field
            label="Seasons looked at"
            inputmode="numeric"
            value={draft.seasons}
            onValue={(seasons) => set({ seasons })}
            problem={problemAt('seasons')}
            autocomplete="off"
          />
          <Select
            label="Unusual are"
            value={draft.direction}
            onValue={(direction) => set({ direction })}
            options={[
              { value: 'both', label: 'high and low values' },
              { value: 'above', label: 'high values' },
              { value: 'below', label: 'low values' },
            ]}
          />
        </>
      )}
    </>
  );
}

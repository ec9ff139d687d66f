// SPDX-License-Identifier: Apache-2.0
// Matchers: to be written one beneath the other, and as chips.

import { useId } from 'preact/hooks';

import type { Problem } from '../../api/problem';
import { Field, Select } from '../../parts/Field';
import { RowFields } from '../../parts/RowFields';
import { href } from '../../state/url';
import { BLANK, LABELS, matcherText, OPERATORS, problemWithin, type Matcher, type Operator } from './matchers';
import './silences.css';

export interface MatcherFieldsProps {
  /** What they choose, such as `Alarms that are silenced`. */
  legend: string;
  matchers: readonly Matcher[];
  onChange: (matchers: Matcher[]) => void;
  problem: Problem | null;
  /** Where they stand in what is sent, such as `routes.0.matchers`. */
  place: string;
  hint?: string;
}

export function MatcherFields({ legend, matchers, onChange, problem, place, hint }: MatcherFieldsProps) {
  const id = useId();
  const isWithin = matchers.some((_, at) => problemWithin(problem, `${place}.${at}`));
  const told = isWithin ? undefined : problemWithin(problem, place);
  return (
    <>
      <RowFields
        legend={legend}
        one="matcher"
        rows={matchers}
        onChange={onChange}
        blank={BLANK}
        hint={hint}
        problem={told}
        rowClass="matcher"
      >
        {(each, set, at) => (
          <>
            <Field
              label="Label"
              hideLabel
              placeholder="label"
              list={id}
              value={each.label}
              onValue={(label) => set({ label })}
              problem={problemWithin(problem, `${place}.${at}.label`)}
              autocomplete="off"
              spellcheck={false}
              maxLength={255}
            />
            <Select
              label="Comparison"
              hideLabel
              value={each.op ?? '='}
              onValue={(op) => set({ op: op as Operator })}
              options={OPERATORS}
            />
            <Field
              label="Value"
              hideLabel
              placeholder={each.op?.includes('~') ? 'expression, all of the value' : 'value'}
              value={each.value}
              onValue={(value) => set({ value })}
              problem={problemWithin(problem, `${place}.${at}.value`)}
              autocomplete="off"
              spellcheck={false}
              maxLength={255}
            />
          </>
        )}
      </RowFields>
      <datalist id={id}>
        {LABELS.map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </>
  );
}

/** Matchers to be read; one that names an alarm leads to it. */
export function MatcherChips({ matchers, all }: { matchers: readonly Matcher[]; all: string }) {
  if (!matchers.length) return <span class="muted">{all}</span>;
  return (
    <span class="matcher-chips" title={matchers.map(matcherText).join(', ')}>
      {matchers.map((each, at) => (
        <code key={at} class="chip">
          {each.label === 'alarm_id' && each.op === '=' ? (
            <a href={href(`/alarms/${encodeURIComponent(each.value)}`)}>{matcherText(each)}</a>
          ) : (
            matcherText(each)
          )}
        </code>
      ))}
    </span>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Matchers: to be written one beneath the other, and as chips.

import { useId } from 'preact/hooks';

import type { Problem } from '../../api/problem';
import { Button, IconButton } from '../../parts/Button';
import { Field, Select } from '../../parts/Field';
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
  const set = (at: number, changed: Partial<Matcher>): void =>
    onChange(matchers.map((each, index) => (index === at ? { ...each, ...changed } : each)));
  const isWithin = matchers.some((_, at) => problemWithin(problem, `${place}.${at}`));
  const told = isWithin ? undefined : problemWithin(problem, place);
  return (
    <fieldset class="choices matchers">
      <legend>{legend}</legend>
      {matchers.map((each, at) => (
        <div key={at} class="matcher" role="group" aria-label={`Matcher ${at + 1}`}>
          <Field
            label="Label"
            hideLabel
            placeholder="label"
            list={id}
            value={each.label}
            onValue={(label) => set(at, { label })}
            problem={problemWithin(problem, `${place}.${at}.label`)}
            autocomplete="off"
            spellcheck={false}
            maxLength={255}
          />
          <Select
            label="Comparison"
            hideLabel
            value={each.op ?? '='}
            onValue={(op) => set(at, { op: op as Operator })}
            options={OPERATORS}
          />
          <Field
            label="Value"
            hideLabel
            placeholder={each.op?.includes('~') ? 'expression, all of the value' : 'value'}
            value={each.value}
            onValue={(value) => set(at, { value })}
            problem={problemWithin(problem, `${place}.${at}.value`)}
            autocomplete="off"
            spellcheck={false}
            maxLength={255}
          />
          <IconButton
            icon="trash"
            label={`Remove matcher ${at + 1}`}
            onClick={() => onChange(matchers.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <datalist id={id}>
        {LABELS.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      {hint && <p class="field-hint">{hint}</p>}
      {told && (
        <p class="field-problem" role="alert">
          {told}
        </p>
      )}
      <div>
        <Button icon="plus" onClick={() => onChange([...matchers, BLANK])}>
          Add a matcher
        </Button>
      </div>
    </fieldset>
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

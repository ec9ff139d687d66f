// SPDX-License-Identifier: Apache-2.0
// Boxes to fill in, each with its name, a hint, and what was wrong with what stands in it.

import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

/** What a part of a form needs to know: what stands in it, how to change that, and what is wrong where. */
export interface FieldsProps<Fields> {
  draft: Fields;
  set: (changed: Partial<Fields>) => void;
  /** What is wrong at a field, by the server's name of it. */
  problemAt: (field: string) => string | undefined;
}

interface Around {
  label: string;
  hint?: ComponentChildren;
  problem?: string | undefined;
  /** Keep the name for those who cannot see the page only. */
  hideLabel?: boolean;
}

interface Valued extends Around {
  value: string;
  onValue: (text: string) => void;
}

type InputProps = Valued & JSX.IntrinsicElements['input'];

export function Field({ label, hint, problem, hideLabel, onValue, ...rest }: InputProps) {
  return (
    <Frame {...{ label, hint, problem, hideLabel }}>
      {(given) => <input {...given} onInput={(event) => onValue(event.currentTarget.value)} {...rest} />}
    </Frame>
  );
}

/** What something new is called, which is what its form asks first. */
export function NameField(
  props: Omit<Valued, 'label'> & { class?: string; maxLength?: number; autofocus?: boolean },
) {
  return <Field label="Name" required autofocus autocomplete="off" {...props} />;
}

type AreaProps = Valued & JSX.IntrinsicElements['textarea'];

/** A box for several lines. */
export function TextArea({ label, hint, problem, hideLabel, onValue, ...rest }: AreaProps) {
  return (
    <Frame {...{ label, hint, problem, hideLabel }}>
      {(given) => <textarea {...given} onInput={(event) => onValue(event.currentTarget.value)} {...rest} />}
    </Frame>
  );
}

type SelectProps = Valued & {
  options: readonly (string | { value: string; label: string })[];
} & JSX.IntrinsicElements['select'];

export function Select({ label, hint, problem, hideLabel, value, onValue, options, ...rest }: SelectProps) {
  const pairs = options.map((each) => (typeof each === 'string' ? { value: each, label: each } : each));
  return (
    <Frame {...{ label, hint, problem, hideLabel }}>
      {(given) => (
        <select {...given} value={value} onChange={(event) => onValue(event.currentTarget.value)} {...rest}>
          {pairs.map((each) => (
            <option key={each.value} value={each.value} selected={each.value === value}>
              {each.label}
            </option>
          ))}
        </select>
      )}
    </Frame>
  );
}

export function Checkbox({
  label,
  value,
  onValue,
  disabled,
}: {
  label: ComponentChildren;
  value: boolean;
  onValue: (value: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <label class="checkbox">
      <input
        type="checkbox"
        checked={value}
        disabled={disabled}
        onChange={(event) => onValue(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

/** What a box has to be given so that it belongs to its name, its hint and its problem. */
interface Given {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

function Frame(props: {
  label: string;
  hint: ComponentChildren;
  problem: string | undefined;
  hideLabel: boolean | undefined;
  children: (given: Given) => ComponentChildren;
}) {
  const { label, hint, problem, hideLabel, children } = props;
  const id = useId();
  const more = hint || problem ? `${id}-more` : undefined;
  return (
    <div class="field">
      <label for={id} class={hideLabel ? 'unseen' : undefined}>
        {label}
      </label>
      {children({ id, 'aria-invalid': problem ? true : undefined, 'aria-describedby': more })}
      {more && (
        <div id={more} class={problem ? 'field-problem' : 'field-hint'}>
          {problem ?? hint}
        </div>
      )}
    </div>
  );
}

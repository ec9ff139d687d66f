// SPDX-License-Identifier: Apache-2.0
// Boxes to fill in, each with its name, a hint, and what was wrong with what stands in it.

import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

interface Around {
  label: string;
  hint?: ComponentChildren;
  problem?: string | undefined;
  /** Keep the name for those who cannot see the page only. */
  hideLabel?: boolean;
}

type InputProps = Around & { value: string; onValue: (text: string) => void } & JSX.IntrinsicElements['input'];

export function Field({ label, hint, problem, hideLabel, value, onValue, ...rest }: InputProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem} hideLabel={hideLabel}>
      <input
        id={id}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        aria-invalid={problem ? true : undefined}
        aria-describedby={hint || problem ? `${id}-more` : undefined}
        {...rest}
      />
    </Frame>
  );
}

type AreaProps = Around & { value: string; onValue: (text: string) => void } & JSX.IntrinsicElements['textarea'];

/** A box for several lines. */
export function TextArea({ label, hint, problem, hideLabel, value, onValue, ...rest }: AreaProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem} hideLabel={hideLabel}>
      <textarea
        id={id}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        aria-invalid={problem ? true : undefined}
        aria-describedby={hint || problem ? `${id}-more` : undefined}
        {...rest}
      />
    </Frame>
  );
}

type SelectProps = Around & {
  value: string;
  onValue: (value: string) => void;
  options: readonly (string | { value: string; label: string })[];
} & JSX.IntrinsicElements['select'];

export function Select({ label, hint, problem, hideLabel, value, onValue, options, ...rest }: SelectProps) {
  const id = useId();
  const pairs = options.map((each) => (typeof each === 'string' ? { value: each, label: each } : each));
  return (
    <Frame id={id} label={label} hint={hint} problem={problem} hideLabel={hideLabel}>
      <select
        id={id}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value)}
        aria-describedby={hint || problem ? `${id}-more` : undefined}
        {...rest}
      >
        {pairs.map((each) => (
          <option key={each.value} value={each.value} selected={each.value === value}>
            {each.label}
          </option>
        ))}
      </select>
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

function Frame(props: {
  id: string;
  label: string;
  hint?: ComponentChildren;
  problem?: string | undefined;
  hideLabel?: boolean | undefined;
  children: ComponentChildren;
}) {
  const { id, label, hint, problem, hideLabel, children } = props;
  return (
    <div class="field">
      <label for={id} class={hideLabel ? 'unseen' : undefined}>
        {label}
      </label>
      {children}
      {(problem || hint) && (
        <div id={`${id}-more`} class={problem ? 'field-problem' : 'field-hint'}>
          {problem ?? hint}
        </div>
      )}
    </div>
  );
}

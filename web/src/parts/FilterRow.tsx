// SPDX-License-Identifier: Apache-2.0
// What narrows a list: the row that it stands in, and the text that is looked for.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { Button } from './Button';
import { Field } from './Field';

/** Typing is taken over once it rests. */
const REST_MS = 250;

/** `told` are the filters in force: while there are any, they can be cleared together. */
export function FilterRow(props: { told: readonly string[]; onClear: () => void; children: ComponentChildren }) {
  const { told, onClear, children } = props;
  return (
    <div class="row end filter-bar" role="search" aria-label="Filters">
      {children}
      {told.length > 0 && (
        <Button kind="quiet" icon="close" onClick={onClear}>
          Clear
        </Button>
      )}
    </div>
  );
}

export interface TextFilterProps {
  label: string;
  placeholder: string;
  value: string;
  /** Called with what was typed, once it rests. */
  onRest: (text: string) => void;
  maxLength?: number;
}

export function TextFilter({ label, placeholder, value, onRest, maxLength = 255 }: TextFilterProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onRest(text.trim()), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Field
      label={label}
      type="search"
      class="filter-text"
      value={text}
      onValue={setText}
      placeholder={placeholder}
      autocomplete="off"
      spellcheck={false}
      maxLength={maxLength}
    />
  );
}

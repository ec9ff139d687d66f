// SPDX-License-Identifier: Apache-2.0
// Several of the same one beneath the other in a form, such as conditions: written, added and removed.

import type { ComponentChildren } from 'preact';

import { Button, IconButton } from './Button';

export interface RowFieldsProps<Row> {
  legend: string;
  /** What one of them is called, such as `condition`. */
  one: string;
  rows: readonly Row[];
  onChange: (rows: Row[]) => void;
  /** One that is still to be written. */
  blank: Row;
  /** The fields of a row, which change it by what is different. */
  children: (row: Row, set: (changed: Partial<Row>) => void, at: number) => ComponentChildren;
  hint?: string | undefined;
  /** What is wrong with them together. */
  problem?: string | undefined;
  /** How the fields of a row stand beside each other. */
  rowClass: string;
  class?: string;
}

export function RowFields<Row extends object>(props: RowFieldsProps<Row>) {
  const { legend, one, rows, onChange, blank, children, hint, problem, rowClass } = props;
  return (
    <fieldset class={`choices ${props.class ?? ''}`}>
      <legend>{legend}</legend>
      {rows.map((row, at) => (
        <div key={at} class={rowClass} role="group" aria-label={`${one} ${at + 1}`}>
          {children(row, (changed) => onChange(rows.toSpliced(at, 1, { ...row, ...changed })), at)}
          <IconButton
            icon="trash"
            label={`Remove ${one} ${at + 1}`}
            onClick={() => onChange(rows.toSpliced(at, 1))}
          />
        </div>
      ))}
      {hint && <p class="field-hint">{hint}</p>}
      {problem && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
      <div>
        <Button icon="plus" onClick={() => onChange([...rows, blank])}>
          {`Add a ${one}`}
        </Button>
      </div>
    </fieldset>
  );
}

// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, expect, it } from 'vitest';

import { Field } from './Field';
import { RowFields } from './RowFields';

interface Pair {
  name: string;
  note: string;
}

let last: readonly Pair[] = [];

function Form({ problem }: { problem?: string }) {
  const [rows, setRows] = useState<Pair[]>([
    { name: 'a', note: 'first' },
    { name: 'b', note: 'second' },
  ]);
  last = rows;
  return (
    <RowFields
      legend="Pairs"
      one="pair"
      rows={rows}
      onChange={setRows}
      blank={{ name: '', note: '' }}
      problem={problem}
      rowClass="row"
    >
      {(row, set, at) => <Field label={`Name ${at + 1}`} value={row.name} onValue={(name) => set({ name })} />}
    </RowFields>
  );
}

afterEach(cleanup);

const press = (name: string) => act(() => void fireEvent.click(screen.getByRole('button', { name })));

it('a row is changed by what is different in it', () => {
  render(<Form />);
  fireEvent.input(screen.getByLabelText('Name 2'), { target: { value: 'c' } });
  expect(last).toEqual([
    { name: 'a', note: 'first' },
    { name: 'c', note: 'second' },
  ]);
});

it('rows are added at the end, and removed where they stand', async () => {
  render(<Form />);
  await press('Add a pair');
  await press('Remove pair 1');
  expect(last.map((each) => each.name)).toEqual(['b', '']);
  expect(screen.getAllByRole('group').map((each) => each.getAttribute('aria-label'))).toContain('pair 2');
});

it('what is wrong with all of them is said beneath', () => {
  render(<Form problem="one is enough" />);
  expect(screen.getByRole('alert').textContent).toBe('one is enough');
});

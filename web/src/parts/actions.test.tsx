// SPDX-License-Identifier: Apache-2.0

import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';

import { actionsColumn } from './actions';
import { DataTable, type Column } from './DataTable';

afterEach(cleanup);

const NAME: Column<string> = { key: 'name', title: 'Name', cell: (row) => row };

it('what can be done with a row names the row, and does it to that row', () => {
  const onDelete = vi.fn();
  const actions = actionsColumn<string>(
    (row) => row,
    (row) => [{ label: 'Delete', onChoose: () => onDelete(row) }],
  );
  render(<DataTable name="things" rows={['one', 'other']} columns={[NAME, actions]} rowKey={(row) => row} />);
  fireEvent.click(screen.getByRole('button', { name: 'Delete: other' }));
  expect(onDelete.mock.calls).toEqual([['other']]);
  expect(screen.getAllByText('Delete')).toHaveLength(2);
});

// SPDX-License-Identifier: Apache-2.0
// What can be done with a row of a table: its last column.

import { Button } from './Button';
import type { Column } from './DataTable';

export interface RowAction {
  label: string;
  onChoose: () => void;
}

/** The column of actions; `nameOf` tells rows apart for those who hear only `Delete`. */
export function actionsColumn<Row>(
  nameOf: (row: Row) => string,
  actionsOf: (row: Row) => readonly RowAction[],
): Column<Row> {
  return {
    key: 'actions',
    title: <span class="unseen">Actions</span>,
    // No wider than its buttons.
    width: '1px',
    actions: true,
    cell: (row) => (
      <span class="actions">
        {actionsOf(row).map(({ label, onChoose }) => (
          <Button key={label} kind="quiet" aria-label={`${label}: ${nameOf(row)}`} onClick={onChoose}>
            {label}
          </Button>
        ))}
      </span>
    ),
  };
}

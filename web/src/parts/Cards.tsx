// SPDX-License-Identifier: Apache-2.0
// A table in a narrow window: each row a card, so that nothing of it lies at the side.

import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

import { Button } from './Button';
import type { Column, SortKey } from './DataTable';
import { Select } from './Field';
import { SelectRow, type Selection } from './selection';

export interface CardsProps<Row> {
  name: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string | number;
  rowHref?: ((row: Row) => string) | undefined;
  selection?: Selection<Row> | undefined;
  sort: SortKey;
  /** Whether rows can be sorted by a column. */
  canSort: (column: Column<Row>) => boolean;
  onSort: (sort: SortKey) => void;
  onMore?: (() => void) | undefined;
  /** The cards, for asking for what only they need: all of them, since they are brought when asked for. */
  onShown?: ((rows: readonly Row[]) => void) | undefined;
}

/** Kept free for cards while they load: what lies beneath begins out of sight, and so is not seen to jump. */
export const CARDS_HEIGHT = 900;

export function Cards<Row>(props: CardsProps<Row>) {
  const { name, rows, columns, rowKey, rowHref, selection, sort, canSort, onSort, onMore, onShown } = props;
  useEffect(() => onShown?.(rows), [rows]);
  const [head, ...others] = columns;
  const facts = others.filter((each) => !each.actions);
  const actions = others.find((each) => each.actions);
  const sortable = columns.filter(canSort);
  return (
    <>
      {sortable.length > 0 && rows.length > 1 && <Sorting columns={sortable} sort={sort} onSort={onSort} />}
      <ul class="cards" aria-label={name}>
        {rows.map((row) => (
          <li key={rowKey(row)} class="card">
            <div class="card-head">
              {selection && <SelectRow row={row} of={rowKey(row)} selection={selection} />}
              {rowHref ? <a href={rowHref(row)}>{head!.cell(row)}</a> : head!.cell(row)}
            </div>
            <dl class="facts">
              {facts.map((column) => (
                <Fact key={column.key} title={column.title} value={column.cell(row)} />
              ))}
            </dl>
            {actions?.cell(row)}
          </li>
        ))}
      </ul>
      {onMore && <Button onClick={onMore}>Show more</Button>}
    </>
  );
}

/** What there is nothing to say about takes no room. */
function Fact({ title, value }: { title: ComponentChildren; value: ComponentChildren }) {
  if (value === null || value === undefined || value === false || value === '') return null;
  return (
    <>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </>
  );
}

function Sorting<Row>({
  columns,
  sort,
  onSort,
}: {
  columns: readonly Column<Row>[];
  sort: SortKey;
  onSort: (sort: SortKey) => void;
}) {
  const options = columns.flatMap(({ key, title }) => [
    { value: key, label: String(title) },
    { value: `-${key}`, label: `${String(title)}, descending` },
  ]);
  return (
    <div class="cards-sort">
      <Select
        label="Sort by"
        value={sort}
        onValue={onSort}
        options={sort ? options : [{ value: '', label: 'as it comes' }, ...options]}
      />
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Tables of any length: only the rows in sight are in the page. Sorting is done here, or by the server where the caller
// says so; further rows are asked for as the end comes near. In narrow windows rows can be cards instead.

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

import { Cards } from './Cards';
import { Icon } from './Icon';
import { narrow } from './narrow';
import { sorted, type Cellular } from './order';
import { SelectAll, SelectRow, type Selection } from './selection';

export interface Column<Row> {
  key: string;
  title: ComponentChildren;
  cell: (row: Row) => ComponentChildren;
  /** What rows are sorted by; without it (and without `onSort` of the table) a column cannot be sorted. */
  sort?: (row: Row) => Cellular;
  /** Whether the server can sort by it. */
  sortable?: boolean;
  /** Numbers stand at the right. */
  number?: boolean;
  /** Any CSS length; the browser decides by default. */
  width?: string;
  /** Takes what the others leave, and shortens what does not fit: one of a table, so that the rest stand calmly. */
  fills?: boolean;
  /** What can be done with the row: in sight however far one scrolls to the side. See `actionsColumn`. */
  actions?: boolean;
}

/** A column's key, with `-` in front for descending. */
export type SortKey = string;

export interface DataTableProps<Row> {
  /** What it lists, for those who cannot see it. */
  name: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string | number;
  sort?: SortKey;
  /** Sorting is the caller's: called with the new sort key. */
  onSort?: (sort: SortKey) => void;
  /** Where a row leads; the first cell becomes a link, a click anywhere on the row follows it. */
  rowHref?: (row: Row) => string;
  chosen?: (row: Row) => boolean;
  /** Gives each row a box to choose it by. */
  selection?: Selection<Row>;
  /** How many rows there are altogether, where not all are here. */
  total?: number;
  /** Called as the end of the rows comes into sight. */
  onMore?: () => void;
  /** The rows in sight, for asking for what only they need. */
  onShown?: (rows: readonly Row[]) => void;
  /** Pixels; at most this high, less when there are few rows. Without it: down to the foot of the window. */
  height?: number;
  /** What is said in its place where there are no rows. */
  empty?: ComponentChildren;
  /** In a narrow window each row is a card, the first column its head: for lists that are read row by row. */
  cards?: boolean;
}

export const ROW_PIXELS = 30;
const AHEAD = 12;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, onSort, cards, empty, ...rest } = props;
  const [ownSort, setOwnSort] = useState<SortKey>('');
  const sort = props.sort ?? ownSort;
  const rows = useMemo(
    () => (onSort ? props.rows : ordered(props.rows, columns, sort)),
    [props.rows, sort, onSort !== undefined, columns.map((each) => each.key).join()],
  );
  const sorting: Sorting<Row> = {
    sort,
    canSort: (column) => (onSort ? column.sortable === true : column.sort !== undefined),
    onSort: onSort ?? setOwnSort,
  };
  if (!rows.length && empty !== undefined) return <p class="muted">{empty}</p>;
  const Shape = cards && narrow.value ? Cards : Rows;
  return <Shape<Row> {...rest} {...sorting} rows={rows} columns={columns} />;
}

interface Sorting<Row> {
  sort: SortKey;
  canSort: (column: Column<Row>) => boolean;
  onSort: (sort: SortKey) => void;
}

function Rows<Row>(props: Omit<DataTableProps<Row>, 'cards' | 'empty'> & Sorting<Row>) {
  const { name, rows, columns, rowKey, sort, canSort, onSort, rowHref, chosen, selection, total } = props;
  const { onMore, onShown } = props;
  const box = useRef<HTMLDivElement>(null);
  const [first, last] = useWindow(box, rows.length, props.height);
  const shown = rows.slice(first, last);
  // One column too many would take all the room that is left.
  const width = columns.length + (selection ? 1 : 0);

  useEffect(() => onShown?.(shown), [rows, first, last]);
  useEffect(() => {
    if (onMore && last >= rows.length - AHEAD && (total === undefined || rows.length < total)) onMore();
  }, [rows.length, last, total]);

  return (
    <div ref={box} class="table-box" tabIndex={0} role="region" aria-label={name} style={boxStyle(props.height)}>
      <table class="table" aria-rowcount={(total ?? rows.length) + 1}>
        <colgroup>
          {selection && <col class="select-col" />}
          {columns.map((column) => (
            <col key={column.key} style={column.width ? { width: column.width } : undefined} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {selection && (
              <th scope="col" class="select-cell">
                <SelectAll rows={rows} rowKey={rowKey} selection={selection} />
              </th>
            )}
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} can={canSort(column)} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <Spacer rows={first} columns={width} />}
          {shown.map((row, at) => (
            <tr
              key={rowKey(row)}
              aria-rowindex={first + at + 2}
              class={rowHref ? 'leads' : undefined}
              aria-selected={(chosen?.(row) ?? selection?.chosen.has(rowKey(row))) || undefined}
              onClick={(event) => follow(event)}
            >
              {selection && (
                <td class="select-cell">
                  <SelectRow row={row} of={rowKey(row)} selection={selection} />
                </td>
              )}
              {columns.map((column, index) => (
                <Cell
                  key={column.key}
                  column={column}
                  content={column.cell(row)}
                  href={index === 0 ? rowHref?.(row) : undefined}
                />
              ))}
            </tr>
          ))}
          {last < rows.length && <Spacer rows={rows.length - last} columns={width} />}
        </tbody>
      </table>
    </div>
  );
}

function Head<Row>(props: { column: Column<Row>; sort: SortKey; can: boolean; onSort: (sort: SortKey) => void }) {
  const { column, sort, can, onSort } = props;
  const order = sort === column.key ? 'ascending' : sort === `-${column.key}` ? 'descending' : undefined;
  const side = classOf(column);
  if (!can) {
    return (
      <th scope="col" class={side}>
        {column.title}
      </th>
    );
  }
  return (
    <th scope="col" class={side} aria-sort={order ?? 'none'}>
      <button type="button" onClick={() => onSort(sort === column.key ? `-${column.key}` : column.key)}>
        <span>{column.title}</span>
        {order && <Icon name={order === 'ascending' ? 'up' : 'down'} size={10} />}
      </button>
    </th>
  );
}

function Cell<Row>(props: { column: Column<Row>; content: ComponentChildren; href: string | undefined }) {
  const { column, content, href } = props;
  // What was shortened can be read under the pointer.
  const title = column.fills && typeof content === 'string' ? content : undefined;
  return (
    <td class={href === undefined ? classOf(column) : `leading ${classOf(column) ?? ''}`.trim()} title={title}>
      {href === undefined ? content : <a href={href}>{content}</a>}
    </td>
  );
}

function classOf<Row>({ number, actions, fills }: Column<Row>): string | undefined {
  if (actions) return 'actions-cell';
  if (fills) return 'fills';
  return number ? 'number' : undefined;
}

function Spacer({ rows, columns }: { rows: number; columns: number }) {
  return (
    <tr aria-hidden="true" class="spacer">
      <td colSpan={columns} style={{ height: `${rows * ROW_PIXELS}px` }} />
    </tr>
  );
}

/** Which rows are in sight, and a few beyond: from, to (exclusive). */
function useWindow(box: { current: HTMLDivElement | null }, count: number, height?: number): [number, number] {
  const [at, setAt] = useState({ top: 0, pixels: 600 });
  useLayoutEffect(() => {
    const scrolled = box.current;
    if (!scrolled) return;
    const measure = (): void => {
      const [top, pixels] = [scrolled.scrollTop, scrolled.clientHeight || 600];
      // Rendered anew only when other rows come into sight, not at each pixel.
      setAt((old) => {
        const same = Math.floor(old.top / ROW_PIXELS) === Math.floor(top / ROW_PIXELS) && old.pixels === pixels;
        return same ? old : { top, pixels };
      });
    };
    measure();
    scrolled.addEventListener('scroll', measure, { passive: true });
    const watch = new ResizeObserver(measure);
    watch.observe(scrolled);
    return () => {
      scrolled.removeEventListener('scroll', measure);
      watch.disconnect();
    };
  }, [height, count === 0]);
  const first = Math.max(0, Math.min(Math.floor(at.top / ROW_PIXELS) - AHEAD, count - 1));
  return [first, Math.min(count, Math.ceil((at.top + at.pixels) / ROW_PIXELS) + AHEAD)];
}

function boxStyle(height: number | undefined): Record<string, string> {
  return { maxHeight: height === undefined ? 'max(300px, calc(100vh - 220px))' : `${height}px` };
}

/** A click anywhere on a row does what its link does, unless it was meant for something else. */
function follow(event: MouseEvent & { currentTarget: HTMLElement }): void {
  const meant = event.target instanceof Element && event.target.closest('a, button, input, select, label');
  if (meant || window.getSelection()?.toString()) return;
  const link = event.currentTarget.querySelector<HTMLAnchorElement>('td.leading > a');
  link?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey }));
}

function ordered<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: SortKey): readonly Row[] {
  const descending = sort.startsWith('-');
  const by = columns.find((column) => column.key === (descending ? sort.slice(1) : sort))?.sort;
  return by ? sorted(rows, by, descending) : rows;
}

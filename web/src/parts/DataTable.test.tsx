// SPDX-License-Identifier: Apache-2.0

import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { actionsColumn } from './actions';
import { DataTable, type Column } from './DataTable';
import { narrow } from './narrow';

afterEach(() => {
  cleanup();
  narrow.value = false;
});

interface Row {
  name: string;
  size: number | null;
}

const COLUMNS: Column<Row>[] = [
  { key: 'name', title: 'Name', cell: (row) => row.name, sort: (row) => row.name, sortable: true },
  { key: 'size', title: 'Size', cell: (row) => row.size ?? '—', sort: (row) => row.size, number: true },
];
const ROWS: Row[] = [
  { name: 'vm-10', size: 1 },
  { name: 'vm-2', size: null },
  { name: 'vm-1', size: 7 },
];

function names(): (string | null)[] {
  return screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.querySelector('td')!.textContent);
}

it('keeps only the rows in sight in the page, and says how many there are', () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => ({ name: `vm-${index}`, size: index }));
  render(<DataTable name="things" rows={rows} columns={COLUMNS} rowKey={(row) => row.name} height={300} />);
  expect(document.querySelectorAll('tbody tr:not(.spacer)').length).toBeLessThan(100);
  expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('20001');
  expect(document.querySelector<HTMLElement>('.spacer td')!.style.height).toMatch(/^[56]\d{5}px$/);
  expect(document.querySelector('.spacer td')!.getAttribute('colspan')).toBe(String(COLUMNS.length));
});

it('sorts numbers in names as numbers, and what is missing last in both directions', () => {
  render(<DataTable name="things" rows={ROWS} columns={COLUMNS} rowKey={(row) => row.name} />);
  fireEvent.click(screen.getByText('Name'));
  expect(names()).toEqual(['vm-1', 'vm-2', 'vm-10']);
  fireEvent.click(screen.getByText('Size'));
  expect(names()).toEqual(['vm-10', 'vm-1', 'vm-2']);
  fireEvent.click(screen.getByText('Size'));
  expect(names()).toEqual(['vm-1', 'vm-10', 'vm-2']);
  expect(screen.getAllByRole('columnheader')[1]!.getAttribute('aria-sort')).toBe('descending');
});

it('leaves sorting to the caller who wants to do it', () => {
  const onSort = vi.fn();
  render(<DataTable name="t" rows={ROWS} columns={COLUMNS} rowKey={(row) => row.name} sort="name" onSort={onSort} />);
  expect(names()).toEqual(['vm-10', 'vm-2', 'vm-1']);
  fireEvent.click(screen.getByText('Name'));
  expect(onSort).toHaveBeenCalledWith('-name');
  expect(screen.queryByRole('button', { name: 'Size' })).toBeNull();
});

it('asks for more rows as the end comes near, until all are there', () => {
  const onMore = vi.fn();
  const table = (rows: Row[]) => (
    <DataTable name="t" rows={rows} columns={COLUMNS} rowKey={(row) => row.name} total={3} onMore={onMore} />
  );
  const { rerender } = render(table(ROWS.slice(0, 2)));
  expect(onMore).toHaveBeenCalledOnce();
  rerender(table(ROWS));
  expect(onMore).toHaveBeenCalledOnce();
});

it('what may be shortened can be read under the pointer', () => {
  const columns = [COLUMNS[0]!, { key: 'more', title: 'More', cell: () => 'a long text', fills: true }];
  render(<DataTable name="things" rows={ROWS} columns={columns} rowKey={(row) => row.name} />);
  expect(screen.getAllByTitle('a long text')).toHaveLength(ROWS.length);
});

it('a row leads where its link leads', () => {
  render(
    <DataTable
      name="t"
      rows={ROWS}
      columns={COLUMNS}
      rowKey={(row) => row.name}
      rowHref={(row) => `/x/${row.name}`}
    />,
  );
  expect(screen.getByText('vm-2').closest('a')!.getAttribute('href')).toBe('/x/vm-2');
  const followed = vi.fn((event: Event) => event.preventDefault());
  document.addEventListener('click', followed);
  fireEvent.click(screen.getByText('7'));
  document.removeEventListener('click', followed);
  expect(followed.mock.calls.map(([event]) => (event.target as Element).tagName)).toContain('A');
});

it('rows are chosen one by one or all at once, and choosing follows no link', () => {
  const onChosen = vi.fn();
  const followed = vi.fn<(event: Event) => void>();
  const table = (chosen: string[]) => (
    <DataTable
      name="t"
      rows={ROWS}
      columns={COLUMNS}
      rowKey={(row) => row.name}
      rowHref={(row) => `/x/${row.name}`}
      selection={{ chosen: new Set(chosen), onChosen, nameOf: (row) => row.name }}
    />
  );
  const { rerender } = render(table(['vm-1']));
  document.addEventListener('click', followed);
  fireEvent.click(screen.getByRole('checkbox', { name: 'Choose vm-2' }));
  document.removeEventListener('click', followed);
  expect(followed.mock.calls.every(([event]) => (event.target as Element).tagName === 'INPUT')).toBe(true);
  expect([...onChosen.mock.lastCall![0]]).toEqual(['vm-1', 'vm-2']);
  fireEvent.click(screen.getByRole('checkbox', { name: 'Choose vm-1' }));
  expect([...onChosen.mock.lastCall![0]]).toEqual([]);
  const all = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Choose all rows' });
  expect(all.indeterminate).toBe(true);
  fireEvent.click(all);
  expect([...onChosen.mock.lastCall![0]]).toEqual(['vm-10', 'vm-2', 'vm-1']);
  rerender(table(['vm-10', 'vm-2', 'vm-1']));
  fireEvent.click(screen.getByRole('checkbox', { name: 'Choose all rows' }));
  expect([...onChosen.mock.lastCall![0]]).toEqual([]);
});

describe('in a narrow window', () => {
  const onDelete = vi.fn<(row: Row) => void>();
  const actions = actionsColumn<Row>(
    (row) => row.name,
    (row) => [{ label: 'Delete', onChoose: () => onDelete(row) }],
  );
  const size: Column<Row> = { ...COLUMNS[1]!, cell: (row) => row.size };
  const columns = [COLUMNS[0]!, size, actions];

  function cards(more: { onMore?: () => void } = {}): HTMLElement[] {
    narrow.value = true;
    render(<DataTable name="things" rows={ROWS} columns={columns} rowKey={(row) => row.name} cards {...more} />);
    return within(screen.getByRole('list', { name: 'things' })).getAllByRole('listitem');
  }

  it('rows are cards, each with what can be done with it', () => {
    const [first] = cards();
    expect(screen.queryByRole('table')).toBeNull();
    expect(first!.textContent).toBe('vm-10Size1Delete');
    fireEvent.click(within(first!).getByRole('button', { name: 'Delete: vm-10' }));
    expect(onDelete).toHaveBeenCalledWith(ROWS[0]);
  });

  it('says so where there are no rows', () => {
    const given = { name: 'things', columns, rowKey: (row: Row) => row.name, empty: 'There are none.' };
    const { rerender } = render(<DataTable {...given} rows={[]} />);
    expect(screen.getByText('There are none.')).toBeTruthy();
    expect(screen.queryByRole('table')).toBeNull();
    rerender(<DataTable {...given} rows={ROWS} />);
    expect(screen.queryByText('There are none.')).toBeNull();
    expect(screen.getByRole('table')).toBeTruthy();
  });

  it('a card says nothing of what a row does not have', () => {
    expect(cards()[1]!.textContent).toBe('vm-2Delete');
  });

  it('cards can be sorted as the table can', () => {
    cards();
    fireEvent.change(screen.getByLabelText('Sort by'), { target: { value: '-size' } });
    expect(screen.getAllByRole('listitem').map((card) => card.textContent)).toEqual([
      'vm-1Size7Delete',
      'vm-10Size1Delete',
      'vm-2Delete',
    ]);
  });

  it('further cards come when they are asked for', () => {
    const onMore = vi.fn();
    cards({ onMore });
    expect(onMore).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'Show more' }));
    expect(onMore).toHaveBeenCalledOnce();
  });

  it('cards are chosen as rows are', () => {
    narrow.value = true;
    const onChosen = vi.fn();
    const selection = { chosen: new Set<string>(), onChosen, nameOf: (row: Row) => row.name };
    const given = { name: 'things', rows: ROWS, columns, selection };
    render(<DataTable {...given} rowKey={(row) => row.name} cards />);
    fireEvent.click(screen.getByRole('checkbox', { name: 'Choose vm-2' }));
    expect([...onChosen.mock.lastCall![0]]).toEqual(['vm-2']);
  });

  it('a table that is not read row by row stays one', () => {
    narrow.value = true;
    render(<DataTable name="things" rows={ROWS} columns={columns} rowKey={(row) => row.name} />);
    expect(screen.getByRole('table')).toBeTruthy();
  });
});

// SPDX-License-Identifier: Apache-2.0

import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';

import { DataTable, type Column } from './DataTable';

afterEach(cleanup);

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

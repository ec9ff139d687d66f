// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { session, type Session } from '../../state/session';
import { navigate, params } from '../../state/url';
import { row, series } from './made';
import Resources from './Resources';

const ROWS = [
  row('i1', { label: 'web-1', attributes: { host: 'h1' } }),
  row('i2', { label: 'web-2', attributes: { host: 'h2' } }),
];
let found = ROWS;

beforeEach(() => {
  window.scrollTo = vi.fn();
  found = ROWS;
  session.value = { sees_all: false, project: 'p', projects: [], roles: ['reader'] } as unknown as Session;
  vi.spyOn(api, 'get').mockImplementation((async (address: string) =>
    address === '/v1/resource-types'
      ? { types: [{ name: 'instance', attributes: { host: {} }, resources: 2 }] }
      : { resources: found, next: null, total: found.length }) as unknown as typeof api.get);
  vi.spyOn(api, 'post').mockImplementation((async (_: string, { body }: { body: { ids: string[] } }) => ({
    series: body.ids.map((id) => series(id, 'cpu_util', id === 'i1' ? 42 : 7)),
  })) as unknown as typeof api.post);
});

afterEach(cleanup);

async function shown(address: string): Promise<void> {
  navigate(address, { replace: true });
  render(<Resources />);
  await answered();
}

/** Waits until what was asked for has come, and what that made the page ask for. */
async function answered(): Promise<void> {
  const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  for (let turn = 0; turn < 6; turn++) await act(moment);
}

const names = (): string[] => screen.getAllByRole('link', { name: /^web/ }).map((each) => each.textContent ?? '');

it('each resource has its attributes, its newest value and a link that keeps the range', async () => {
  await shown('/resources?type=instance&from=now-6h');
  expect(names()).toEqual(['web-1', 'web-2']);
  expect(screen.getByText('h2')).toBeTruthy();
  expect(screen.getByText(/^42\s*%$/)).toBeTruthy();
  expect(screen.getByText('web-1').closest('a')!.getAttribute('href')).toBe('/resources/i1?from=now-6h');
});

it('pressing the head of a metric sorts by its newest value, highest first, and the address says so', async () => {
  await shown('/resources?type=instance&sort=name');
  fireEvent.click(screen.getByRole('button', { name: 'cpu_util' }));
  expect(params.value.get('sort')).toBe('-m.cpu_util');
});

it('what the filters leave nothing of says which they are, and clears them', async () => {
  found = [];
  await shown('/resources?type=instance&q=zzz');
  expect(screen.getByText('text “zzz”')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
  expect(params.value.has('q')).toBe(false);
});

it('columns of the address are shown instead of the usual ones', async () => {
  await shown('/resources?type=instance&col=id&col=started');
  expect(screen.getAllByRole('columnheader').map((each) => each.textContent)).toEqual(['Name', 'Id', 'Since']);
});

it('columns can be chosen once all are known, and those shown stay beside the chosen one', async () => {
  const rows = [row('d1', { type: 'disk', label: 'web-disk', attributes: { serial: 'x' } })];
  found = rows;
  vi.spyOn(api, 'get').mockImplementation((async (address: string) =>
    address === '/v1/resource-types'
      ? { types: [{ name: 'disk', attributes: { serial: {}, rack: {} }, resources: 1 }] }
      : { resources: found, next: null, total: 1 }) as unknown as typeof api.get);
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const answer = (): Promise<unknown> => gate.then(() => ({ series: [series('d1', 'disk.usage', 1)] }));
  vi.spyOn(api, 'post').mockImplementation(answer as unknown as typeof api.post);
  await shown('/resources?type=disk');
  const chooser = screen.getByRole<HTMLButtonElement>('button', { name: 'Choose the columns' });
  expect(chooser.disabled).toBe(true);
  open();
  await answered();
  expect(chooser.disabled).toBe(false);
  fireEvent.click(chooser);
  fireEvent.click(screen.getByRole('checkbox', { name: 'rack' }));
  expect(params.value.getAll('col')).toEqual(['name', 'a.serial', 'm.disk.usage', 'started', 'a.rack']);
});

// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { session, type Session } from '../../state/session';
import { navigate, params } from '../../state/url';
import Alarms from './Alarms';
import { alarm, past } from './made';
import type { AlarmView } from './states';

let found: AlarmView[] = [];
const asked: Record<string, unknown>[] = [];

beforeEach(() => {
  window.scrollTo = vi.fn();
  asked.length = 0;
  found = [
    alarm('1', { name: 'web is busy', state: 'alarm', severity: 'critical', reason: 'too much' }),
    alarm('2', { name: 'store is away', error: 'the engine is away', project_id: 'q' }),
    alarm('3', { name: 'quiet', enabled: false }),
  ];
  signedIn('member');
  vi.spyOn(api, 'get').mockImplementation((async (
    address: string,
    { query }: { query: Record<string, unknown> } = { query: {} },
  ) => {
    if (address === '/v1/alarms/{id}/past') return past();
    if (address === '/v1/projects') return { projects: [{ id: 'p', name: 'Shop' }] };
    asked.push(query);
    return { alarms: found, next: null, counts: { ok: 2, alarm: 1, insufficient_data: 0, failing: 1 } };
  }) as unknown as typeof api.get);
});

afterEach(cleanup);

function signedIn(...roles: string[]): void {
  const all = roles.includes('operator');
  session.value = { sees_all: all, project: all ? '*' : 'p', projects: [], roles } as unknown as Session;
}

async function shown(address = '/alarms'): Promise<void> {
  navigate(address, { replace: true });
  render(<Alarms />);
  await answered();
}

async function answered(): Promise<void> {
  const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  for (let turn = 0; turn < 6; turn++) await act(moment);
}

const rows = (): string[] => [...document.querySelectorAll('tbody tr')].map((row) => row.textContent ?? '');

it('each alarm has its state in words, a reason, and a link that keeps the range', async () => {
  await shown('/alarms?from=now-6h');
  expect(rows()[0]).toMatch(/^web is busyalarm.*criticaltoo muchresource threshold$/);
  expect(screen.getByText('web is busy').closest('a')!.getAttribute('href')).toBe('/alarms/1?from=now-6h');
  expect(rows()[2]).toMatch(/^offquiet/);
});

it('one that could not be decided is an error, and never looks like ok', async () => {
  await shown();
  const row = screen.getByText('store is away').closest('tr')!;
  expect(row.querySelector('.chip.failing')!.textContent).toBe('error');
  expect(row.querySelector('.chip.good')).toBeNull();
  expect(row.textContent).toContain('was ok');
  expect(row.textContent).toContain('the engine is away');
});

it('the counts filter by state, and pressed again they do not', async () => {
  await shown();
  const tally = (): HTMLElement => screen.getByRole('button', { name: /1\s*With errors/ });
  fireEvent.click(tally());
  await answered();
  expect(params.value.get('state')).toBe('error');
  expect(asked.at(-1)).toMatchObject({ failing: true, state: null });
  expect(tally().getAttribute('aria-pressed')).toBe('true');
  fireEvent.click(tally());
  expect(params.value.has('state')).toBe(false);
});

it('heads sort on the server, and the address says so', async () => {
  await shown();
  expect(asked.at(-1)).toMatchObject({ sort: 'state' });
  fireEvent.click(screen.getByRole('button', { name: 'Since' }));
  await answered();
  expect(params.value.get('sort')).toBe('-since');
  expect(asked.at(-1)).toMatchObject({ sort: '-since' });
});

it('chosen ones are switched together; by an operator each in its own project', async () => {
  signedIn('operator');
  const post = vi.spyOn(api, 'post').mockResolvedValue({ changed: 1 } as never);
  await shown();
  fireEvent.click(screen.getByRole('checkbox', { name: 'Choose all rows' }));
  fireEvent.click(screen.getByRole('button', { name: 'Switch off' }));
  await answered();
  expect(post.mock.calls).toEqual([
    ['/v1/alarms/enabled', { body: { ids: ['1', '3'], enabled: false }, project: 'p' }],
    ['/v1/alarms/enabled', { body: { ids: ['2'], enabled: false }, project: 'q' }],
  ]);
  expect(screen.queryByRole('button', { name: 'Switch off' })).toBeNull();
});

it('who may only look is offered nothing to change', async () => {
  signedIn('reader');
  await shown();
  expect(screen.queryByRole('checkbox')).toBeNull();
  expect(screen.queryByText('New alarm')).toBeNull();
});

it('nothing at all tells how an alarm is made, nothing by the filters clears them', async () => {
  found = [];
  await shown('/alarms?q=zzz');
  fireEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
  expect(params.value.has('q')).toBe(false);
  await answered();
  expect(screen.getByText('No alarm yet')).toBeTruthy();
  expect(document.querySelector('pre')!.textContent).toContain(`${window.location.origin}/aodh`);
});

it('what is silenced is marked with a word, found by it, and chosen ones are silenced together', async () => {
  const ids = ['4', '5', '6', '7', '8', '9', '10'];
  found = ids.map((id, at) => alarm(id, { name: `n${id}`, silenced_until_ms: at ? null : Date.now() }));
  const post = vi.spyOn(api, 'post').mockResolvedValue({} as never);
  await shown('/alarms?silenced=yes');
  expect(asked.at(-1)).toMatchObject({ silenced: true });
  expect(rows().map((row) => row.includes('silenced'))).toEqual([true, ...ids.slice(1).map(() => false)]);
  fireEvent.click(screen.getByRole('checkbox', { name: 'Choose all rows' }));
  fireEvent.click(screen.getByRole('button', { name: 'Silence the chosen alarms' }));
  fireEvent.click(screen.getByRole('button', { name: 'for 4 hours' }));
  await answered();
  const bodies = post.mock.calls.map((call) => (call[1] as { body: Record<string, unknown> }).body);
  expect(bodies.map((each) => each['matchers'])).toEqual([
    [{ label: 'alarm_id', op: '=~', value: '4|5|6|7|8|9' }],
    [{ label: 'alarm_id', value: '10' }],
  ]);
  expect(bodies[0]!['comment']).toBe('n4, n5, n6, n7, n8, n9');
});

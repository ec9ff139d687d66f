// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { session, type Session } from '../../state/session';
import { navigate } from '../../state/url';
import type { Group } from './groups';
import { decision, group, NOON } from './made';
import Scaling from './Scaling';

let found: Group[] = [];

beforeEach(() => {
  window.scrollTo = vi.fn();
  found = [
    group('web-1', { name: 'web' }),
    group('lost-1', { name: 'lost', healthy: false, problem: 'the program does not start', desired: 3, size: 0 }),
  ];
  signedIn('member');
  vi.spyOn(api, 'get').mockImplementation((async (address: string, { path }: { path?: { id: string } } = {}) => {
    if (address === '/v1/scaling/groups') return { groups: found, next: null };
    if (address === '/v1/resources') return { resources: [{ id: 'u-1', name: 'web-1' }] };
    if (address === '/v1/scaling/groups/{id}/decisions') {
      return { decisions: path?.id === 'web-1' ? [decision(1)] : [], next: null };
    }
    throw new Error(address);
  }) as unknown as typeof api.get);
  vi.spyOn(api, 'post').mockResolvedValue({
    series: [{ resource: 'u-1', name: 'members', times_ms: [NOON], values: [2] }],
  } as never);
});

afterEach(cleanup);

function signedIn(...roles: string[]): void {
  session.value = { sees_all: false, project: 'p', projects: [], roles } as unknown as Session;
}

async function shown(): Promise<void> {
  navigate('/scaling?from=now-6h', { replace: true });
  render(<Scaling />);
  const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  for (let turn = 0; turn < 6; turn++) await act(moment);
}

const row = (name: string): HTMLElement => screen.getByText(name).closest('tr')!;

it('each group has its condition and its size in words, what came last, and a link that keeps the range', async () => {
  await shown();
  expect(row('web').querySelector('.chip.good')!.textContent).toBe('ok');
  expect(row('web').textContent).toContain('grew from 2 to 3');
  expect(row('web').querySelector('[role=img]')!.getAttribute('aria-label')).toBe('2 of 2 members, 1 to 8 allowed');
  expect(row('web').querySelector('.sparkline')).toBeTruthy();
  expect(screen.getByText('web').closest('a')!.getAttribute('href')).toBe('/scaling/web-1?from=now-6h');
});

it('an unhealthy one says why, before what it decided', async () => {
  await shown();
  expect(row('lost').querySelector('.chip.bad')!.textContent).toBe('unhealthy');
  expect(row('lost').querySelector('.reason.bad')!.textContent).toBe('the program does not start');
});

it('nothing at all tells how a group is made, and who may only look how it is not', async () => {
  found = [];
  await shown();
  expect(screen.getByText('No scaling group yet')).toBeTruthy();
  expect(document.querySelector('pre')!.textContent).toContain('nephoscope scale create web');
  cleanup();
  signedIn('reader');
  await shown();
  expect(screen.queryByText('New group')).toBeNull();
  expect(screen.getByText(/Making groups takes the role/)).toBeTruthy();
});

// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { session, type Session } from '../../state/session';
import { navigate } from '../../state/url';
import { brief, NOON } from '../agent/made';
import Agents from './Agents';
import { EVERY_MS } from './live';
import type { AgentBrief } from './State';

let found: AgentBrief[] = [];
let asked = 0;

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  session.value = { sees_all: false, project: 'p', projects: [], roles: ['member'] } as unknown as Session;
  vi.spyOn(api, 'get').mockImplementation((async () => {
    asked += 1;
    return { agents: found, now_ms: NOON + 7000, next: null };
  }) as unknown as typeof api.get);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function shown(): Promise<void> {
  navigate('/agents', { replace: true });
  render(<Agents />);
  await pass(0);
}

async function pass(ms: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

it('each agent has its state in words, and leads to its page', async () => {
  found = [
    brief(),
    brief({ name: 'a/b', state: 'errors', troubles: ['x could not be read', '3 dropped by poll: timeout'] }),
    brief({ name: 'c', state: 'silent' }),
  ];
  await shown();
  const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent);
  expect(rows).toEqual([
    'compute-1ok7 s ago1 h1.2',
    'a/berrors7 s ago1 h1.2x could not be read · 3 dropped by poll: timeout',
    'csilent7 s ago1 h1.2',
  ]);
  expect(screen.getByText('a/b').closest('a')!.getAttribute('href')).toBe('/agents/a%2Fb?in=p');
});

it('is asked for again every ten seconds, until one leaves', async () => {
  found = [brief()];
  await shown();
  expect(asked).toBe(1);
  await pass(3 * EVERY_MS);
  expect(asked).toBe(4);
  cleanup();
  await pass(3 * EVERY_MS);
  expect(asked).toBe(4);
});

it('no agent at all tells how one is made to collect', async () => {
  found = [];
  await shown();
  expect(screen.getByText('No agent reports here yet')).toBeTruthy();
  expect(document.querySelector('pre')!.textContent).toContain(`url = "${window.location.origin}"`);
});

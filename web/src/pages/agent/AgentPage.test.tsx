// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, render, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { session, type Session } from '../../state/session';
import { navigate } from '../../state/url';
import AgentPage from './AgentPage';
import type { AgentDetail } from './layout';
import { brief, broker, detail, flow, outlet, task } from './made';

const asked: unknown[] = [];

beforeEach(() => {
  asked.length = 0;
  session.value = { sees_all: false, project: 'p', projects: [], roles: ['member'] } as unknown as Session;
});

afterEach(cleanup);

async function shown(agent: AgentDetail, address = '/agents/compute-1?in=p'): Promise<void> {
  vi.spyOn(api, 'get').mockImplementation((async (...given: unknown[]) => {
    asked.push(given);
    return agent;
  }) as unknown as typeof api.get);
  navigate(address, { replace: true });
  render(<AgentPage params={{ name: 'compute-1' }} />);
  for (let turn = 0; turn < 3; turn++) await act(() => new Promise<void>((resolve) => setTimeout(resolve, 1)));
}

/** Units stand behind narrow blanks. */
function textOf(each: Element): string {
  return each.textContent!.replace(/\s/g, ' ');
}

function group(name: string): string[] {
  const list = within(screen.getByRole('group', { name })).getAllByRole('listitem');
  return list.filter((each) => each.classList.contains('flow-part')).map(textOf);
}

it('parts are lists by their kinds, each with what leads on and how fast', async () => {
  await shown(detail());
  expect(asked[0]).toMatchObject(['/v1/agents/{name}', { path: { name: 'compute-1' }, query: { project: 'p' } }]);
  expect(group('Collected')).toEqual([
    'polled every 1 min30 samples in 250 ms30/min',
    'broker:5672broker, connected4/s',
  ]);
  expect(group('Sources')).toEqual([
    'allmeters *to store, rates5/s',
    'idlemeters *to rates0/s',
    'allevents *to store5/s',
  ]);
  expect(group('Sinks')).toEqual([
    'storeas it comesto nephoscope://, udp://collector:49525/s',
    'ratesrate_of_change5/sfilter5/sto nephoscope://5/s',
    'storeas it comesto nephoscope://5/s',
  ]);
  expect(group('Publishers')).toContain('nephoscope://sent5/swaitingnothing');
  expect(screen.getByText('rates over the last 1 min')).toBeTruthy();
  expect(screen.getByText('Nothing has been dropped since its start.')).toBeTruthy();
  expect(document.querySelectorAll('.flow-part.bad')).toHaveLength(0);
});

it('what is wrong is said in words, and marked in the picture', async () => {
  const away = outlet('udp://collector:4952', {
    away: true,
    in_trouble: true,
    waiting: 7,
    waiting_bytes: 2048,
    lost: flow(1, 12),
    trouble: 'connection refused',
    trouble_ms: 1,
  });
  await shown(
    detail({
      agent: brief({ state: 'errors', troubles: ['udp://collector:4952 takes nothing now; 7 batches wait'] }),
      tasks: [task({ in_trouble: true, overruns: 2, shared: true })],
      brokers: [broker({ connected: false })],
      outlets: [outlet('nephoscope://'), away, outlet('dead letters')],
      families: [{ name: 'snmp', errors: 3, timeouts: 0, overruns: 0, in_trouble: true }],
      drops: [{ station: 'spool', cause: 'full', records: flow(0.1, 12) }],
      shared: { group: 'central', held: 12, slots: 64 },
    }),
  );
  expect(within(screen.getByRole('list', { name: 'What is wrong' })).getAllByRole('listitem')).toHaveLength(1);
  const marked = [...document.querySelectorAll('.flow-part.bad')].map(textOf);
  expect(marked).toEqual([
    'shared every 1 min30 samples in 250 ms30/min',
    'broker:5672no connection to the broker4/s',
    'udp://collector:4952sent5/swaiting7 batches, 2 KiBtakes nothing now, 12 lost',
  ]);
  expect(screen.getByText('12 of 64 slots of the group central are here')).toBeTruthy();
  const drops = within(screen.getByRole('region', { name: 'Dropped, a table' })).getAllByRole('cell');
  expect(drops.map((each) => each.textContent)).toEqual(['spool', 'full', '6/min', '12']);
  expect(screen.getByRole('region', { name: 'What could not be polled, a table' }).textContent).toContain('snmp');
});

it('an agent that is silent is shown as it was', async () => {
  await shown(detail({ agent: brief({ state: 'silent' }) }), '/agents/compute-1');
  expect(asked[0]).toMatchObject(['/v1/agents/{name}', { query: {} }]);
  expect(screen.getByRole('status').textContent).toContain('a report is due every 10 s');
  expect(document.querySelector('.flow.stale')).toBeTruthy();
});

it('before the second report there are no rates', async () => {
  await shown(detail({ window_s: null, tasks: [task({ samples: flow(null), last: null })] }));
  expect(screen.getByText('rates come with its second report')).toBeTruthy();
  expect(group('Collected')[0]).toBe('polled every 1 minno cycle has ended yet—');
});

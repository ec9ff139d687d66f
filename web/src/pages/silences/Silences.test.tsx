// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { session, type Session } from '../../state/session';
import { navigate, params } from '../../state/url';
import { endOf, type Silence } from './lasting';
import Silences from './Silences';

const HOUR_MS = 3_600_000;

let found: Silence[] = [];
const asked: Record<string, unknown>[] = [];
const sent: [address: string, given: { body?: Record<string, unknown>; project?: string }][] = [];

beforeEach(() => {
  window.scrollTo = vi.fn();
  HTMLDialogElement.prototype.showModal = vi.fn();
  asked.length = sent.length = 0;
  found = [silence()];
  signedIn('member');
  vi.spyOn(api, 'get').mockImplementation((async (_: string, { query }: { query: Record<string, unknown> }) => {
    asked.push(query);
    return { silences: found, next: null };
  }) as unknown as typeof api.get);
  const keep = (async (address: string, given: object) => {
    if (address !== '/v1/silences/preview') sent.push([address, given]);
    return { count: 2, firing: 1, looked_at: 2, whole: true, alarms: [] };
  }) as never;
  vi.spyOn(api, 'post').mockImplementation(keep);
  vi.spyOn(api, 'patch').mockImplementation(keep);
});

afterEach(cleanup);

function silence(given: Partial<Silence> = {}): Silence {
  return {
    id: 's1',
    project_id: 'p',
    state: 'active',
    matchers: [{ label: 'severity', op: '=', value: 'low' }],
    from_ms: Date.now() - HOUR_MS,
    until_ms: Date.now() + HOUR_MS,
    comment: 'disks',
    author: 'mia',
    created_ms: 0,
    changed_ms: 0,
    ...given,
  };
}

function signedIn(...roles: string[]): void {
  session.value = { sees_all: false, project: 'p', projects: [], roles } as unknown as Session;
}

async function shown(address = '/silences'): Promise<void> {
  navigate(address, { replace: true });
  render(<Silences />);
  await answered();
}

async function answered(ms = 5): Promise<void> {
  const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  for (let turn = 0; turn < 6; turn++) await act(moment);
}

const send = async (): Promise<void> => {
  fireEvent.submit(document.querySelector('dialog form')!);
  await answered();
};

it('those in force are listed, with what they are about and how long they last', async () => {
  await shown();
  expect(asked[0]).toMatchObject({ state: 'active' });
  expect(document.querySelector('tbody tr')!.textContent).toMatch(/^severity="low".*in (59 min|1 h).*disksmia/);
  fireEvent.click(screen.getByRole('tab', { name: 'To come' }));
  await answered();
  expect(params.value.get('state')).toBe('pending');
  expect(asked.at(-1)).toMatchObject({ state: 'pending' });
});

it('a link says what is to be silenced; sent, it lasts as long as was chosen', async () => {
  await shown(`/silences?new=1&match=${encodeURIComponent('alarm_id="1"')}&comment=busy`);
  await answered(80);
  expect(document.querySelector('.silence-what')!.textContent).toContain('2 alarms fit now, 1 in state alarm');
  fireEvent.change(screen.getByLabelText('For'), { target: { value: '4h' } });
  const before_s = Date.now() / 1000;
  await send();
  const [address, { body }] = sent[0]!;
  expect(address).toBe('/v1/silences');
  expect(body).toMatchObject({ matchers: [{ label: 'alarm_id', op: '=', value: '1' }], comment: 'busy' });
  expect((body!['until'] as number) - before_s).toBeCloseTo(4 * 3600, -2);
  expect(params.value.has('new')).toBe(false);
});

it('one is made longer, ended, and made again once it is over', async () => {
  await shown();
  fireEvent.click(screen.getByRole('button', { name: 'Extend: disks' }));
  await send();
  expect(sent[0]![1].body).toEqual({ until: (found[0]!.until_ms + HOUR_MS) / 1000 });
  fireEvent.click(screen.getByRole('button', { name: 'End: disks' }));
  expect(sent).toHaveLength(1);
  await send();
  expect(sent[1]![0]).toBe('/v1/silences/{id}/expire');
  cleanup();
  found = [silence({ state: 'expired', until_ms: 0 })];
  await shown('/silences?state=expired');
  fireEvent.click(screen.getByRole('button', { name: 'Again: disks' }));
  await answered();
  expect(screen.getByLabelText<HTMLInputElement>('Value').value).toBe('low');
});

it('nothing is sent without a label, nor with an end that cannot be read', async () => {
  await shown('/silences?new=1');
  const button = (): HTMLButtonElement => screen.getByRole('button', { name: 'Silence', hidden: true });
  expect(button().disabled).toBe(true);
  fireEvent.input(screen.getByLabelText('Label'), { target: { value: 'team' } });
  expect(button().disabled).toBe(false);
  fireEvent.change(screen.getByLabelText('For'), { target: { value: 'until' } });
  fireEvent.input(screen.getByLabelText('Until'), { target: { value: 'soon' } });
  expect(button().disabled).toBe(true);
});

it('who may only look is offered nothing to change', async () => {
  signedIn('reader');
  await shown('/silences?new=1');
  expect(screen.queryByRole('button', { name: /New silence|Extend|End/ })).toBeNull();
  expect(document.querySelector('dialog')).toBeNull();
});

it('an end is so long after the beginning, or the moment typed', () => {
  expect(endOf('1h', '', 1000, 0)).toBe(1000 + HOUR_MS);
  expect(endOf('until', 'now+1h', 1000, 5)).toBe(5 + HOUR_MS);
  expect(endOf('until', 'soon', 1000, 5)).toBeNull();
});

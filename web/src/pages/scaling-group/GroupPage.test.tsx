// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Mark } from '../../charts/line';
import { session, type Session } from '../../state/session';
import { navigate, params, path } from '../../state/url';
import { alarm, past } from '../alarms/made';
import type { Decision } from '../scaling/groups';
import { decision, group, member, policy } from '../scaling/made';
import Editor from './Editor';
import GroupPage, { type GroupDetail } from './GroupPage';

vi.mock('../../charts/Chart', () => ({
  Chart: ({ name, marks, levels }: { name: string; marks?: Mark[]; levels?: { label: string }[] }) => (
    <figure aria-label={name}>{[...(marks ?? []), ...(levels ?? [])].map((each) => each.label).join('; ')}</figure>
  ),
}));

let detail: GroupDetail;
let decided: Decision[] = [];
const asked: unknown[] = [];

beforeEach(() => {
  window.scrollTo = vi.fn();
  HTMLDialogElement.prototype.showModal = vi.fn();
  asked.length = 0;
  decided = [decision(1, { time_ms: Date.now() - 600_000, by: 'alarm 1' })];
  detail = { group: group('web-1', { name: 'web' }), policies: [policy('up')], members: [], warnings: [] };
  signedIn('member');
  vi.spyOn(api, 'get').mockImplementation((async (address: string, { query = {} }: { query?: object } = {}) => {
    if (address === '/v1/scaling/groups/{id}') return detail;
    if (address === '/v1/resources') return { resources: [{ id: 'u-1', name: 'web-1' }] };
    if (address === '/v1/resources/{id}') return { metrics: [{ id: 'm-1', name: 'members' }] };
    if (address === '/v1/scaling/policies/{id}') return policy('up');
    if (address === '/v1/alarms')
      return { alarms: [alarm('1', { name: 'busy', alarm_actions: ['scale:policy-up'] })] };
    if (address === '/v1/alarms/{id}/past') return past();
    if (address === '/v1/scaling/groups/{id}/decisions') {
      asked.push(query);
      const { verdict } = query as { verdict?: string };
      return { decisions: decided.filter((each) => !verdict || verdict === each.verdict), next: null };
    }
    throw new Error(address);
  }) as unknown as typeof api.get);
});

afterEach(cleanup);

const SERIES = { series: [{ metric: 'm-1', name: 'members', times_ms: [0], values: [2] }], granularity_s: 60 };

/** Has the server answer what is posted, by address; gives what it was asked. */
function posted(answers: Record<string, unknown> = {}) {
  return vi.spyOn(api, 'post').mockImplementation((async (address: string) => {
    const answer = { '/v1/series': SERIES, ...answers }[address];
    if (answer instanceof Error) throw answer;
    return answer;
  }) as unknown as typeof api.post);
}

function signedIn(...roles: string[]): void {
  session.value = { sees_all: false, project: 'p', projects: [], roles } as unknown as Session;
}

async function shown(): Promise<void> {
  navigate('/scaling/web-1?from=now-6h', { replace: true });
  render(<GroupPage params={{ id: 'web-1' }} />);
  await answered();
}

async function answered(): Promise<void> {
  const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  for (let turn = 0; turn < 6; turn++) await act(moment);
}

// The sheet is not shown by the browser that tests run in.
const dialog = () => within(document.querySelector('dialog')!);

it('decisions are drawn where they were made, with their reasons, beside the alarms that signal', async () => {
  posted();
  await shown();
  expect(screen.getByRole('figure', { name: 'Members of web' }).textContent).toBe(
    'signal to up by alarm 1: grew from 2 to 3',
  );
  // What changes nothing is asked for by itself: it must not push out what did.
  for (const verdict of ['accepted', 'refused', 'no change']) {
    expect(asked).toContainEqual({ limit: 500, verdict });
  }
  expect(screen.getByRole('figure', { name: 'Alarm busy' }).textContent).toBe('threshold 80');
  expect(screen.getByText(/signals up/)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'alarm' }).getAttribute('href')).toBe('/alarms/1?from=now-6h');
});

it('what is wrong and what may not work stands above everything', async () => {
  posted();
  detail.group = group('web-1', { healthy: false, problem: 'the cloud is away' });
  detail.warnings = ['a group without members does not grow by percent'];
  await shown();
  expect(screen.getByRole('heading', { level: 1 })).toBeTruthy();
  expect(screen.getByText('Nothing changes until this is well again:').parentElement!.textContent).toContain(
    'the cloud is away',
  );
  expect(screen.getByText('a group without members does not grow by percent')).toBeTruthy();
});

it('a policy tells what it would do, and is signalled only when one is sure', async () => {
  const post = posted({
    '/v1/scaling/policies/{id}/dry-run': { verdict: 'accepted', before: 2, wanted: 3, reason: '' },
    '/v1/scaling/policies/{id}/signal': decision(2, { verdict: 'refused', progress: '', reason: 'cooldown' }),
  });
  await shown();
  fireEvent.click(screen.getByRole('button', { name: 'Try: up' }));
  await answered();
  expect(screen.getByText(/would grow from 2 to 3/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Signal: up' }));
  expect(post.mock.calls.map(([address]) => address)).not.toContain('/v1/scaling/policies/{id}/signal');
  fireEvent.submit(document.querySelector('dialog form')!);
  await answered();
  expect(post.mock.lastCall).toEqual([
    '/v1/scaling/policies/{id}/signal',
    { path: { id: 'policy-up' }, project: undefined },
  ]);
  expect(dialog().getByText(/may not grow from 2 to 3: cooldown/)).toBeTruthy();
});

it('the address is hidden until it is asked for, and exchanged', async () => {
  posted({ '/v1/scaling/policies/{id}/rotate': policy('up', { signal_url: 'http://localhost/other' }) });
  await shown();
  fireEvent.click(screen.getByRole('button', { name: 'up: more' }));
  fireEvent.click(screen.getByRole('button', { name: 'Address' }));
  expect(document.body.textContent).not.toContain('5ec2e7');
  fireEvent.click(dialog().getByRole('button', { name: 'Show it', hidden: true }));
  await answered();
  expect(document.querySelector('dialog pre')!.textContent).toContain('signature=5ec2e7');
  fireEvent.click(dialog().getByRole('button', { name: 'Make another one', hidden: true }));
  await answered();
  expect(document.querySelector('dialog pre')!.textContent).toBe("curl -X POST 'http://localhost/other'");
});

it('a policy is made, and what the server refuses stands at its field', async () => {
  const detail = 'scaling_adjustment: 0 percent is no change';
  const refused = new Problem(400, 'Bad request', detail, { method: '', url: '' }, '', '', ['rule']);
  const post = posted({ '/v1/scaling/groups/{id}/policies': refused });
  await shown();
  fireEvent.click(screen.getByRole('button', { name: 'New policy' }));
  fireEvent.input(dialog().getByLabelText('Name'), { target: { value: 'down' } });
  fireEvent.input(dialog().getByLabelText('Members'), { target: { value: '−1' } });
  fireEvent.submit(document.querySelector('dialog form')!);
  await answered();
  expect(post.mock.lastCall![1]).toMatchObject({ body: { name: 'down', rule: { scaling_adjustment: -1 } } });
  expect(dialog().getByLabelText('Members').closest('.field')!.textContent).toContain(detail);
});

it('other bounds are set before another size; one that is refused keeps the sheet open', async () => {
  posted();
  const patch = vi.spyOn(api, 'patch').mockResolvedValue(detail as never);
  const put = vi
    .spyOn(api, 'put')
    .mockResolvedValue(decision(1, { wanted: 9, verdict: 'refused', reason: 'busy', progress: '' }) as never);
  await shown();
  fireEvent.click(screen.getByRole('button', { name: 'Set size' }));
  fireEvent.input(dialog().getByLabelText('Members now'), { target: { value: '9' } });
  expect(dialog().getByText('expected 1 to 8')).toBeTruthy();
  fireEvent.input(dialog().getByLabelText('At most'), { target: { value: '9' } });
  fireEvent.submit(document.querySelector('dialog form')!);
  await answered();
  expect(patch.mock.lastCall![1]).toMatchObject({ body: { min_size: 1, max_size: 9 } });
  expect(put.mock.lastCall![1]).toMatchObject({ body: { size: 9 } });
  expect(dialog().getByRole('alert', { hidden: true }).textContent).toBe('The group may not grow from 2 to 9: busy');
});

it('members are kept, a group is paused, and deleted only when it is said what becomes of its members', async () => {
  posted();
  detail.members = [member('web-1-1', { warming: true })];
  const put = vi.spyOn(api, 'put').mockResolvedValue(member('web-1-1') as never);
  const patch = vi.spyOn(api, 'patch').mockResolvedValue(detail as never);
  const remove = vi.spyOn(api, 'delete').mockResolvedValue(undefined as never);
  await shown();
  expect(screen.getByText('warming up')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Keep: web-1-1' }));
  await answered();
  expect(put.mock.lastCall![1]).toMatchObject({ path: { member: 'web-1-1' }, body: { protected: true } });
  fireEvent.click(screen.getByRole('button', { name: 'Pause' }));
  await answered();
  expect(patch.mock.lastCall![1]).toMatchObject({ body: { paused: true } });
  fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
  expect((dialog().getByRole('button', { name: 'Delete', hidden: true }) as HTMLButtonElement).disabled).toBe(true);
  fireEvent.change(dialog().getByLabelText(/^Its members/), { target: { value: 'keep' } });
  fireEvent.submit(document.querySelector('dialog form')!);
  await answered();
  expect(remove.mock.lastCall![1]).toMatchObject({ query: { members: 'keep' } });
  expect(path.value).toBe('/scaling');
});

it('decisions are filtered by verdict, which the address says', async () => {
  posted();
  await shown();
  fireEvent.change(screen.getByLabelText('Verdict'), { target: { value: 'refused' } });
  await answered();
  expect(params.value.get('verdict')).toBe('refused');
  expect(asked.at(-1)).toMatchObject({ verdict: 'refused' });
});

it('who may only look may try policies, and is offered nothing to change', async () => {
  posted();
  signedIn('reader');
  detail.members = [member('web-1-1')];
  await shown();
  for (const name of ['Set size', 'Pause', 'Delete', 'New policy', /^Signal/, /^Keep/, 'up: more']) {
    expect(screen.queryByRole('button', { name })).toBeNull();
  }
  expect(screen.queryByRole('link', { name: 'Edit' })).toBeNull();
  expect(screen.getByRole('button', { name: 'Try: up' })).toBeTruthy();
});

it('a group is made of its actuator and sizes; an option that is refused is told at its field', async () => {
  const refused = new Problem(400, 'Bad request', 'options: command: there is none of that name', {
    method: '',
    url: '',
  });
  const post = posted({ '/v1/scaling/groups': refused });
  navigate('/scaling/new', { replace: true });
  render(<Editor params={{}} />);
  await answered();
  const made = (): HTMLButtonElement => screen.getByRole('button', { name: 'Make group' });
  expect(made().disabled).toBe(true);
  fireEvent.input(screen.getByLabelText('Name'), { target: { value: 'web' } });
  fireEvent.input(screen.getByLabelText('Members at most'), { target: { value: '8' } });
  fireEvent.input(screen.getByLabelText('Command'), { target: { value: 'worker' } });
  expect(made().disabled).toBe(false);
  fireEvent.submit(document.querySelector('form')!);
  await answered();
  expect(post.mock.lastCall![1]).toMatchObject({
    body: {
      name: 'web',
      actuator: 'command',
      options: { command: 'worker' },
      min_size: 1,
      max_size: 8,
      desired: null,
    },
  });
  expect(screen.getByLabelText('Command').closest('.field')!.textContent).toContain('there is none of that name');
});

// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import * as aodh from '../../api/aodh';
import { api } from '../../api/client';
import { Problem } from '../../api/problem';
import { session, type Session } from '../../state/session';
import { navigate, params, path } from '../../state/url';
import { alarm, BUSY, past } from '../alarms/made';
import { RESOURCE, SERIES, SQL } from '../alarms/rule';
import Editor from './Editor';

let onLevel: ((value: number) => void) | undefined;

vi.mock('../../charts/Chart', () => ({
  Chart: (given: { name: string; levels: { label: string }[]; onLevel?: (value: number) => void }) => {
    onLevel = given.onLevel;
    return <figure aria-label={given.name}>{given.levels.map((each) => each.label).join(', ')}</figure>;
  },
}));

const previewed: { rule: Record<string, unknown>; project: string | undefined }[] = [];
const made: Sent[] = [];
let refusal: Problem | null = null;
let refusedOnSaving: Problem | null = null;

interface Sent {
  body: Record<string, unknown>;
  project?: string | undefined;
}

beforeEach(() => {
  vi.useFakeTimers();
  window.scrollTo = vi.fn();
  previewed.length = 0;
  refusal = refusedOnSaving = null;
  onLevel = undefined;
  signedIn('member');
  vi.spyOn(api, 'get').mockImplementation((async (address: string) => {
    if (address === '/v1/alarms/{id}') return { alarm: FOUND, instances: [], deliveries: [] };
    if (address === '/v1/resources/{id}') return RESOURCE_FOUND;
    if (address === '/v1/search') return { resources: [], metrics: [] };
    if (address === '/v1/projects') return { projects: [{ id: 'shop', name: 'Shop' }] };
    return { types: [] };
  }) as unknown as typeof api.get);
  made.length = 0;
  vi.spyOn(aodh, 'showActions').mockResolvedValue({ ...NO_ACTIONS, alarm_actions: ['http://me:secret@a'] });
  vi.spyOn(api, 'post').mockImplementation((async (address: string, { body, project }: Sent) => {
    if (address === '/v1/alarms') {
      made.push({ body, project });
      if (refusedOnSaving) throw refusedOnSaving;
      return { id: 'a' };
    }
    if (address === '/v1/sql') return ROWS;
    previewed.push({ rule: body['rule'] as Record<string, unknown>, project });
    if (refusal) throw refusal;
    return past({ would_be: true, transitions: [{ time_ms: 0, state: 'alarm', reason: '' }] });
  }) as unknown as typeof api.post);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const RESOURCE_FOUND = {
  resource: { id: 'u-1', label: 'web-1', type: 'instance' },
  metrics: [
    { id: 'm-1', name: 'cpu', unit: '%', rate: false, methods: ['max', 'mean'], granularities_s: [300, 3600] },
  ],
};
const FILLED = { name: 'busy', metric: 'cpu', resource_id: 'vm-1', threshold: '80' };
const FOUND = alarm('a', { behaviour: { pending_s: 60 }, labels: { team: 'web' } });
const NO_ACTIONS: aodh.Actions = { ok_actions: [], alarm_actions: [], insufficient_data_actions: [] };
const ROWS = {
  columns: [{ name: 'host' }, { name: 'busy' }],
  rows: [
    ['a', 70],
    ['b', 90],
  ],
};

function signedIn(...roles: string[]): void {
  const all = roles.includes('operator');
  session.value = { sees_all: all, project: all ? '*' : 'p', projects: [], roles } as unknown as Session;
}

async function shown(draft: object, id?: string): Promise<void> {
  const given = encodeURIComponent(JSON.stringify(draft));
  navigate(`/alarms/new?from=now-6h${Object.keys(draft).length ? `&draft=${given}` : ''}`, { replace: true });
  render(<Editor params={id ? { id } : {}} />);
  await pass(1000);
}

async function pass(ms: number): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await act(async () => void (await vi.advanceTimersByTimeAsync(ms / 3)));
}

const type = (label: string, value: string): void =>
  void fireEvent.input(screen.getByLabelText(label), { target: { value } });
const save = async (): Promise<void> => {
  fireEvent.submit(document.querySelector('form')!);
  await pass(30);
};
const refused = (status: number, detail: string, field: string[]): Problem =>
  new Problem(status, 'Bad Request', detail, { method: 'POST', url: '/' }, '', '', field);

it('a filled rule is previewed with its threshold, and the verdict is told', async () => {
  await shown(FILLED);
  expect(previewed.map((each) => each.rule)).toEqual([BUSY]);
  const chart = screen.getByRole('figure', { name: 'mean of cpu of instance web-1' });
  expect(chart.textContent!.replace(/\s/g, ' ')).toBe('threshold > 80 %');
  expect(screen.getByRole('status').textContent).toBe('in alarm once, one change of state in all');
});

it('what is typed is previewed once it rests, and stands in the address', async () => {
  await shown(FILLED);
  type('Threshold, in %', '7');
  type('Threshold, in %', '70');
  await pass(1000);
  expect(previewed.map((each) => each.rule['threshold'])).toEqual([80, 70]);
  expect(JSON.parse(params.value.get('draft')!)).toMatchObject({ threshold: '70', metric: 'cpu' });
});

it('dragging the threshold writes it into its field, and shows it at once', async () => {
  await shown(FILLED);
  act(() => onLevel!(62.5));
  expect(screen.getByLabelText<HTMLInputElement>('Threshold, in %').value).toBe('62.5');
  expect(screen.getByRole('figure').textContent).toContain('62.5');
  await pass(1000);
  expect(previewed.at(-1)!.rule['threshold']).toBe(62.5);
});

it('an empty form asks for nothing and says what it needs', async () => {
  await shown({});
  expect(previewed).toEqual([]);
  expect(screen.getByText('still needs name, metric, resource and threshold')).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Make alarm' }).disabled).toBe(true);
});

it('another metric takes the finest step that is kept of it', async () => {
  await shown({ ...FILLED, metric: '', granularity: '1 min' });
  type('Metric', 'cpu');
  await pass(10);
  expect(screen.getByLabelText<HTMLInputElement>('Step').value).toBe('5 min');
});

it('a new alarm is made with its behaviour and labels, and shown', async () => {
  await shown({
    ...FILLED,
    alarm_actions: 'http://a\n\n http://b ',
    repeat: true,
    pending: '5 min',
    labels: 'team=web',
  });
  await save();
  expect(made[0]!.body).toMatchObject({
    name: 'busy',
    type: RESOURCE,
    rule: BUSY,
    severity: 'moderate',
    alarm_actions: ['http://a', 'http://b'],
    repeat_actions: true,
    behaviour: { pending_s: 300 },
    labels: { team: 'web' },
  });
  expect(path.value).toBe('/alarms/a');
});

it('an alarm that is changed keeps what the page does not see of its actions', async () => {
  const put = vi.spyOn(api, 'put').mockResolvedValue({} as never);
  await shown({}, 'a');
  type('Threshold, in %', '95');
  await pass(1000);
  await save();
  const [address, { body }] = put.mock.calls[0] as unknown as [string, Sent];
  expect([address, body['rule']]).toEqual(['/v1/alarms/{id}', { ...BUSY, threshold: 95 }]);
  expect(body['alarm_actions']).toEqual(['http://me:secret@a']);
  expect(body['behaviour']).toMatchObject({ pending_s: 60 });
  expect(body['labels']).toEqual({ team: 'web' });
});

it('a threshold to recover behind is drawn beside the threshold', async () => {
  await shown({ ...FILLED, recovery: '70' });
  expect(screen.getByRole('figure').textContent!.replace(/\s/g, ' ')).toBe('threshold > 80 %, recovers at 70 %');
});

it('a statement shows the rows that it gives now, the worst first', async () => {
  await shown({ name: 'hosts', type: SQL, sql: 'SELECT host, busy', value: 'busy', threshold: '80' });
  await pass(1000);
  expect(screen.getByText(/^2 rows, 1 in alarm/)).toBeTruthy();
  expect([...document.querySelectorAll('tbody tr')].map((row) => row.textContent)).toEqual(['alarmb90', 'oka70']);
  expect(previewed).toEqual([]);
});

it('many series are put together, and compared with what is usual', async () => {
  await shown({ ...FILLED, type: SERIES, across: 'mean', group_by: 'host', compare: 'band', threshold: '3' });
  expect(previewed.at(-1)!.rule).toMatchObject({
    across: 'mean',
    group_by: ['host'],
    compare: { type: 'band', season_s: 604_800, seasons: 4, direction: 'both' },
  });
  expect(screen.getByText('The threshold counts deviations')).toBeTruthy();
});

it('what the server says of a field stands at the field, all else above the form', async () => {
  refusedOnSaving = refused(400, 'too fine', ['rule', 'granularity']);
  await shown(FILLED);
  await save();
  expect(screen.getByText('too fine').closest('.field')!.querySelector('label')!.textContent).toBe('Step');
  refusedOnSaving = refused(403, 'Alarm quota exceeded', []);
  await save();
  expect(screen.getByRole('alert').textContent).toBe('Alarm quota exceeded');
});

it('what the preview is refused for stands at the field before anything is saved', async () => {
  refusal = refused(400, 'there is no such method', ['aggregation_method']);
  await shown(FILLED);
  const told = screen.getByText('there is no such method');
  expect(told.closest('.field')!.querySelector('label')!.textContent).toBe('Method');
  expect(screen.getByText(/^Mend what is marked above/)).toBeTruthy();
});

it('an operator says in which project, and works there', async () => {
  signedIn('operator');
  await shown(FILLED);
  expect(screen.getByText('still needs project')).toBeTruthy();
  fireEvent.change(screen.getByLabelText('Project'), { target: { value: 'shop' } });
  await pass(1000);
  expect(previewed.at(-1)!.project).toBe('shop');
  await save();
  expect(made[0]!.project).toBe('shop');
  expect(made[0]!.body).not.toHaveProperty('project_id');
});

it('who may only look may try, and not save', async () => {
  signedIn('reader');
  await shown(FILLED);
  expect(previewed).toHaveLength(1);
  expect(screen.queryByRole('button', { name: 'Make alarm' })).toBeNull();
});

it('a type without fields is written as JSON, and one that has no past is not previewed', async () => {
  await shown(FILLED);
  fireEvent.change(screen.getByLabelText('Type'), { target: { value: 'event' } });
  await pass(1000);
  expect(screen.getByLabelText<HTMLTextAreaElement>('Rule, as JSON').value).toContain('event_type');
  expect(screen.getByText(/there is nothing to look back at/)).toBeTruthy();
  type('Rule, as JSON', '{');
  expect(screen.getByText(/This is no JSON/)).toBeTruthy();
});

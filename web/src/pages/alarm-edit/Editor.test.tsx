// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { Problem } from '../../api/problem';
import { session, type Session } from '../../state/session';
import { navigate, params, path } from '../../state/url';
import { alarm, BUSY, past } from '../alarms/made';
import { COMPOSITE, RESOURCE, SERIES, SQL } from '../alarms/rule';
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
const FOUND = alarm('a', {
  behaviour: { pending_s: 60 },
  labels: { team: 'web' },
  alarm_actions: ['http://***@a'],
});
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

it('a secret that would go to another host is refused at its field', async () => {
  const field = ['alarm_actions', '0'];
  vi.spyOn(api, 'put').mockRejectedValue(refused(400, 'nothing there looks like http://***@b', field));
  await shown({}, 'a');
  type('Tell when in alarm', 'http://***@b');
  await save();
  const told = screen.getByText('nothing there looks like http://***@b');
  expect(told.closest('.field')!.querySelector('label')!.textContent).toBe('Tell when in alarm');
});

it('an alarm that is changed keeps what the page does not see of its actions', async () => {
  const put = vi.spyOn(api, 'put').mockResolvedValue({} as never);
  await shown({}, 'a');
  type('Threshold, in %', '95');
  await pass(1000);
  await save();
  const [address, { body }] = put.mock.calls[0] as unknown as [string, Sent];
  expect([address, body['rule']]).toEqual(['/v1/alarms/{id}', { ...BUSY, threshold: 95 }]);
  expect(body['alarm_actions']).toEqual(['http://***@a']);
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

it('a type that is not known here is written as JSON, and one that has no past is not previewed', async () => {
  await shown({ ...FILLED, type: 'of a package' });
  expect(screen.getByText(/there is nothing to look back at/)).toBeTruthy();
  type('Rule, as JSON', '{');
  expect(screen.getByText(/This is no JSON/)).toBeTruthy();
});

describe('a composite rule', () => {
  const PARTS = {
    name: 'busy',
    type: COMPOSITE,
    parts: { or: [ofMetric('cpu'), { and: [ofMetric('memory'), ofMetric('disk')] }] },
  };
  const cards = (): string[] =>
    [...document.querySelectorAll('.rule-card')].map((each) => each.querySelector('.rule-said')!.textContent!);
  const choose = async (menu: string, what: string): Promise<void> => {
    fireEvent.click(screen.getByRole('button', { name: `${menu}: more` }));
    fireEvent.click(screen.getByRole('button', { name: what }));
    await pass(1000);
  };
  const openCard = (name: string): void => void fireEvent.click(screen.getByRole('button', { name }));

  it('is shown as what it consists of, and previewed', async () => {
    await shown(PARTS);
    expect(cards().map((each) => /of (\w+) of/.exec(each)![1])).toEqual(['cpu', 'memory', 'disk']);
    expect(screen.getAllByLabelText<HTMLSelectElement>('In alarm while').map((each) => each.value)).toEqual([
      'or',
      'and',
    ]);
    expect(previewed.at(-1)!.rule).toMatchObject({
      or: [{ type: RESOURCE, metric: 'cpu' }, { and: [{ metric: 'memory' }, { metric: 'disk' }] }],
    });
  });

  it('begins with the rule that was written before', async () => {
    await shown(FILLED);
    fireEvent.change(screen.getByLabelText('Type'), { target: { value: COMPOSITE } });
    await pass(1000);
    expect(previewed.at(-1)!.rule).toEqual({ or: [{ type: RESOURCE, ...BUSY }] });
  });

  it('a part is moved by its menu, and has the focus where it comes to stand', async () => {
    await shown(PARTS);
    await choose('rule1', 'Into the group after it');
    expect(previewed.at(-1)!.rule).toMatchObject({
      or: [{ and: [{ metric: 'cpu' }, { metric: 'memory' }, { metric: 'disk' }] }],
    });
    expect(document.activeElement!.textContent).toBe('rule1');
    await choose('rule2', 'Out of its group');
    expect(previewed.at(-1)!.rule).toMatchObject({ or: [{ and: [{}, {}] }, { metric: 'memory' }] });
    expect(document.activeElement!.textContent).toBe('rule3');
  });

  it('what is added says what it needs, and what is removed leaves the focus beside it', async () => {
    await shown(PARTS);
    fireEvent.click(screen.getAllByRole('button', { name: 'Add a rule' }).at(-1)!);
    await pass(10);
    expect(cards().at(-1)).toBe('resource threshold: still needs metric, resource and threshold');
    expect(screen.getByText('still needs metric of rule4, resource of rule4 and threshold of rule4')).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText('Type of rule'));
    await choose('rule4', 'Remove');
    expect(cards()).toHaveLength(3);
    expect(document.activeElement!.closest('.rule-group')!.getAttribute('aria-label')).toBe(
      'Group of rule2 to rule3',
    );
  });

  it('a part is written in the fields of its type', async () => {
    await shown(PARTS);
    openCard('rule2');
    fireEvent.change(screen.getByLabelText('Type of rule'), { target: { value: 'event' } });
    await pass(10);
    type('Type of event', 'compute.*');
    type('Counts for', '5 min');
    fireEvent.click(screen.getByRole('button', { name: 'Add a condition' }));
    await pass(10);
    type('Field', 'traits.state');
    type('Value', 'error');
    await pass(1000);
    expect(previewed.at(-1)!.rule).toMatchObject({
      or: [
        {},
        {
          and: [
            {
              type: 'event',
              event_type: 'compute.*',
              query: [{ field: 'traits.state', op: 'eq', type: '', value: 'error' }],
              within_s: 300,
            },
            {},
          ],
        },
      ],
    });
  });

  it('what the server says stands at the part and the field, and stays there when that is moved', async () => {
    refusedOnSaving = refused(400, 'too fine', ['rule', 'or', '1', 'and', '0', 'granularity']);
    await shown(PARTS);
    await save();
    const card = (): Element => screen.getByText('too fine').closest('.rule-card')!;
    expect(card().getAttribute('aria-label')).toBe('rule2');
    expect(screen.getByText('too fine').closest('.field')!.querySelector('label')!.textContent).toBe('Step');
    await choose('rule2', 'Out of its group');
    expect(card().getAttribute('aria-label')).toBe('rule3');
  });

  it('what the server says of a part as a whole stands at it', async () => {
    refusal = refused(400, 'no such attribute', ['rule', 'or', '0']);
    await shown(PARTS);
    expect(screen.getByText('no such attribute').closest('.rule-card')!.getAttribute('aria-label')).toBe('rule1');
    expect(screen.getByText(/^Mend what is marked above/)).toBeTruthy();
    fireEvent.click(screen.getByRole('tab', { name: 'As JSON' }));
    await pass(10);
    expect(screen.getByText('or[0]: no such attribute')).toBeTruthy();
  });

  it('is the same as JSON, which goes into the parts as far as it can be read', async () => {
    await shown(PARTS);
    fireEvent.click(screen.getByRole('tab', { name: 'As JSON' }));
    await pass(10);
    const text = screen.getByLabelText<HTMLTextAreaElement>('Rule, as JSON').value;
    expect(JSON.parse(text)).toEqual(previewed.at(-1)!.rule);
    type('Rule, as JSON', text.replace('"memory"', '"swap"'));
    await pass(1000);
    expect(previewed.at(-1)!.rule).toMatchObject({ or: [{}, { and: [{ metric: 'swap' }, {}] }] });
    type('Rule, as JSON', text.replace('"metric"', '"metrik"'));
    await pass(10);
    expect(screen.getByText('or[0]: “metrik” cannot be read')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Make alarm' }).disabled).toBe(true);
    type('Rule, as JSON', '');
    await pass(10);
    fireEvent.click(screen.getByRole('tab', { name: 'Parts' }));
    await pass(10);
    expect(screen.getByText('still needs a rule')).toBeTruthy();
  });
});

function ofMetric(metric: string): object {
  return { metric, resource_id: 'vm-1', threshold: '80' };
}

// SPDX-License-Identifier: Apache-2.0

import { signal } from '@preact/signals';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';

import { Problem } from '../api/problem';
import type { Load } from '../state/load';
import { Panel } from './Panel';

afterEach(cleanup);

interface Given {
  data?: string;
  problem?: Problem;
  busy?: boolean;
  slow?: 0 | 1 | 2;
  stopped?: boolean;
}

function load(given: Given): Load<string> {
  return {
    data: signal(given.data ?? null),
    problem: signal(given.problem ?? null),
    busy: signal(given.busy ?? false),
    stopped: signal(given.stopped ?? false),
    slow: signal(given.slow ?? 0),
    reload: vi.fn(),
    cancel: vi.fn(),
  };
}

const shown = (given: Load<string>) =>
  render(
    <Panel
      title="Wind"
      load={given}
      empty={(data) => (data ? null : { kind: 'nothing', text: 'No wind.', how: 'blow' })}
    >
      {(data) => <b>{data}</b>}
    </Panel>,
  );

const broken = new Problem(
  503,
  'Service Unavailable',
  'the store is away',
  { method: 'GET', url: '/api/v1/x' },
  'r1',
);

it('has a name, and shows what is loaded', () => {
  shown(load({ data: 'fresh' }));
  expect(screen.getByRole('region', { name: 'Wind' }).textContent).toContain('fresh');
});

it('keeps its place before the first answer', () => {
  shown(load({ busy: true }));
  expect(screen.getByRole('img', { name: 'Loading' })).toBeTruthy();
  expect(screen.getByRole('region').getAttribute('aria-busy')).toBe('true');
});

it('shows old data dimmed while new ones load', () => {
  shown(load({ data: 'old', busy: true }));
  expect(screen.getByText('old').closest('.dimmed')).not.toBeNull();
});

it('says what went wrong, with the request id and a way to try again, beside the old data', () => {
  const given = load({ data: 'old', problem: broken });
  shown(given);
  const told = screen.getByRole('alert');
  expect(told.textContent).toContain('the store is away');
  expect(told.textContent).toContain('r1');
  expect(told.textContent).toContain('GET /api/v1/x');
  expect(screen.getByText('old')).toBeTruthy();
  fireEvent.click(screen.getByText('Try again'));
  expect(given.reload).toHaveBeenCalledOnce();
});

it('offers to cancel what takes long', () => {
  const given = load({ busy: true, slow: 2 });
  shown(given);
  fireEvent.click(screen.getByText('Cancel'));
  expect(given.cancel).toHaveBeenCalledOnce();
});

it('keeps its place before anything is asked for, and says so only when the reader stopped it', () => {
  shown(load({}));
  expect(screen.getByRole('img', { name: 'Loading' })).toBeTruthy();
  cleanup();
  const given = load({ stopped: true });
  shown(given);
  expect(screen.queryByRole('img', { name: 'Loading' })).toBeNull();
  fireEvent.click(screen.getByRole('button'));
  expect(given.reload).toHaveBeenCalledOnce();
});

it('says how to get something where there is nothing', () => {
  shown(load({ data: '' }));
  expect(screen.getByText('No wind.')).toBeTruthy();
  expect(screen.getByText('blow')).toBeTruthy();
});

it('a mistake inside breaks only this panel', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  render(
    <>
      <Panel title="Bad" load={load({ data: 'x' })}>
        {() => {
          throw new Error('ours');
        }}
      </Panel>
      <Panel title="Good" load={load({ data: 'still here' })}>
        {(data) => data}
      </Panel>
    </>,
  );
  expect(screen.getByText('still here')).toBeTruthy();
  expect(screen.getByRole('alert').textContent).toContain('ours');
});

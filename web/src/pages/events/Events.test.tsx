// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { session, type Session } from '../../state/session';
import { navigate, params } from '../../state/url';
import Events from './Events';
import { event, trait } from './made';
import type { EventRow } from './traits';

vi.mock('../../charts/Chart', () => ({ Chart: ({ name }: { name: string }) => <p>{name}</p> }));

let found: EventRow[] = [];
let ever = true;
const asked: { address: string; query: Record<string, unknown> }[] = [];

beforeEach(() => {
  window.scrollTo = vi.fn();
  HTMLDialogElement.prototype.showModal = vi.fn();
  found = [
    event('1'),
    event('2', { type: 'volume.attach.end', resource: null, traits: [trait('size', 7, 'integer')] }),
  ];
  ever = true;
  asked.length = 0;
  session.value = { sees_all: false, project: 'p', projects: [], roles: ['member'] } as unknown as Session;
  vi.spyOn(api, 'get').mockImplementation((async (address: string, { query }: { query: Record<string, unknown> }) => {
    asked.push({ address, query });
    return answers()[address];
  }) as unknown as typeof api.get);
});

afterEach(cleanup);

function answers(): Record<string, unknown> {
  const types = found.map(({ type }) => ({ type, events: 1, counts: [1] }));
  return {
    '/v1/events': { events: found, next: null },
    '/v1/events/timeline': { times_ms: [0], step_s: 60, types },
    '/v1/events/types': {
      types: ever ? [{ type: 'a.b', events: 1, newest_ms: Date.UTC(2026, 0, 1) }] : [],
      traits: [{ name: 'state', type: 'text' }],
    },
    '/v1/events/{id}': { event: found[0], raw: { payload: { state: 'active' } } },
  };
}

async function shown(address: string): Promise<void> {
  navigate(address, { replace: true });
  render(<Events />);
  await answered();
}

async function answered(): Promise<void> {
  const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  for (let turn = 0; turn < 6; turn++) await act(moment);
}

it('each event has its time, type, traits, and a link to its resource that keeps the range', async () => {
  await shown('/events?from=now-6h');
  expect(screen.getByText('volume.attach.end', { selector: 'td span' })).toBeTruthy();
  expect(screen.getByText('vm-1').closest('a')!.getAttribute('href')).toBe('/resources/vm-1?from=now-6h');
  expect(screen.getByText('size').closest('.trait')!.textContent).toBe('size 7');
  expect(screen.getByText('2 events · steps of 1 min')).toBeTruthy();
});

it('list and timeline are asked for the same', async () => {
  await shown('/events?type=compute.*&trait=state%3Dactive&q=web');
  const wanted = { type: ['compute.*'], trait: ['state=active'], text: 'web' };
  for (const address of ['/v1/events', '/v1/events/timeline']) {
    expect(asked.find((each) => each.address === address)!.query).toMatchObject(wanted);
  }
});

it('a group narrows the page to its types, and pressed again it does not', async () => {
  await shown('/events');
  const group = (): HTMLElement => screen.getByRole('button', { name: 'volume.attach.end' });
  fireEvent.click(group());
  expect(params.value.getAll('type')).toEqual(['volume.attach.end']);
  await answered();
  expect(group().getAttribute('aria-pressed')).toBe('true');
  fireEvent.click(group());
  expect(params.value.has('type')).toBe(false);
});

it('types and traits are added one by one, and taken away one by one', async () => {
  await shown('/events?type=a.*');
  fireEvent.click(screen.getByRole('button', { name: 'Filter by a trait' }));
  fireEvent.input(screen.getByLabelText('Trait'), { target: { value: 'state' } });
  fireEvent.input(screen.getByLabelText('is'), { target: { value: 'active' } });
  fireEvent.click(screen.getByRole('button', { name: 'Filter' }));
  expect(params.value.getAll('trait')).toEqual(['state=active']);
  fireEvent.click(screen.getByRole('button', { name: 'Without a.*' }));
  expect(params.value.getAll('type')).toEqual([]);
  expect(params.value.getAll('trait')).toEqual(['state=active']);
});

it('an event that the address names is open, with its message, until it is closed', async () => {
  await shown('/events?event=1');
  const dialog = document.querySelector('dialog')!;
  expect(dialog.textContent).toContain('compute.instance.create.end');
  expect(dialog.querySelector('pre')!.textContent).toBe(JSON.stringify({ payload: { state: 'active' } }, null, 2));
  fireEvent.click(dialog.querySelector('[aria-label=Close]')!);
  expect(params.value.has('event')).toBe(false);
});

it('nothing at all tells how events get here', async () => {
  [found, ever] = [[], false];
  await shown('/events');
  expect(screen.getByText('No event has come yet')).toBeTruthy();
  expect(document.querySelector('pre')!.textContent).toContain('/api/v1/events');
});

it('nothing in the range leads to the newest, and nothing by the filters clears them', async () => {
  found = [];
  await shown('/events');
  expect(screen.getByRole('button', { name: 'Go there' })).toBeTruthy();
  cleanup();
  await shown('/events?q=zzz');
  fireEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
  expect(params.value.has('q')).toBe(false);
});

// SPDX-License-Identifier: Apache-2.0

import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';

import { session, type Session } from '../../state/session';
import { Changes } from './Changes';
import { Health, tilesOf } from './Health';
import { waysOf } from './HowToSend';
import { isNothing } from './Inventory';
import type { Platform } from './Overview';

afterEach(() => {
  cleanup();
  session.value = null;
});

const SESSION: Session = {
  user: 'ann',
  identity: 'local',
  roles: ['member'],
  project: '8f14',
  projects: [],
  sees_all: false,
  csrf: 'c',
  must_change_password: false,
  expires_ms: null,
};

const WELL: Platform = {
  good: true,
  checks: [{ name: 'disk', good: true, found: '70 GiB free', advice: '' }],
  rate_per_s: 1250,
  rate: { times_ms: [], values: [] },
  dropped: [],
  lag_s: 3,
  store: {
    bytes: 2 ** 30,
    rows: 1e9,
    bytes_per_row: 1.07,
    growth_bytes_per_day: 2 ** 30,
    disk_free_bytes: 30 * 2 ** 30,
  },
};

const tile = (platform: Platform, name: string) => tilesOf(platform).find((each) => each.name === name)!;

it('the tiles say how long the room will last', () => {
  expect(tile(WELL, 'Room left').more).toBe('for 30 days at this growth');
  expect(tile({ ...WELL, store: { ...WELL.store, growth_bytes_per_day: null } }, 'Room left').more).toBe(
    'on the disk',
  );
  expect(tile({ ...WELL, store: { ...WELL.store, growth_bytes_per_day: -5 } }, 'Room left').more).toMatch(/years/);
});

it('what is being dropped is marked, what was dropped once is told', () => {
  const drop = { station: 'store', cause: 'late', records: 7, per_minute: 0 };
  expect(tile({ ...WELL, dropped: [drop] }, 'Dropped')).toMatchObject({ bad: false, more: '7 since the start' });
  expect(tile({ ...WELL, dropped: [{ ...drop, per_minute: 2 }] }, 'Dropped')).toMatchObject({
    bad: true,
    value: '2',
  });
});

it('no measure yet is said in words, not as an age', () => {
  expect(tile({ ...WELL, lag_s: null }, 'Newest measure')).toMatchObject({ value: '—', more: 'none has come in' });
});

it('what is not good stands first, with its advice', () => {
  const bad = { name: 'data', good: false, found: 'silent for an hour', advice: 'look at the agents' };
  render(<Health platform={{ ...WELL, good: false, checks: [...WELL.checks, bad] }} />);
  expect(screen.getByText('One thing needs attention')).toBeTruthy();
  expect(screen.getAllByRole('listitem')[0]!.textContent).toContain('look at the agents');
});

it('a change leads to its resource and names who did it', () => {
  const resource = { id: 'r1', name: 'r1', label: 'web-1', type: 'instance', project_id: null };
  const changes = [{ time_ms: 0, kind: 'changed' as const, what: 'host: a → b', resource, actor: 'ann' }];
  render(<Changes changes={changes} seesAll={false} />);
  expect(screen.getByRole('link', { name: 'web-1' }).getAttribute('href')).toBe('/resources/r1');
  expect(screen.getByText(/by ann/)).toBeTruthy();
});

it('a change of projects is told by their names', () => {
  session.value = { ...SESSION, projects: [{ id: '8f14', name: 'Web shop', roles: ['member'] }] };
  const changes = [
    { time_ms: 1, kind: 'audit' as const, what: 'set member ann in 8f14', resource: null, actor: 'root' },
    { time_ms: 0, kind: 'changed' as const, what: 'project_id: nothing → 8f14', resource: null, actor: null },
  ];
  render(<Changes changes={changes} seesAll={false} />);
  expect(screen.getByText(/set member ann in Web shop/)).toBeTruthy();
  expect(screen.getByText(/project: nothing → Web shop/)).toBeTruthy();
});

it('a server that only watches itself has been sent nothing yet', () => {
  expect(
    isNothing([
      { name: 'generic', resources: 0 },
      { name: 'nephoscope', resources: 1 },
    ]),
  ).toBe(true);
  expect(
    isNothing([
      { name: 'host', resources: 1 },
      { name: 'nephoscope', resources: 1 },
    ]),
  ).toBe(false);
});

it('every way to begin names this server', () => {
  const origin = 'https://cloud.example:8040';
  for (const { command } of waysOf(origin)) expect(command).toContain(origin);
});

// SPDX-License-Identifier: Apache-2.0

import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { session } from '../../state/session';
import { Tokens } from './Tokens';
import { Users } from './Users';

const USER = { kind: 'person', roles: [], disabled: false, must_change_password: false, created_ms: 0 };
const TOKEN = { roles: ['reader'], created_ms: 0, expires_ms: null, last_used_ms: null, user: 'ann' };
const ANSWERS: Record<string, unknown> = {
  '/api/v1/users': {
    users: [{ ...USER, name: 'ann', project_id: null, memberships: [{ project: '8f14', roles: ['member'] }] }],
  },
  '/api/v1/tokens': { tokens: [{ ...TOKEN, id: 't1', name: 'agent', project_id: '8f14' }] },
};

beforeEach(() => {
  vi.stubGlobal('fetch', (url: string) =>
    Promise.resolve(Response.json(ANSWERS[new URL(url, 'http://localhost').pathname])),
  );
  session.value = {
    user: 'ann',
    identity: 'local',
    roles: ['operator'],
    project: '8f14',
    projects: [{ id: '8f14', name: 'Web shop', roles: ['member'] }],
    sees_all: false,
    csrf: 'c',
    must_change_password: false,
    expires_ms: null,
  };
});

afterEach(() => {
  cleanup();
  session.value = null;
  vi.unstubAllGlobals();
});

it('projects of a user are called by their names, with their ids under the pointer', async () => {
  render(<Users />);
  expect((await screen.findByTitle(/8f14$/)).textContent).toBe('Web shop (member)');
});

it('so is the project of a token, and a token without an end does not look as if it were at one', async () => {
  render(<Tokens />);
  expect((await screen.findByTitle('8f14')).textContent).toBe('Web shop');
  expect(screen.getByText('it is taken back')).toBeTruthy();
});

// SPDX-License-Identifier: Apache-2.0

import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { session } from '../../state/session';
import { navigate, here } from '../../state/url';
import Login, { nextAddress } from './Login';

const sent = vi.fn<typeof fetch>();
const SESSION = {
  user: 'ann',
  identity: 'local',
  roles: ['member'],
  project: 'p',
  projects: [],
  sees_all: false,
  csrf: 'c',
  must_change_password: false,
  expires_ms: 1,
};

function answers(...given: [number, unknown][]): void {
  for (const [status, body] of given) {
    sent.mockResolvedValueOnce(new Response(body === null ? null : JSON.stringify(body), { status }));
  }
}

function fill(label: string, text: string): void {
  fireEvent.input(screen.getByLabelText(label), { target: { value: text } });
}

beforeEach(() => {
  vi.stubGlobal('fetch', sent);
  sent.mockReset();
  window.scrollTo = vi.fn();
  session.value = null;
  navigate('/login?next=%2Fresources%3Ftype%3Dinstance', { replace: true });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('signs in and goes on to where one wanted to', async () => {
  answers([200, SESSION]);
  render(<Login />);
  fill('User', 'ann');
  fill('Password', 'secret');
  fireEvent.submit(screen.getByRole('button').closest('form')!);
  await waitFor(() => expect(here.value).toBe('/resources?type=instance'));
  expect(JSON.parse(String(sent.mock.calls[0]![1]!.body))).toEqual({ user: 'ann', password: 'secret' });
});

it('says that the password is wrong, and stays', async () => {
  answers([401, { title: 'Unauthorized', detail: 'Unknown user or wrong password' }]);
  render(<Login />);
  fireEvent.submit(screen.getByRole('button').closest('form')!);
  expect((await screen.findByRole('alert')).textContent).toBe('Unknown user or wrong password');
  expect(here.value).toContain('/login');
});

it('says how long to wait after too many attempts', async () => {
  sent.mockResolvedValueOnce(
    new Response(JSON.stringify({ detail: 'Too many wrong passwords.' }), {
      status: 429,
      headers: { 'Retry-After': '7' },
    }),
  );
  render(<Login />);
  fireEvent.submit(screen.getByRole('button').closest('form')!);
  expect((await screen.findByRole('alert')).textContent).toBe(
    'Too many wrong passwords. Wait 7 seconds, then try again.',
  );
});

it('the first login demands a new password, typed twice alike', async () => {
  session.value = { ...SESSION, identity: 'local', must_change_password: true };
  render(<Login />);
  fill('Present password', 'old');
  fill('New password', 'new and long');
  fill('New password again', 'new and lang');
  expect(screen.getByText('The two differ.')).toBeTruthy();
  fill('New password again', 'new and long');
  answers([204, null], [200, SESSION]);
  fireEvent.submit(screen.getByText('Change password').closest('form')!);
  await waitFor(() => expect(here.value).toBe('/resources?type=instance'));
});

it.each([
  ['/resources?type=a', '/resources?type=a'],
  [null, '/overview'],
  ['https://example.org/', '/overview'],
  ['//example.org/', '/overview'],
  ['/\\example.org/', '/overview'],
  ['/login?next=/login', '/overview'],
])('after the login, %s leads to %s', (next, expected) => {
  expect(nextAddress(next)).toBe(expected);
});

// SPDX-License-Identifier: Apache-2.0

import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { PasswordForm } from './PasswordForm';

const sent = vi.fn<typeof fetch>();

beforeEach(() => {
  sent.mockReset();
  vi.stubGlobal('fetch', sent);
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function fill(label: string, text: string): void {
  fireEvent.input(screen.getByLabelText(label), { target: { value: text } });
}

function send(answer: Response): void {
  fill('Present password', 'old');
  fill('New password', 'new and long');
  fill('New password again', 'new and long');
  sent.mockResolvedValueOnce(answer);
  fireEvent.submit(screen.getByText('Change password').closest('form')!);
}

it('what is wrong with the new password stands at its field', async () => {
  render(<PasswordForm user="ann" />);
  send(Response.json({ detail: 'At least eight characters.', field: ['new'] }, { status: 400 }));
  await screen.findByText('At least eight characters.');
  expect(screen.getByLabelText('New password').getAttribute('aria-invalid')).toBe('true');
  expect(screen.queryByRole('alert')).toBeNull();
});

it('a wrong present password is told above the button, and everything stays as typed', async () => {
  const onDone = vi.fn();
  render(<PasswordForm user="ann" onDone={onDone} />);
  send(Response.json({ detail: 'That is not your password.' }, { status: 403 }));
  expect((await screen.findByRole('alert')).textContent).toBe('That is not your password.');
  expect(screen.getByLabelText<HTMLInputElement>('New password').value).toBe('new and long');
  expect(onDone).not.toHaveBeenCalled();
});

it('once changed, the fields are empty and the caller hears of it', async () => {
  const onDone = vi.fn();
  render(<PasswordForm user="ann" onDone={onDone} />);
  sent.mockResolvedValue(Response.json({ csrf: 'c' }));
  send(new Response(null, { status: 204 }));
  await waitFor(() => expect(onDone).toHaveBeenCalledOnce());
  expect(screen.getByLabelText<HTMLInputElement>('Present password').value).toBe('');
  expect(JSON.parse(String(sent.mock.calls[0]![1]!.body))).toEqual({ old: 'old', new: 'new and long' });
});

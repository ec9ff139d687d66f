// SPDX-License-Identifier: Apache-2.0

import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { narrow } from '../parts/narrow';
import { session } from '../state/session';
import { refresh } from '../state/time';
import { choice } from '../state/theme';
import { navigate } from '../state/url';
import { Bar } from './Bar';
import { helpOpen } from './HelpSheet';

const RANGE = '/status?from=2026-11-27T05:00:00Z&to=2026-11-28T06:00:00Z&tz=Europe/Berlin';

beforeEach(() => {
  window.scrollTo = vi.fn();
  session.value = {
    user: 'ann',
    identity: 'local',
    roles: ['member'],
    project: 'p',
    projects: [{ id: 'p', name: 'Web shop', roles: ['member'] }],
    sees_all: false,
    csrf: 'c',
    must_change_password: false,
    expires_ms: null,
  };
  navigate(RANGE, { replace: true });
});

afterEach(() => {
  cleanup();
  narrow.value = false;
  session.value = null;
});

it('a wide window has a button for everything', () => {
  render(<Bar timed />);
  for (const name of [/^Zoom out/, /^Refresh by itself/, 'Share this view', 'Theme', /^Help/, /^Signed in as ann/]) {
    expect(screen.getByRole('button', { name })).toBeTruthy();
  }
});

describe('in a narrow window', () => {
  beforeEach(() => {
    narrow.value = true;
    render(<Bar timed />);
  });

  it('range, zone and project are in sight', () => {
    expect(screen.getByRole('button', { name: /^Time range/ }).textContent).toBe(
      '2026-11-27 06:00 – 2026-11-28 07:00',
    );
    expect(screen.getByRole('button', { name: 'Time zone: Europe/Berlin' }).textContent).toBe('Berlin');
    expect(screen.getByText('Web shop')).toBeTruthy();
  });

  it('account, links, theme and help are behind one button', () => {
    const open = (): void => void fireEvent.click(screen.getByRole('button', { name: /^Account/ }));
    open();
    expect(screen.getByRole('link', { name: 'ann · member' })).toBeTruthy();
    expect(screen.getByText('Copy link with absolute times')).toBeTruthy();
    fireEvent.click(screen.getByText('Theme: Dark'));
    expect(choice.value).toBe('dark');
    open();
    fireEvent.click(screen.getByText(/^Help/));
    expect(helpOpen.value).toBe(true);
  });

  it('the picker of the range zooms out and refreshes by itself, which the bar then says', () => {
    fireEvent.click(screen.getByRole('button', { name: /^Time range/ }));
    fireEvent.change(screen.getByLabelText('Refresh by itself'), { target: { value: '30' } });
    expect(refresh.value).toBe(30);
    expect(screen.getByRole('button', { name: /^Refresh/ }).textContent).toBe('30 s');
    fireEvent.click(screen.getByRole('button', { name: /^Zoom out/ }));
    expect(screen.getByRole('button', { name: /^Time range/ }).textContent).toMatch(/2026-11-26/);
  });
});

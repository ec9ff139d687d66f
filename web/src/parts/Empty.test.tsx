// SPDX-License-Identifier: Apache-2.0

import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';

import { navigate } from '../state/url';
import { Empty } from './Empty';

afterEach(cleanup);

it('a range without anything is told in whole seconds', () => {
  window.scrollTo = vi.fn();
  navigate('/status?from=2026-11-28T05:38:47.111Z&to=2026-11-28T06:38:47.111Z&tz=UTC', { replace: true });
  render(<Empty kind="range" />);
  expect(screen.getByText('Nothing was measured between 2026-11-28 05:38:47 and 2026-11-28 06:38:47.')).toBeTruthy();
});

// SPDX-License-Identifier: Apache-2.0

import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FilterRow, TextFilter } from './FilterRow';

const rested: string[] = [];
const onClear = vi.fn();

const shown = (value: string, told: string[] = []) => (
  <FilterRow told={told} onClear={onClear}>
    <TextFilter label="Name" placeholder="" value={value} onRest={(text) => rested.push(text)} />
  </FilterRow>
);
const type = (value: string): void => void fireEvent.input(screen.getByLabelText('Name'), { target: { value } });
const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

beforeEach(() => {
  vi.useFakeTimers();
  rested.length = 0;
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('what is typed is taken over once it rests, and only where it is different', async () => {
  render(shown('cpu'));
  type('cpu ');
  await pass(1000);
  expect(rested).toEqual([]);
  type('m');
  await pass(100);
  type('mem');
  await pass(1000);
  expect(rested).toEqual(['mem']);
});

it('an address that says something else is followed', async () => {
  const { rerender } = render(shown('cpu'));
  rerender(shown('memory'));
  await pass(1000);
  expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('memory');
  expect(rested).toEqual([]);
});

it('filters in force can be cleared together', () => {
  const { rerender } = render(shown(''));
  expect(screen.queryByRole('button')).toBeNull();
  rerender(shown('', ['cpu']));
  fireEvent.click(screen.getByRole('button', { name: 'Clear' }));
  expect(onClear).toHaveBeenCalledOnce();
});

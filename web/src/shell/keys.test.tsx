// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { PAGES } from '../pages';
import { range } from '../state/time';
import { navigate, path } from '../state/url';
import { helpOpen, shortcuts } from './HelpSheet';
import { listenForKeys, timePickerOpen } from './keys';

let end: () => void;

beforeEach(() => {
  window.scrollTo = vi.fn();
  document.body.innerHTML = '<input id="search"><p id="text"></p>';
  navigate('/status?from=now-1h&tz=UTC', { replace: true });
  helpOpen.value = timePickerOpen.value = false;
  end = listenForKeys();
});

afterEach(() => end());

function press(key: string, target: Element = document.body): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

it('g and a letter go to a page, with the range along', () => {
  const page = PAGES.find((each) => each.nav)!;
  press('g');
  press(page.nav!.key);
  expect(path.value).toBe(page.path);
  expect(range.value.from).toBe('now-1h');
});

it('each page has a letter of its own', () => {
  const letters = PAGES.flatMap((page) => (page.nav ? [page.nav.key] : []));
  expect(new Set(letters).size).toBe(letters.length);
});

it('keys open what they are for', () => {
  press('?');
  press('t');
  press('/');
  expect([helpOpen.value, timePickerOpen.value, document.activeElement?.id]).toEqual([true, true, 'search']);
});

it('nothing happens while somebody types', () => {
  press('?', document.querySelector('#search')!);
  expect(helpOpen.value).toBe(false);
});

it('brackets shift the range', () => {
  press('[');
  expect(range.value.from).toMatch(/^\d{4}-/);
});

it('the sheet names every page', () => {
  const told = shortcuts().map(([, does]) => does);
  for (const page of PAGES) if (page.nav) expect(told).toContain(page.title);
});

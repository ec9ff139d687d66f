// SPDX-License-Identifier: Apache-2.0
// Keys that work on every page, wherever nothing is being typed.

import { signal } from '@preact/signals';

import { PAGES } from '../pages';
import { renew, shift, zoomIn, zoomOut } from '../state/time';
import { href, navigate } from '../state/url';
import { helpOpen } from './HelpSheet';

/** Set to true to open the picker of the time range. */
export const timePickerOpen = signal(false);

const GO_MS = 1_500;
let goUntil = 0;

/** Listen; gives what ends it. */
export function listenForKeys(): () => void {
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector('dialog[open]')) return;
  if (performance.now() < goUntil) {
    goUntil = 0;
    const page = PAGES.find((each) => each.nav?.key === event.key);
    if (page) navigate(href(page.path));
    return;
  }
  const act = ACTS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

const ACTS: Record<string, () => void> = {
  g: () => (goUntil = performance.now() + GO_MS),
  '/': () => document.querySelector<HTMLInputElement>('#search')?.focus(),
  '?': () => (helpOpen.value = true),
  t: () => (timePickerOpen.value = true),
  r: renew,
  '[': () => shift(-1),
  ']': () => shift(1),
  '-': zoomOut,
  '+': zoomIn,
  '=': zoomIn,
};

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

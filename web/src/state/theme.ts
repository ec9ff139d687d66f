// SPDX-License-Identifier: Apache-2.0
// Dark or light: the system's preference unless the reader chose. public/theme.js applies it before the first paint.

import { computed, signal, type ReadonlySignal } from '@preact/signals';

import { recall, remember } from './kept';

export type Choice = 'system' | 'light' | 'dark';

const system = window.matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(system.matches);
system.addEventListener('change', (event) => (systemDark.value = event.matches));

/** What the reader chose. */
export const choice = signal<Choice>(asChoice(recall('theme')));

/** The theme in force. Charts read it, as a canvas takes no colours from style sheets. */
export const theme: ReadonlySignal<'light' | 'dark'> = computed(() => {
  if (choice.value !== 'system') return choice.value;
  return systemDark.value ? 'dark' : 'light';
});

theme.subscribe((value) => (document.documentElement.dataset['theme'] = value));

/** Choose a theme for this browser. */
export function setTheme(chosen: Choice): void {
  remember('theme', chosen === 'system' ? null : chosen);
  choice.value = chosen;
}

function asChoice(text: string | null): Choice {
  return text === 'light' || text === 'dark' ? text : 'system';
}

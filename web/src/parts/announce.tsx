// SPDX-License-Identifier: Apache-2.0
// What changed without the focus having moved: shown for a moment, and read out by screen readers.

import { signal } from '@preact/signals';

interface Said {
  text: string;
  shown: boolean;
}

const said = signal<Said>({ text: '', shown: false });
const SHOWN_MS = 4_000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tell the reader something. With `shown`, a note appears at the foot of the page too. */
export function announce(text: string, shown = true): void {
  clearTimeout(timer);
  // A zero-width blank makes the same text twice in a row a change, which is what gets it read out.
  said.value = { text: said.peek().text === text ? `${text}\u200b` : text, shown };
  timer = setTimeout(() => (said.value = { text: '', shown: false }), SHOWN_MS);
}

/** The place where it is shown: once in the page. */
export function Announcements() {
  const { text, shown } = said.value;
  return (
    <div role="status" aria-live="polite" class={shown && text ? 'announcement' : 'unseen'}>
      {text}
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
// The sheet of keys.

import { signal } from '@preact/signals';

import { PAGES } from '../pages';
import { Dialog } from '../parts/Dialog';

export const helpOpen = signal(false);

/** Every key that works everywhere: what to press, and what it does. */
export function shortcuts(): [keys: string, does: string][] {
  return [
    ['/', 'Search everything'],
    ...PAGES.filter((page) => page.nav).map((page): [string, string] => [`g ${page.nav!.key}`, page.title]),
    ['t', 'Change the time range'],
    ['[', 'Earlier by half the range'],
    [']', 'Later by half the range'],
    ['-', 'Zoom out'],
    ['+', 'Zoom in'],
    ['r', 'Refresh'],
    ['← →', 'Move the cursor of a chart; with Shift further, Home and End to its ends'],
    ['Esc', 'Close what is open'],
    ['?', 'This sheet'],
  ];
}

export function HelpSheet() {
  if (!helpOpen.value) return null;
  return (
    <Dialog title="Keys" onClose={() => (helpOpen.value = false)}>
      <table class="keys">
        <tbody>
          {shortcuts().map(([keys, does]) => (
            <tr key={keys}>
              <td>
                {keys.split(' ').map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </td>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted">
        Drag over a chart to zoom in, click it twice to zoom out. A link copied from the address bar shows a colleague
        the same view.
      </p>
    </Dialog>
  );
}

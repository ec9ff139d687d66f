// SPDX-License-Identifier: Apache-2.0
// What this browser remembers of its reader: theme, zone, queries of the past. Storage may be forbidden or full.

const PREFIX = 'nephoscope.';

/** What was remembered under a name, or null. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Remember a text under a name; null forgets it. */
export function remember(name: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
  } catch {
    // A browser that keeps nothing works as well, it only has to be told again.
  }
}

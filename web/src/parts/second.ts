// SPDX-License-Identifier: Apache-2.0
// Instants for people: what is less than a second only makes texts of unequal length.

import { showTime } from '../state/zone';

/** An instant in the page's zone, without parts of a second. */
export function showSecond(ms: number): string {
  return showTime(1000 * Math.floor(ms / 1000));
}

// SPDX-License-Identifier: Apache-2.0
// How long ago something was, in as few words as will do.

import { showSpan } from '../state/moment';
import { showTime, zone } from '../state/zone';

/** How long ago; the instant itself under the pointer. */
export function ageCell(ms: number | null, now_ms: number) {
  if (ms === null) return <span class="muted">—</span>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={`${showTime(ms)} ${zone.value}`}>
      {age(ms, now_ms)}
    </time>
  );
}

/** `3 d ago`, with one unit only; `just now` within a second. */
export function age(ms: number, now_ms: number): string {
  const away = now_ms - ms;
  if (Math.abs(away) < 1000) return 'just now';
  const [count, unit] = showSpan(Math.abs(away)).split(' ');
  return away > 0 ? `${count} ${unit} ago` : `in ${count} ${unit}`;
}

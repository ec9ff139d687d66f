// SPDX-License-Identifier: Apache-2.0
// How long a silence lasts: one of a few spans, or until a moment that is typed.

import type { Schema } from '../../api/operations';
import { instant } from '../../state/moment';
import { zone } from '../../state/zone';

export type Silence = Schema<'SilenceView'>;
export type SilenceState = Silence['state'];

const HOUR_MS = 3_600_000;
export const SPANS: readonly { value: string; label: string; ms: number }[] = [
  { value: '1h', label: '1 hour', ms: HOUR_MS },
  { value: '4h', label: '4 hours', ms: 4 * HOUR_MS },
  { value: '1d', label: '1 day', ms: 24 * HOUR_MS },
  { value: '7d', label: '7 days', ms: 168 * HOUR_MS },
];
export const UNTIL = 'until';

/** When it ends, ms: so long after it begins, or at the moment typed. Null where that cannot be read. */
export function endOf(lasts: string, until: string, begin_ms: number, now_ms: number): number | null {
  const span = SPANS.find((each) => each.value === lasts);
  return span ? begin_ms + span.ms : momentOf(until, now_ms);
}

/** A moment as people type it: `18:00`, `2026-12-01 8:00`, `now+2d`. */
export const momentOf = (text: string, now_ms: number): number | null => instant(text, now_ms, zone.value);

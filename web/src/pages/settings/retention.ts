// SPDX-License-Identifier: Apache-2.0
// What archive policies say, in words and in numbers.

import { showSpan } from '../../state/moment';

export interface Kept {
  granularity_s: number;
  points: number | null;
  timespan_s: number | null;
}

/** What one stored point takes on disk, as measured of the store: four bytes. */
export const BYTES_PER_POINT = 4;

/** One line of a policy: `5 min for 30 d`. */
export function keptText({ granularity_s, timespan_s }: Kept): string {
  const step = showSpan(1000 * granularity_s);
  return timespan_s === null ? `${step} for ever` : `${step} for ${showSpan(1000 * timespan_s)}`;
}

/**
 * How many points a full metric keeps: raw ones of the finest line, and for each coarser line one a method. Null where
 * a line is kept for ever.
 */
export function pointsOf(policy: { definition: readonly Kept[]; methods: readonly string[] }): number | null {
  const lines = [...policy.definition].sort((one, other) => one.granularity_s - other.granularity_s);
  if (lines.some((line) => line.points === null)) return null;
  return lines.reduce((sum, line, at) => sum + line.points! * (at === 0 ? 1 : policy.methods.length), 0);
}

const UNITS: Record<string, number> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

/** Seconds of a text such as `5 min`, `90s` or `300`; null when it says none. */
export function secondsOf(text: string): number | null {
  const found = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  if (!found) return null;
  const unit = found[2] ? UNITS[found[2].toLowerCase()] : 1;
  const seconds = Number(found[1]) * (unit ?? NaN);
  return seconds > 0 ? seconds : null;
}

/** Seconds in the largest unit that gives a whole number, so that they are read back as the same. */
export function spanText(seconds: number): string {
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
  ] as const) {
    if (seconds > 0 && seconds % size === 0) return `${seconds / size} ${unit}`;
  }
  return `${seconds} s`;
}

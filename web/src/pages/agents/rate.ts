// SPDX-License-Identifier: Apache-2.0
// Rates of counts as people say them: by the second, or by the minute or the hour where that is less than one.

import type { Schema } from '../../api/operations';
import { digits, show } from '../../charts/units';

export type Flow = Schema<'Flow'>;

const SLOWER: readonly [seconds: number, unit: string][] = [
  [1, 's'],
  [60, 'min'],
  [3600, 'h'],
];

/** `1.2 k/s`, `3/min`, `0/s`; an em dash while nobody can tell. */
export function showRate({ per_s }: Flow): string {
  if (per_s === null) return '—';
  if (per_s === 0) return '0/s';
  const [seconds, unit] = SLOWER.find(([each]) => per_s * each >= 0.995) ?? SLOWER[2]!;
  const value = per_s * seconds;
  const told = value < 100 ? digits(Number(value.toPrecision(2))) : show(Number(value.toPrecision(3)), '');
  return `${told}/${unit}`;
}

/** All of it since the agent's start. */
export function showTotal({ total }: Flow): string {
  return Math.round(total).toLocaleString('en');
}

// SPDX-License-Identifier: Apache-2.0
// The past of an alarm: how far back it can be asked for, and the states as stretches of time.

import type { Schema } from '../../api/operations';
import type { Band } from '../../charts/line';
import type { Span } from '../../state/time';
import { isThreshold, type Leaf } from './rule';
import { KINDS, STATES, type State } from './states';

export type AlarmPast = Schema<'AlarmPast'>;

/** The server looks at so many steps, each of the finest granularity of the rules, at most a minute. */
const STEPS_MAX = 20_000;
const STEP_S_MAX = 60;

/** The part of a range that can be asked for: its newest, where all of it is too long. */
export function within(span: Span, leaves: readonly Leaf[], now_ms: number): Span {
  const steps = leaves.map(stepOf).filter((each) => each !== null);
  if (!steps.length) return span;
  const reach_ms = 1000 * (STEPS_MAX - 1) * Math.min(STEP_S_MAX, ...steps.filter((each) => each > 0));
  const stop_ms = Math.min(span.stop_ms, Math.max(now_ms, span.start_ms + 1));
  return stop_ms - span.start_ms <= reach_ms
    ? span
    : { start_ms: Math.ceil(stop_ms - reach_ms), stop_ms: span.stop_ms };
}

/** How often there is something new for a rule to see, s; events count for a time, and are looked at twice in it. */
function stepOf({ type, rule }: Leaf): number | null {
  if (isThreshold(type)) return Number(rule['granularity'] ?? 60);
  return rule['within_s'] === undefined ? null : Math.floor(Number(rule['within_s']) / 2);
}

/** The states of an alarm over a range, from when it was made up to now. */
export function bandsOf({ made_ms, before, transitions }: AlarmPast, span: Span, now_ms: number): Band[] {
  const end_ms = Math.min(span.stop_ms, now_ms);
  const starts = [{ time_ms: Math.max(span.start_ms, made_ms ?? 0), state: before }, ...transitions];
  return starts
    .map(({ time_ms, state }, at) => ({
      start_ms: time_ms,
      stop_ms: Math.min(starts[at + 1]?.time_ms ?? end_ms, end_ms),
      kind: KINDS[state],
      label: `state: ${state}`,
    }))
    .filter((each) => each.stop_ms > each.start_ms);
}

/** For how long it was in which state, the worst first; states in which it never was are left out. */
export function spentIn(bands: readonly Band[]): { state: State; ms: number }[] {
  return STATES.map((state) => {
    const mine = bands.filter((each) => each.kind === KINDS[state]);
    return { state, ms: mine.reduce((sum, each) => sum + each.stop_ms - each.start_ms, 0) };
  }).filter((each) => each.ms > 0);
}

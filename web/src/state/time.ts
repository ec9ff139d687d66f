// SPDX-License-Identifier: Apache-2.0
// The one time range of the page, and the refresh that moves it along.

import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';

import { absolute, instant, type RangeText } from './moment';
import { params, setParams } from './url';
import { zone } from './zone';

export const DEFAULT_RANGE: RangeText = { from: 'now-1h', to: 'now' };

/** What the picker offers first. */
export const PRESETS: readonly { label: string; range: RangeText }[] = [
  { label: 'Last 5 minutes', range: { from: 'now-5m', to: 'now' } },
  { label: 'Last 15 minutes', range: { from: 'now-15m', to: 'now' } },
  { label: 'Last hour', range: { from: 'now-1h', to: 'now' } },
  { label: 'Last 3 hours', range: { from: 'now-3h', to: 'now' } },
  { label: 'Last 6 hours', range: { from: 'now-6h', to: 'now' } },
  { label: 'Last 24 hours', range: { from: 'now-24h', to: 'now' } },
  { label: 'Today', range: { from: 'now/d', to: 'now' } },
  { label: 'Yesterday', range: { from: 'now-1d/d', to: 'now/d' } },
  { label: 'Last 7 days', range: { from: 'now-7d', to: 'now' } },
  { label: 'Last 30 days', range: { from: 'now-30d', to: 'now' } },
  { label: 'Last 90 days', range: { from: 'now-90d', to: 'now' } },
  { label: 'Last year', range: { from: 'now-1y', to: 'now' } },
];

/** Seconds between two refreshes; 0 is off. */
export const REFRESHES = [0, 5, 10, 30, 60, 300] as const;

/** The instant that "now" means for everything shown; each refresh sets it anew. */
export const now = signal(Date.now());

/** The range as the address has it. */
export const range: ReadonlySignal<RangeText> = computed(() => ({
  from: params.value.get('from') ?? DEFAULT_RANGE.from,
  to: params.value.get('to') ?? DEFAULT_RANGE.to,
}));

export interface Span {
  start_ms: number;
  stop_ms: number;
}

/** The range in milliseconds: what every panel asks for, so that all show the same. */
export const span: ReadonlySignal<Span> = computed(() => resolve(range.value) ?? resolve(DEFAULT_RANGE)!);

/** Whether the address holds a range that can be read and does not end before it starts. */
export const rangeIsGood: ReadonlySignal<boolean> = computed(() => resolve(range.value) !== null);

/** Whether the range ends now, so that refreshing shows something new. */
export const isLive: ReadonlySignal<boolean> = computed(() => range.value.to.startsWith('now'));

/** Seconds between two refreshes, 0 for none. */
export const refresh: ReadonlySignal<number> = computed(() => {
  const asked = Number(params.value.get('refresh') ?? 0);
  return Number.isFinite(asked) && asked >= 1 ? asked : 0;
});

/** Show another range; the back button leads to the one before. */
export function setRange(given: RangeText): void {
  setParams({ ...given });
  renew();
}

/** Show an exact range, such as the one dragged over a chart. */
export function zoomTo(given: Span): void {
  const start = Math.round(Math.min(given.start_ms, given.stop_ms));
  const stop = Math.max(Math.round(Math.max(given.start_ms, given.stop_ms)), start + 1000);
  setRange({ from: absolute(start), to: absolute(stop) });
}

/** Twice the range around the same middle, but not into the future. */
export function zoomOut(): void {
  const { start_ms, stop_ms } = span.value;
  const half = (stop_ms - start_ms) / 2;
  const stop = Math.min(stop_ms + half, Math.max(Date.now(), stop_ms));
  zoomTo({ start_ms: stop - 4 * half, stop_ms: stop });
}

/** Half the range around the same middle. */
export function zoomIn(): void {
  const { start_ms, stop_ms } = span.value;
  const quarter = (stop_ms - start_ms) / 4;
  zoomTo({ start_ms: start_ms + quarter, stop_ms: stop_ms - quarter });
}

/** Move by half the range: -1 is earlier, 1 is later. */
export function shift(direction: -1 | 1): void {
  const { start_ms, stop_ms } = span.value;
  const step = (direction * (stop_ms - start_ms)) / 2;
  zoomTo({ start_ms: start_ms + step, stop_ms: stop_ms + step });
}

export function setRefresh(seconds: number): void {
  setParams({ refresh: seconds ? String(seconds) : null }, { replace: true });
}

/** Take everything anew, up to this moment. */
export function renew(): void {
  now.value = Math.max(Date.now(), now.peek() + 1);
}

/** Refresh as often as asked; a hidden tab rests, and catches up when it is shown. Gives what ends it. */
export function keepFresh(): () => void {
  return effect(() => {
    const seconds = refresh.value;
    if (!seconds) return;
    const turn = (): void => {
      if (!document.hidden && Date.now() - now.peek() >= seconds * 900) renew();
    };
    const timer = setInterval(turn, seconds * 1000);
    document.addEventListener('visibilitychange', turn);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', turn);
    };
  });
}

function resolve(text: RangeText): Span | null {
  const start_ms = instant(text.from, now.value, zone.value);
  const stop_ms = instant(text.to, now.value, zone.value);
  return start_ms !== null && stop_ms !== null && start_ms < stop_ms ? { start_ms, stop_ms } : null;
}

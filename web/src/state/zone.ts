// SPDX-License-Identifier: Apache-2.0
// The time zone that all times are shown in, and how times are written in it.

import { computed, type ReadonlySignal } from '@preact/signals';

import { recall, remember } from './kept';
import { params, setParams } from './url';

/** The zone of the browser. */
export const localZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** The zone in force, an IANA name: the address's, else the one chosen last, else the browser's. */
export const zone: ReadonlySignal<string> = computed(() => {
  const asked = params.value.get('tz') ?? recall('zone') ?? localZone;
  return isZone(asked) ? asked : 'UTC';
});

/** Show all times in another zone. */
export function setZone(name: string): void {
  remember('zone', name);
  setParams({ tz: name }, { replace: true });
}

/** Whether the browser knows a zone by this name. */
export function isZone(name: string): boolean {
  try {
    format(name, { hour: 'numeric' });
    return true;
  } catch {
    return false;
  }
}

/** Every zone the browser knows, UTC first. */
export function zones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')];
}

/** `2026-11-21 14:03:05`; milliseconds only where there are any. */
export function showTime(ms: number, inZone: string = zone.value): string {
  const { year, month, day, hour, minute, second } = partsOf(ms, inZone);
  const rest = Math.round(ms) % 1000;
  const fraction = rest === 0 ? '' : `.${String((rest + 1000) % 1000).padStart(3, '0')}`;
  return `${year}-${month}-${day} ${hour}:${minute}:${second}${fraction}`;
}

/** `14:03`, for where the day is clear; with seconds if asked. */
export function showClock(ms: number, seconds = false, inZone: string = zone.value): string {
  const { hour, minute, second } = partsOf(ms, inZone);
  return seconds ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
}

/** `2026-11-21`. */
export function showDay(ms: number, inZone: string = zone.value): string {
  const { year, month, day } = partsOf(ms, inZone);
  return `${year}-${month}-${day}`;
}

/** The offset of a zone at an instant, `UTC+01:00`. */
export function showOffset(ms: number, inZone: string = zone.value): string {
  const minutes = Math.round(offsetMs(ms, inZone) / 60_000);
  const sign = minutes < 0 ? '-' : '+';
  const hours = Math.floor(Math.abs(minutes) / 60);
  return `UTC${sign}${String(hours).padStart(2, '0')}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
}

/** How far a zone's clock is ahead of UTC at an instant, in milliseconds. */
export function offsetMs(ms: number, inZone: string): number {
  const whole = Math.floor(ms / 1000) * 1000;
  const { year, month, day, hour, minute, second } = partsOf(whole, inZone);
  return Date.UTC(+year, +month - 1, +day, +hour, +minute, +second) - whole;
}

/**
 * The instant at which a zone's clock shows a date and time.
 *
 * In the hour that daylight saving skips, the clock is taken to run on; of one that comes twice, the first is meant.
 */
export function instantOf(wall: WallTime, inZone: string = zone.value): number {
  const { year, month, day, hour = 0, minute = 0, second = 0 } = wall;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const before = asUtc - offsetMs(asUtc - 86_400_000, inZone);
  if (before + offsetMs(before, inZone) === asUtc) return before;
  const after = asUtc - offsetMs(asUtc + 86_400_000, inZone);
  return after + offsetMs(after, inZone) === asUtc ? after : before;
}

export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour?: number;
  minute?: number;
  second?: number;
}

type Parts = Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', string>;

const FIELDS: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
};
const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(ms: number, inZone: string): Parts {
  let known = formats.get(inZone);
  if (!known) formats.set(inZone, (known = format(inZone, FIELDS)));
  const found: Partial<Parts> = {};
  for (const part of known.formatToParts(ms)) found[part.type as keyof Parts] = part.value;
  return found as Parts;
}

function format(name: string, fields: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { ...fields, timeZone: name });
}

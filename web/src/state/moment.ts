// SPDX-License-Identifier: Apache-2.0
// Times as people write them: `now-6h`, `yesterday`, `2026-11-21 10:00`, and ranges of them.

import { instantOf, offsetMs, type WallTime } from './zone';

/** A range as it stands in the address: two moments, each relative to now or absolute. */
export interface RangeText {
  from: string;
  to: string;
}

const SECOND = 1000;
const UNIT_MS: Record<string, number> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
  w: 7 * 86_400 * SECOND,
  M: 30 * 86_400 * SECOND,
  y: 365 * 86_400 * SECOND,
};
const WORDS: Record<string, string> = {
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  m: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  w: 'w',
  week: 'w',
  weeks: 'w',
  month: 'M',
  months: 'M',
  y: 'y',
  year: 'y',
  years: 'y',
};
const NAMED: Record<string, RangeText> = {
  today: { from: 'now/d', to: 'now' },
  yesterday: { from: 'now-1d/d', to: 'now/d' },
  'this week': { from: 'now/w', to: 'now' },
  'last week': { from: 'now-1w/w', to: 'now/w' },
  'this month': { from: 'now/M', to: 'now' },
  'last month': { from: 'now-1M/M', to: 'now/M' },
  'this year': { from: 'now/y', to: 'now' },
};
const RELATIVE = /^now((?:[+-]\d+(?:\.\d+)?[smhdwMy])*)(?:\/([hdwMy]))?$/;
const ISO =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?)?(Z|[+-]\d{2}:?\d{2})?$/i;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const SPAN = /^(?:(?:the )?(?:last|past) )?((?:\d+(?:\.\d+)? ?[a-z]+[ ,]*)+)$/i;
const AGO = /^((?:\d+(?:\.\d+)? ?[a-z]+[ ,]*)+) ago$/i;
const SEPARATOR = /\s+(?:to|until|till|–|—|-)\s+|\s*(?:\.\.|→)\s*|(?<=[Z\d])\/(?=\d{4})/i;

/** The instant of a moment in milliseconds, or null where it cannot be read. */
export function instant(text: string, now: number, zone: string): number | null {
  const said = text.trim();
  const relative = RELATIVE.exec(said);
  if (relative) return floorTo(relative[2], shifted(now, relative[1] ?? '', zone), zone);
  const ago = AGO.exec(said);
  if (ago) return shiftedBy(ago[1]!, now, zone);
  if (/^\d{12,14}$/.test(said)) return Number(said);
  if (/^\d{9,10}$/.test(said)) return Number(said) * SECOND;
  if (NAMED[said.toLowerCase()]) return instant(NAMED[said.toLowerCase()]!.from, now, zone);
  const clock = CLOCK.exec(said);
  if (clock) {
    const today = wallAt(now, zone);
    return instantOf({ ...today, hour: +clock[1]!, minute: +clock[2]!, second: +(clock[3] ?? 0) }, zone);
  }
  return isoInstant(said, zone);
}

/** What somebody typed into the box of the time range, as it goes into the address; null where it cannot be read. */
export function readRange(text: string, now: number, zone: string): RangeText | null {
  const said = text.trim().replace(/\s+/g, ' ');
  const named = NAMED[said.toLowerCase()];
  if (named) return named;
  const day = /^\d{4}-\d{1,2}-\d{1,2}$/.test(said) ? isoInstant(said, zone) : null;
  if (day !== null) return { from: absolute(day), to: absolute(addDays(day, 1, zone)) };
  const ends = said.split(SEPARATOR);
  if (ends.length === 2) {
    const [from, to] = [ends[0]!, ends[1]!].map((each) => canonical(each, now, zone));
    return from && to ? { from, to } : null;
  }
  const span = SPAN.exec(said);
  const offset = span ? offsetText(span[1]!) : null;
  if (offset) return { from: `now${offset}`, to: 'now' };
  const from = canonical(said, now, zone);
  return from ? { from, to: 'now' } : null;
}

/** An instant as it stands in the address: readable, and the same in all zones. */
export function absolute(ms: number): string {
  return new Date(Math.round(ms)).toISOString().replace('.000Z', 'Z');
}

/** A length of time in words: `1 h 30 min`. */
export function showSpan(ms: number): string {
  const names: [number, string][] = [
    [UNIT_MS['d']!, 'd'],
    [UNIT_MS['h']!, 'h'],
    [UNIT_MS['m']!, 'min'],
    [SECOND, 's'],
  ];
  const found: string[] = [];
  let rest = Math.round(ms / SECOND) * SECOND;
  for (const [unit, name] of names) {
    if (rest >= unit && found.length < 2) found.push(`${Math.floor(rest / unit)} ${name}`);
    rest %= unit;
  }
  return found.join(' ') || `${Math.round(ms)} ms`;
}

/** `now-6h` stays as it is, everything else becomes absolute. */
function canonical(text: string, now: number, zone: string): string | null {
  const said = text.trim();
  if (RELATIVE.test(said)) return said;
  const ago = AGO.exec(said);
  const offset = ago ? offsetText(ago[1]!) : null;
  if (offset) return `now${offset}`;
  const at = instant(said, now, zone);
  return at === null ? null : absolute(at);
}

/** `6 hours 30 min` → `-6h-30m`; null where a unit is unknown. */
function offsetText(text: string): string | null {
  let found = '';
  for (const [, count, word] of text.matchAll(/(\d+(?:\.\d+)?) ?([a-z]+)/gi)) {
    const unit = word === 'M' ? 'M' : WORDS[word!.toLowerCase()];
    if (!unit) return null;
    found += `-${count}${unit}`;
  }
  return found || null;
}

function shiftedBy(text: string, now: number, zone: string): number | null {
  const offset = offsetText(text);
  return offset === null ? null : shifted(now, offset, zone);
}

function shifted(now: number, offsets: string, zone: string): number {
  let at = now;
  for (const [, sign, count, unit] of offsets.matchAll(/([+-])(\d+(?:\.\d+)?)([smhdwMy])/g)) {
    const amount = Number(count) * (sign === '-' ? -1 : 1);
    at = shiftedByUnit(at, amount, unit!, zone);
  }
  return at;
}

/** Days and longer are steps of the calendar: across a daylight change, `now-1d` shows the same hour. */
function shiftedByUnit(at: number, amount: number, unit: string, zone: string): number {
  if (!Number.isInteger(amount) || !'dwMy'.includes(unit)) return at + amount * UNIT_MS[unit]!;
  const wall = wallAt(at, zone);
  const days = unit === 'd' ? amount : unit === 'w' ? 7 * amount : 0;
  const months = unit === 'M' ? amount : unit === 'y' ? 12 * amount : 0;
  const month = wall.month - 1 + months;
  const last = new Date(Date.UTC(wall.year, month + 1, 0)).getUTCDate();
  const target = new Date(Date.UTC(wall.year, month, Math.min(wall.day, last) + days));
  return instantOf({ ...wall, ...dayOf(target) }, zone) + (at % SECOND);
}

function floorTo(unit: string | undefined, at: number, zone: string): number {
  if (!unit) return at;
  const { year, month, day, hour = 0 } = wallAt(at, zone);
  if (unit === 'h') return instantOf({ year, month, day, hour }, zone);
  if (unit === 'M') return instantOf({ year, month, day: 1 }, zone);
  if (unit === 'y') return instantOf({ year, month: 1, day: 1 }, zone);
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  const first = new Date(Date.UTC(year, month - 1, day - (unit === 'w' ? weekday : 0)));
  return instantOf(dayOf(first), zone);
}

function isoInstant(text: string, zone: string): number | null {
  const found = ISO.exec(text);
  if (!found) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', rest = '0', offset] = found;
  const wall = { year: +year!, month: +month!, day: +day!, hour: +hour, minute: +minute, second: +second };
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  const shown = new Date(asUtc);
  // Date.UTC takes 2026-02-31 for March; we do not.
  if (shown.getUTCMonth() + 1 !== wall.month || shown.getUTCDate() !== wall.day || wall.minute > 59) return null;
  const fraction = Number(rest.padEnd(3, '0'));
  if (!offset) return instantOf(wall, zone) + fraction;
  if (offset.toUpperCase() === 'Z') return asUtc + fraction;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return asUtc + fraction - (offset.startsWith('-') ? -1 : 1) * minutes * UNIT_MS['m']!;
}

function addDays(at: number, days: number, zone: string): number {
  return shiftedByUnit(at, days, 'd', zone);
}

function wallAt(at: number, zone: string): Required<WallTime> {
  const shown = new Date(at + offsetMs(at, zone));
  return {
    ...dayOf(shown),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
  };
}

function dayOf(date: Date): { year: number; month: number; day: number } {
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

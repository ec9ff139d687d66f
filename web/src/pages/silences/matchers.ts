// SPDX-License-Identifier: Apache-2.0
// What silences, routes and inhibitions choose alarms by: comparisons with labels, as text and in words.

import type { Problem } from '../../api/problem';
import type { Schema } from '../../api/operations';

export type Matcher = Schema<'Matcher'>;
export type Operator = NonNullable<Matcher['op']>;

export const OPERATORS: readonly { value: Operator; label: string }[] = [
  { value: '=', label: '= is' },
  { value: '!=', label: '≠ is not' },
  { value: '=~', label: '=~ matches' },
  { value: '!~', label: '!~ does not match' },
];

/** The labels that every alarm has. */
export const LABELS = ['name', 'severity', 'type', 'state', 'project_id', 'alarm_id'] as const;

/** One that is still to be written. */
export const BLANK: Matcher = { label: '', op: '=', value: '' };

/** `severity="critical"`. */
export function matcherText({ label, op = '=', value }: Matcher): string {
  return `${label}${op}${JSON.stringify(value)}`;
}

/** A comparison as it stands in an address; null where it is none. Quotes may be left out. */
export function readMatcher(text: string): Matcher | null {
  const [, label, op, value] = /^\s*([^=!~"\s]+)\s*(=~|!~|!=|=)\s*(.*?)\s*$/s.exec(text) ?? [];
  if (!label || !op || value === undefined) return null;
  if (!value.startsWith('"')) return { label, op: op as Operator, value };
  try {
    return { label, op: op as Operator, value: String(JSON.parse(value)) };
  } catch {
    return null;
  }
}

export const readMatchers = (texts: readonly string[]): Matcher[] =>
  texts.map(readMatcher).filter((each) => each !== null);

/** What fits exactly an alarm, or one of its instances. */
export function matchersOf(alarm_id: string, labels: Record<string, string> = {}): Matcher[] {
  const own = new Set<string>([...LABELS, 'alertname']);
  return Object.entries({ alarm_id, ...prefixed(labels, own) }).map(([label, value]) => ({ label, op: '=', value }));
}

/** What an instance calls like something that every alarm has is known as `label_NAME`. */
function prefixed(labels: Record<string, string>, own: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [own.has(name) ? `label_${name}` : name, value]),
  );
}

/** Whether all that has to be filled in is. */
export const areWritten = (matchers: readonly Matcher[]): boolean =>
  matchers.length > 0 && matchers.every((each) => each.label.trim() !== '');

/** The place that a problem names, always as `routes.1.matchers.0.value`. */
export const placeOf = (problem: Problem | null): string =>
  (problem?.field ?? []).join('.').replaceAll('[', '.').replaceAll(']', '');

/** A test of whether a problem is within one of some places, for sheets that show it there. */
export const isWithin =
  (...places: readonly string[]) =>
  (problem: Problem): boolean =>
    places.some((place) => problemWithin(problem, place) !== undefined);

/** What stands at a place: the problem's words where it is there, or within. */
export function problemWithin(problem: Problem | null, place: string): string | undefined {
  const found = placeOf(problem);
  return found === place || found.startsWith(`${place}.`) ? problem!.detail : undefined;
}

/** Labels of which each line says one, `name=value`; null where a line says none. */
export function labelsOf(text: string): Record<string, string> | null {
  const found = text
    .split('\n')
    .filter((each) => each.trim())
    .map(readMatcher);
  if (found.some((each) => each?.op !== '=')) return null;
  return Object.fromEntries(found.map((each) => [each!.label, each!.value]));
}

/** What is listed with commas between. */
export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

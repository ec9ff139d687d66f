// SPDX-License-Identifier: Apache-2.0
// Which alarms the list shows, and in which order, as the address says it.

import { computed, type ReadonlySignal } from '@preact/signals';

import type { Query } from '../../api/operations';
import { params, setParams } from '../../state/url';
import { typeName } from './rule';
import { SEVERITIES, STATES, type Severity, type State } from './states';

export interface Filters {
  /** A state, or those that could not be decided; '' for all. */
  state: State | 'error' | '';
  severity: Severity | '';
  type: string;
  enabled: 'yes' | 'no' | '';
  /** Whether a silence is about it. */
  silenced: 'yes' | 'no' | '';
  /** A part of the name. */
  match: string;
}

type AlarmsQuery = Query<'/v1/alarms', 'get'>;
export type Sort = NonNullable<AlarmsQuery['sort']>;

/** The names of the filters in the address. */
const NAMES = {
  state: 'state',
  severity: 'severity',
  type: 'type',
  enabled: 'enabled',
  silenced: 'silenced',
  match: 'q',
} as const;
/** The worst first. */
export const USUAL_SORT = 'state';
const SORTS = ['name', 'state', 'since', 'severity', 'changed'];

export const filters: ReadonlySignal<Filters> = computed(() => readFilters(params.value));
export const sorting: ReadonlySignal<string> = computed(() => readSort(params.value.get('sort')));

export function readFilters(given: URLSearchParams): Filters {
  const among = <T extends string>(name: string, known: readonly T[]): T | '' =>
    known.find((each) => each === given.get(name)) ?? '';
  return {
    state: among<State | 'error'>(NAMES.state, [...STATES, 'error']),
    severity: among(NAMES.severity, SEVERITIES),
    type: given.get(NAMES.type) ?? '',
    enabled: among(NAMES.enabled, ['yes', 'no'] as const),
    silenced: among(NAMES.silenced, ['yes', 'no'] as const),
    match: given.get(NAMES.match) ?? '',
  };
}

/** An order that the server has; the usual one for what is none. */
export function readSort(text: string | null): string {
  return text && SORTS.includes(text.replace(/^-/, '')) ? text : USUAL_SORT;
}

/** The next order when a head is pressed: of times and severities the highest come first. */
export function nextSort(asked: string, before: string): string {
  const key = asked.replace(/^-/, '');
  const isNew = before.replace(/^-/, '') !== key;
  return isNew && ['since', 'severity', 'changed'].includes(key) ? `-${key}` : asked;
}

export function setFilters(changed: Partial<Filters>, options: { replace?: boolean } = {}): void {
  const written: Record<string, string> = {};
  for (const name of Object.keys(changed) as (keyof Filters)[]) written[NAMES[name]] = changed[name]!;
  setParams(written, options);
}

export function clearFilters(): void {
  setFilters({ state: '', severity: '', type: '', enabled: '', silenced: '', match: '' });
}

/** Each filter in words, for saying why nothing is there. */
export function toldFilters({ state, severity, type, enabled, silenced, match }: Filters): string[] {
  return [
    ...(state ? [state === 'error' ? 'with errors' : state] : []),
    ...(severity ? [severity] : []),
    ...(type ? [typeName(type)] : []),
    ...(enabled ? [enabled === 'yes' ? 'switched on' : 'switched off'] : []),
    ...(silenced ? [silenced === 'yes' ? 'silenced' : 'not silenced'] : []),
    ...(match ? [`name “${match}”`] : []),
  ];
}

/** What the server is asked for. */
export function queryOf(given: Filters, sort: string): Partial<AlarmsQuery> {
  const { state, severity, type, enabled, silenced, match } = given;
  return {
    state: state && state !== 'error' ? state : null,
    failing: state === 'error' ? true : null,
    severity: severity || null,
    type,
    match,
    enabled: enabled ? enabled === 'yes' : null,
    silenced: silenced ? silenced === 'yes' : null,
    sort: sort as Sort,
  };
}

// SPDX-License-Identifier: Apache-2.0
// Which events the page shows, as the address says it.

import { computed, type ReadonlySignal } from '@preact/signals';

import type { Query } from '../../api/operations';
import type { Span } from '../../state/time';
import { params, setParams } from '../../state/url';

export interface Filters {
  /** Globs, of which one must fit; with `!` in front one that must not. */
  types: readonly string[];
  /** `NAME=VALUE`, all of which hold. */
  traits: readonly string[];
  /** A part of the type, the id or any trait. */
  text: string;
  /** An expression in the language of filters. */
  expression: string;
}

/** The names of the filters in the address. */
const NAMES = { types: 'type', traits: 'trait', text: 'q', expression: 'filter' } as const;

export const filters: ReadonlySignal<Filters> = computed(() => readFilters(params.value));

export function readFilters(given: URLSearchParams): Filters {
  return {
    types: given.getAll(NAMES.types),
    traits: given.getAll(NAMES.traits).filter((each) => each.includes('=')),
    text: given.get(NAMES.text) ?? '',
    expression: given.get(NAMES.expression) ?? '',
  };
}

export function setFilters(changed: Partial<Filters>, options: { replace?: boolean } = {}): void {
  const written: Record<string, string | readonly string[]> = {};
  for (const name of Object.keys(changed) as (keyof Filters)[]) written[NAMES[name]] = changed[name]!;
  setParams(written, options);
}

export function clearFilters(): void {
  setFilters({ types: [], traits: [], text: '', expression: '' });
}

/** Each filter in words, for saying why nothing is there. */
export function toldFilters({ types, traits, text, expression }: Filters): string[] {
  return [
    ...types.map((each) => (each.startsWith('!') ? `not type ${each.slice(1)}` : `type ${each}`)),
    ...traits,
    ...(text ? [`text “${text}”`] : []),
    ...(expression ? [expression] : []),
  ];
}

/** What the server is asked for. */
export function queryOf(given: Filters, { start_ms, stop_ms }: Span): Partial<Query<'/v1/events', 'get'>> {
  return {
    type: [...given.types],
    trait: [...given.traits],
    text: given.text,
    filter: given.expression,
    start: start_ms / 1000,
    stop: stop_ms / 1000,
  };
}

/** With this one as well, or without it where it was there already. */
export function toggled(list: readonly string[], each: string): string[] {
  return list.includes(each) ? list.filter((other) => other !== each) : [...list, each];
}

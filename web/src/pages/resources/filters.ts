// SPDX-License-Identifier: Apache-2.0
// Which resources the list shows, as the address says it.

import { computed, type ReadonlySignal } from '@preact/signals';

import type { Query } from '../../api/operations';
import { params, setParams, type Params } from '../../state/url';

export interface Filters {
  type: string;
  /** Of which project; the page's own project already narrows the list for those who chose one. */
  project: string;
  /** A part of the id or of the name. */
  match: string;
  /** `NAME=VALUE`, all of which hold. */
  attributes: readonly string[];
  /** Those that have ended as well. */
  ended: boolean;
}

/** The names of the filters in the address; `project` is taken by the page. */
const NAMES = { type: 'type', project: 'of', match: 'q', attributes: 'attr', ended: 'ended' } as const;

export const filters: ReadonlySignal<Filters> = computed(() => readFilters(params.value));

export function readFilters(given: URLSearchParams): Filters {
  return {
    type: given.get(NAMES.type) ?? '',
    project: given.get(NAMES.project) ?? '',
    match: given.get(NAMES.match) ?? '',
    attributes: given.getAll(NAMES.attributes).filter((each) => each.includes('=')),
    ended: given.get(NAMES.ended) === '1',
  };
}

/** Filters as parameters of the address. */
export function writeFilters(changed: Partial<Filters>): Params {
  const written: Record<string, string | readonly string[] | null> = {};
  if (changed.type !== undefined) written[NAMES.type] = changed.type;
  if (changed.project !== undefined) written[NAMES.project] = changed.project;
  if (changed.match !== undefined) written[NAMES.match] = changed.match;
  if (changed.attributes !== undefined) written[NAMES.attributes] = changed.attributes;
  if (changed.ended !== undefined) written[NAMES.ended] = changed.ended ? '1' : null;
  return written;
}

/** Show another selection. Another type has other attributes and metrics, so columns and order start anew. */
export function setFilters(changed: Partial<Filters>, options: { replace?: boolean } = {}): void {
  const anew = changed.type !== undefined ? { attr: null, col: null, sort: null } : {};
  setParams({ ...anew, ...writeFilters(changed) }, options);
}

export function clearFilters(): void {
  setFilters({ type: '', project: '', match: '', attributes: [], ended: false });
}

/** Each filter in words, for saying why nothing is there. */
export function toldFilters({ type, project, match, attributes }: Filters): string[] {
  return [
    ...(type ? [`type ${type}`] : []),
    ...(project ? [`project ${project}`] : []),
    ...(match ? [`text “${match}”`] : []),
    ...attributes,
  ];
}

/** What the server is asked for. */
export function queryOf(given: Filters): Partial<Query<'/v1/resources', 'get'>> {
  return {
    type: given.type,
    project: given.project,
    match: given.match,
    attribute: [...given.attributes],
    ended: given.ended,
  };
}

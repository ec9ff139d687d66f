// SPDX-License-Identifier: Apache-2.0
// Which columns the list has, and how it is sorted: the address's choice, else what suits the type.

import type { SortKey } from '../../parts/DataTable';

/** Columns that every resource has something for. */
export const FIXED = {
  name: 'Name',
  type: 'Type',
  project: 'Project',
  main: 'Main metric',
  user: 'User',
  id: 'Id',
  started: 'Since',
  ended: 'Ended',
  revision: 'Changed',
} as const;
export type FixedKey = keyof typeof FIXED;

const ATTRIBUTE = 'a.';
const METRIC = 'm.';
export const attributeKey = (name: string): string => ATTRIBUTE + name;
export const metricKey = (name: string): string => METRIC + name;
/** The attribute that a column shows, or undefined for other columns. */
export const attributeOf = (key: string): string | undefined =>
  key.startsWith(ATTRIBUTE) ? key.slice(ATTRIBUTE.length) : undefined;
/** The metric that a column shows, or undefined for other columns. */
export const metricOf = (key: string): string | undefined =>
  key.startsWith(METRIC) ? key.slice(METRIC.length) : undefined;

/** What a column is called. */
export function titleOf(key: string): string {
  return attributeOf(key) ?? metricOf(key) ?? FIXED[key as FixedKey] ?? key;
}

/** Metrics by which people tell at a glance how something is, the most telling first. */
export const TELLING = [
  'cpu.util',
  'cpu_util',
  'cpu.percent',
  'memory.util',
  'memory.usage',
  'memory.used',
  'network.incoming.bytes',
  'network.outgoing.bytes',
  'filesystem.util',
  'disk.device.read.bytes',
  'disk.device.write.bytes',
  'disk.device.usage',
  'disk.read.bytes',
  'disk.write.bytes',
  'server.measures.accepted',
  'server.request.time',
  'load.1m',
  'temperature',
] as const;
const TELLING_ATTRIBUTES = [
  'host',
  'flavor_name',
  'availability_zone',
  'os',
  'cpu_count',
  'state',
  'status',
  'instance_id',
  'rack',
];
/** The name of a resource is made of these already. */
const IN_NAME = new Set(['display_name', 'name']);
const ATTRIBUTES_SHOWN = 3;
const METRICS_SHOWN = 3;

export interface Known {
  type: string;
  attributes: readonly string[];
  metrics: readonly string[];
  /** Whether resources of several projects are in the list. */
  manyProjects: boolean;
  ended: boolean;
}

/** The columns that suit a type. */
export function usualColumns({ type, attributes, metrics, manyProjects, ended }: Known): string[] {
  const project = manyProjects ? ['project'] : [];
  const times = ended ? ['started', 'ended'] : ['started'];
  if (!type) return ['name', 'type', ...project, 'main', ...times, 'revision'];
  return [
    'name',
    ...project,
    ...best(
      attributes.filter((name) => !IN_NAME.has(name)),
      TELLING_ATTRIBUTES,
      ATTRIBUTES_SHOWN,
    ).map(attributeKey),
    ...best(metrics, TELLING, METRICS_SHOWN).map(metricKey),
    ...times,
  ];
}

/** The first of a list by preference; where none is preferred, the first ones as they come. */
export function best(names: readonly string[], preferred: readonly string[], count: number): string[] {
  const found = preferred.filter((name) => names.includes(name));
  const usual = names.filter((name) => !/_(id|at|ref)$/.test(name));
  return (found.length ? found : usual).slice(0, count);
}

/** Where a column goes when it is chosen or unchosen; the name stays first. */
export function toggled(columns: readonly string[], key: string): string[] {
  return columns.includes(key) ? columns.filter((each) => each !== key || key === 'name') : [...columns, key];
}

/** What the server sorts by, over any number of resources; everything else is sorted here. */
const BY_SERVER = ['type', 'project', 'started', 'revision'];
export const USUAL_SORT: SortKey = '-revision';
/** So many rows are brought here to sort them by something that the server cannot. */
export const SORTED_HERE_MAX = 5000;

export const keyOfSort = (sort: SortKey): string => (sort.startsWith('-') ? sort.slice(1) : sort);

/** Whether the server sorts so; if not, all rows have to be here. */
export function isSortedByServer(sort: SortKey): boolean {
  return BY_SERVER.includes(keyOfSort(sort));
}

/** The next order when a head is pressed: of values the highest come first, of texts the first ones. */
export function nextSort(asked: SortKey, before: SortKey): SortKey {
  const key = keyOfSort(asked);
  const isNew = keyOfSort(before) !== key;
  const downward = metricOf(key) !== undefined || ['started', 'ended', 'revision', 'main'].includes(key);
  return isNew ? (downward ? `-${key}` : key) : asked;
}

// SPDX-License-Identifier: Apache-2.0
// What rules look at by its names, with units and ways there: rules themselves know only ids.

import { api } from '../../api/client';
import { isAbort } from '../../api/problem';
import { useLoad, type Load } from '../../state/load';
import { project } from '../../state/session';
import { href } from '../../state/url';
import { METRICS, plainSubject, queryText, RESOURCE, RESOURCES, SERIES, type Leaf, type Named } from '../alarms/rule';

/** More names in a sentence are not read, and each costs a question. */
const METRICS_NAMED = 6;
/** A composite rule may have hundreds of parts. */
const LEAVES_NAMED = 20;
const SEARCHED = 20;

/** The names of what each rule looks at, in their order; by ids alone where nothing better is known. */
export function useNamed(leaves: readonly Leaf[]): Load<Named[]> {
  const asked = leaves.map(({ type, rule }) => [
    type,
    ...['metric', 'resource_id', 'resource_type', 'metrics', 'query', 'aggregation_method'].map((each) => rule[each]),
  ]);
  return useLoad(
    ['named', asked, project.value],
    (signal) =>
      Promise.all(leaves.map((leaf, at) => (at < LEAVES_NAMED ? named(leaf, signal) : Promise.resolve(plain(leaf))))),
    { refresh: false },
  );
}

/** What a rule looks at as far as it says itself. */
export function plain(leaf: Leaf): Named {
  return { subject: plainSubject(leaf), unit: null, metrics: [] };
}

/** What the server knows of what a rule looks at. */
export async function named(leaf: Leaf, signal: AbortSignal): Promise<Named> {
  try {
    if (leaf.type === RESOURCE) return await ofResource(leaf, signal);
    if (leaf.type === METRICS) return await ofMetrics(leaf, signal);
    if (leaf.type === RESOURCES || leaf.type === SERIES) return await ofResources(leaf, signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    // What is gone, or not to be seen, has no name here.
  }
  return plain(leaf);
}

async function ofResource({ rule }: Leaf, signal: AbortSignal): Promise<Named> {
  const id = String(rule['resource_id']);
  const { resource, metrics } = await api.get('/v1/resources/{id}', { path: { id }, signal });
  const metric = metrics.find((each) => each.name === rule['metric']);
  return {
    subject: `${resource.type} ${resource.label}`,
    unit: unitOf(metric?.unit, rule),
    href: href(`/resources/${encodeURIComponent(resource.id)}`),
    metrics: metric ? [metric.id] : [],
  };
}

async function ofMetrics({ rule }: Leaf, signal: AbortSignal): Promise<Named> {
  const ids = (rule['metrics'] as unknown[]).map(String);
  const ask = (id: string) => api.get('/v1/search', { query: { q: id, limit: 1 }, signal });
  const answers = await Promise.all(ids.slice(0, METRICS_NAMED).map(ask));
  const found = answers.flatMap((each) => each.metrics.slice(0, 1));
  const names = found.map(({ name, id, resource }) => `${name ?? id}${resource ? ` of ${resource.label}` : ''}`);
  const more = ids.length - names.length;
  const units = new Set(found.map((each) => each.unit));
  return {
    subject: [...names, ...(more ? [`${more} more`] : [])].join(', ') || ids.join(', '),
    unit: units.size === 1 ? unitOf(found[0]!.unit, rule) : null,
    metrics: ids,
  };
}

async function ofResources({ rule }: Leaf, signal: AbortSignal): Promise<Named> {
  const [name, type] = [String(rule['metric']), String(rule['resource_type'])];
  const { metrics } = await api.get('/v1/search', { query: { q: name, limit: SEARCHED }, signal });
  const metric = metrics.find((each) => each.name === name && each.resource?.type === type);
  const condition = queryText(String(rule['query'] ?? ''));
  return {
    subject: `every ${type}${condition && ` with ${condition}`}`,
    unit: unitOf((metric ?? metrics.find((each) => each.name === name))?.unit, rule),
    href: href('/resources', { type }),
    metrics: [],
  };
}

/** The unit of what is compared: counts have none, whatever is counted, nor have ratios and deviations. */
export function unitOf(unit: string | null | undefined, rule: Leaf['rule']): string | null {
  const compare = rule['compare'] as Leaf['rule'] | null | undefined;
  if (compare && compare['how'] !== 'difference') return compare['how'] === 'percent' ? '%' : null;
  return rule['aggregation_method'] === 'count' || rule['across'] === 'count' ? null : (unit ?? null);
}

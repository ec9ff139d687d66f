// SPDX-License-Identifier: Apache-2.0
// What belongs to a resource: disks and interfaces name their instance, cores and filesystems their host.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { useLoad, type Load } from '../../state/load';
import type { ResourceRow } from '../resources/list';

type ResourceAnswer = Answer<'/v1/resources/{id}', 'get'>;
type MetricOfResource = ResourceAnswer['metrics'][number];

export interface Parts {
  /** Every part, as far as they can be listed. */
  all: readonly ResourceRow[];
  /** Those whose metrics stand on the page of the whole. */
  detailed: readonly ResourceAnswer[];
}

export const NO_PARTS: Parts = { all: [], detailed: [] };
const LISTED_MAX = 200;
const DETAILED_MAX = 24;
/** Dozens of cores would drown the rest; each has a page of its own. */
const CORE = /_cpu$/;

/** The parts of a resource with their metrics, none for most. */
export function useParts(resource: ResourceRow): Load<Parts> {
  const pointer = pointerTo(resource);
  return useLoad(['parts', resource.id, pointer], async (signal) => {
    const query = { attribute: [pointer], limit: LISTED_MAX, sort: 'type' };
    const { resources } = await api.get('/v1/resources', { query, signal });
    const all = resources.filter((each) => isPart(each, resource));
    const chosen = all.filter((each) => !CORE.test(each.type)).slice(0, DETAILED_MAX);
    const detailed = await Promise.all(
      chosen.map((each) => api.get('/v1/resources/{id}', { path: { id: each.id }, signal })),
    );
    return { all, detailed };
  });
}

type Named = Pick<ResourceRow, 'id' | 'name' | 'type' | 'attributes'>;

/** The attribute by which parts name their whole: `NAME=VALUE`. */
export function pointerTo({ name, type }: Named): string {
  return type === 'host' ? `host=${name}` : `instance_id=${name}`;
}

function isPart(each: Named, whole: Named): boolean {
  // Instances name the host that they run on, yet are no parts of it.
  return each.id !== whole.id && (whole.type !== 'host' || each.type.startsWith('host_'));
}

export interface Whole {
  word: string;
  name: string;
  /** Whether the reader may see it: the host of an instance is for those who see all. */
  visible: boolean;
}

/** What a resource is a part of, or runs on. */
export function wholeOf({ type, attributes }: Named, seesAll: boolean): Whole | null {
  const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null);
  const instance = text(attributes['instance_id']);
  if (instance) return { word: 'Belongs to', name: instance, visible: true };
  const host = type === 'host' ? null : text(attributes['host']);
  if (!host) return null;
  const isPart = type.startsWith('host_');
  return { word: isPart ? 'Belongs to' : 'Runs on', name: host, visible: isPart || seesAll };
}

/** The name of a part beside its whole: `disk.vda` instead of `web-1.disk.vda`. */
export function shortName(part: Pick<ResourceRow, 'label'>, whole: string): string {
  return part.label.startsWith(`${whole}.`) ? part.label.slice(whole.length + 1) : part.label;
}

export interface Labelled {
  metric: MetricOfResource;
  label: string;
  /** What it is a metric of: the resource, or a part of it. */
  of: Pick<ResourceRow, 'name' | 'label' | 'type' | 'project_id'>;
}

/** All metrics of a resource and its parts; where two have one name, the part's own name stands before it. */
export function labelled({ resource, metrics }: ResourceAnswer, parts: Parts): Labelled[] {
  const all = [
    ...metrics.map((metric) => ({ metric, part: '', of: resource })),
    ...parts.detailed.flatMap((each) =>
      each.metrics.map((metric) => ({
        metric,
        part: shortName(each.resource, resource.label),
        of: each.resource,
      })),
    ),
  ];
  const counts = new Map<string, number>();
  for (const { metric } of all) counts.set(metric.name, (counts.get(metric.name) ?? 0) + 1);
  return all.map(({ metric, part, of }) => ({
    metric,
    of,
    label: part && counts.get(metric.name)! > 1 ? `${part} ${metric.name}` : metric.name,
  }));
}

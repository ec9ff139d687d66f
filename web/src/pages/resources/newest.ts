// SPDX-License-Identifier: Apache-2.0
// Newest values by resource and metric.

import { TELLING } from './choices';
import type { LatestSeries } from './list';

/** The series of each resource by the metric's name. */
export type LatestOf = ReadonlyMap<string, ReadonlyMap<string, LatestSeries>>;

/** Series by resource and name; a resource without any is there too, so that it is not asked for again. */
export function byResource(ids: readonly string[], series: readonly LatestSeries[]): LatestOf {
  const found = new Map(ids.map((id) => [id, new Map<string, LatestSeries>()]));
  for (const each of series) found.get(each.resource)?.set(each.name, each);
  return found;
}

/** The metric that tells best how a resource is, of those asked for. */
export function mainOf(series: ReadonlyMap<string, LatestSeries> | undefined): LatestSeries | undefined {
  const name = TELLING.find((each) => series?.has(each));
  return name === undefined ? undefined : series?.get(name);
}

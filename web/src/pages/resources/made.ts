// SPDX-License-Identifier: Apache-2.0
// Made-up rows for tests.

import type { LatestSeries, ResourceRow } from './list';

export function row(id: string, given: Partial<ResourceRow> = {}): ResourceRow {
  return {
    id,
    name: id,
    label: id,
    type: 'instance',
    project_id: null,
    user_id: null,
    creator: null,
    started_ms: 0,
    ended_ms: null,
    revision_ms: 0,
    attributes: {},
    ...given,
  };
}

export function series(
  resource: string,
  name: string,
  value: number,
  given: Partial<LatestSeries> = {},
): LatestSeries {
  return {
    resource,
    metric: `${resource} ${name}`,
    name,
    unit: '%',
    policy: 'low',
    rate: false,
    latest: { time_ms: 60_000, value },
    times_ms: [60_000],
    values: [value],
    ...given,
  };
}

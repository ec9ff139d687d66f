// SPDX-License-Identifier: Apache-2.0
// What the list shows beside groups: how many members they had, and what they decided last.

import { api } from '../../api/client';
import { useLoad, type Load } from '../../state/load';
import { project } from '../../state/session';
import type { Span } from '../../state/time';
import { latestOfAll, type LatestSeries } from '../resources/list';
import type { Decision } from './groups';

/** The type of the resources by which the server tells of groups. */
export const TYPE = 'scaling_group';
const GROUPS_MAX = 1000;
/** A line this wide has no more points to show. */
const POINTS = 96;
const AT_ONCE = 4;

export type Sizes = Pick<LatestSeries, 'times_ms' | 'values'>;

/** How many members groups had over a range, by their ids. */
export function useSizes(ids: readonly string[], range: Span): Load<ReadonlyMap<string, Sizes>> {
  return useLoad(
    ['sizes of groups', ids, range, project.value],
    async (signal) => {
      const query = { type: TYPE, limit: GROUPS_MAX };
      const { resources } = await api.get('/v1/resources', { query, signal });
      const groups = new Map(resources.map((each) => [each.id, each.name]));
      const series = await latestOfAll([...groups.keys()], ['members'], range, POINTS, signal);
      return new Map(series.map((each) => [groups.get(each.resource)!, each]));
    },
    { when: ids.length > 0 },
  );
}

/** The newest decision of each group, null where there is none; `seen` is anything that differs once they are old. */
export function useLast(ids: readonly string[], seen: unknown): ReadonlyMap<string, Decision | null> {
  const load = useLoad(
    ['last decisions', ids, seen, project.value],
    async (signal) => {
      const found = new Map<string, Decision | null>();
      const queue = [...ids];
      const work = async (): Promise<void> => {
        for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
          const query = { limit: 1 };
          const { decisions } = await api.get('/v1/scaling/groups/{id}/decisions', { path: { id }, query, signal });
          found.set(id, decisions[0] ?? null);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return found;
    },
    { when: ids.length > 0 },
  );
  return load.data.value ?? NOTHING;
}

const NOTHING: ReadonlyMap<string, Decision | null> = new Map();

// SPDX-License-Identifier: Apache-2.0
// What projects are called.

import { useMemo } from 'preact/hooks';

import { api } from '../../api/client';
import { useLoad } from '../../state/load';
import { session } from '../../state/session';

/** Names by the ids of projects: of all for those who see all, else of one's own. */
export function useProjects(): ReadonlyMap<string, string> {
  const seesAll = session.value?.sees_all ?? false;
  const load = useLoad(['projects', seesAll], (signal) => api.get('/v1/projects', { signal }), {
    when: seesAll,
    refresh: false,
  });
  const mine = session.value?.projects;
  const all = load.data.value?.projects;
  return useMemo(() => new Map((all ?? mine ?? []).map((each) => [each.id, each.name || each.id])), [all, mine]);
}

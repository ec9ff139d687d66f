// SPDX-License-Identifier: Apache-2.0
// What the server knows of what a rule names: offered while one types, and checked.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { Problem } from '../../api/problem';
import { useSettled } from '../../shell/SearchBox';
import { useLoad, type Load } from '../../state/load';
import { project } from '../../state/session';

const REST_MS = 300;
const OFFERED = 20;

export type Resource = Answer<'/v1/resources/{id}', 'get'>;
type Found = Answer<'/v1/search', 'get'>;

/** The resource of an id or a name: `gone` where there is none. */
export function useResource(id: string, when: boolean): Load<Resource | 'gone'> {
  const asked = useSettled(id.trim(), REST_MS);
  return useLoad(
    ['resource', asked, project.value],
    async (signal) => {
      try {
        return await api.get('/v1/resources/{id}', { path: { id: asked }, signal });
      } catch (error) {
        if (error instanceof Problem && error.status === 404) return 'gone';
        throw error;
      }
    },
    { refresh: false, when: when && asked !== '' },
  );
}

/** What matches a text that is being typed. */
export function useFound(text: string, when: boolean): Found {
  const asked = useSettled(text.trim(), REST_MS);
  const load = useLoad(
    ['found', asked, project.value],
    (signal) => api.get('/v1/search', { query: { q: asked, limit: OFFERED }, signal }),
    { refresh: false, when: when && asked !== '' },
  );
  return load.data.value ?? { resources: [], metrics: [] };
}

/** The types of resources that there are. */
export function useTypes(): readonly string[] {
  const load = useLoad(['types', project.value], (signal) => api.get('/v1/resource-types', { signal }), {
    refresh: false,
  });
  return (load.data.value?.types ?? []).filter((each) => each.resources > 0).map((each) => each.name);
}

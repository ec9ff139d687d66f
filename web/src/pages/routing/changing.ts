// SPDX-License-Identifier: Apache-2.0
// Changing what is routed: the whole tree goes to the server, with the revision that one has seen.

import { api } from '../../api/client';
import type { Schema } from '../../api/operations';
import { useLoad, type Load } from '../../state/load';
import { project } from '../../state/session';
import { workingIn } from '../alarms/rights';
import type { Routing } from './tree';

export type Point = Schema<'ContactPointView'>;

export interface Kept {
  tree: Routing;
  points: readonly Point[];
}

/** The tree and the contact points of a project, '' for the one worked in, or those for all. */
export function useRouting(of: string): Load<Kept> {
  return useLoad(
    ['routing', of, project.value],
    async (signal) => {
      const given = { query: { project: of }, signal };
      const [tree, { contact_points }] = await Promise.all([
        api.get('/v1/routing', given),
        api.get('/v1/contact-points', given),
      ]);
      return { tree, points: contact_points };
    },
    { refresh: false },
  );
}

/** What a page does with the tree that it shows. */
export interface Changing {
  kept: Kept;
  mayChange: boolean;
  /** Put changed parts in the place of those of `tree`: refused where another has changed it since. */
  save: (tree: Routing, changed: Partial<Pick<Routing, 'routes' | 'mute_timings' | 'inhibitions'>>) => Promise<void>;
  /** The project that changes are made in, where it has to be said. */
  where: string | undefined;
  reload: () => void;
}

export function changing(kept: Kept, of: string, mayChange: boolean, reload: () => void): Changing {
  const where = workingIn(of);
  return {
    kept,
    mayChange,
    where,
    reload,
    save: async ({ revision, routes, mute_timings, inhibitions }, changed) => {
      const body = { revision, routes, mute_timings, inhibitions, ...changed };
      await api.put('/v1/routing', { body, project: where });
      reload();
    },
  };
}

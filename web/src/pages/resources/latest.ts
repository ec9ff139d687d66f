// SPDX-License-Identifier: Apache-2.0
// Newest values and sparklines of the rows in sight: one question for all that came into sight together.

import { useComputed, useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';

import { useLoad, type Load } from '../../state/load';
import { project } from '../../state/session';
import { now, span, type Span } from '../../state/time';
import { LATEST_MAX, latestOfAll, SPARKLINE_POINTS, type ResourceRow } from './list';
import { byResource, type LatestOf } from './newest';

export interface Newest {
  of: LatestOf;
  /** The range that the sparklines are of. */
  range: Span;
  load: Load<unknown>;
  /** Tells which rows are in sight. */
  onShown: (rows: readonly ResourceRow[]) => void;
}

/** Scrolling asks once it rests. */
const REST_MS = 120;

/** The newest values of some metrics, of the rows in sight and of those that were. */
export function useNewest(metrics: readonly string[]): Newest {
  const shown = useSignal<readonly string[]>([]);
  const known = useRef<{ stamp: string; of: LatestOf }>({ stamp: '', of: new Map() });
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const range = useComputed(() => span.value).value;
  // A refresh makes what is known old, also where the range does not move.
  const stamp = JSON.stringify([metrics, range, now.value, project.value]);
  const ids = shown.value;

  const load = useLoad(
    [stamp, ids],
    async (signal) => {
      const isFresh = known.current.stamp === stamp;
      const missing = isFresh ? ids.filter((id) => !known.current.of.has(id)) : [...ids];
      if (missing.length && metrics.length) {
        const series = await latestOfAll(missing.slice(0, LATEST_MAX), metrics, range, SPARKLINE_POINTS, signal);
        const base = isFresh ? known.current.of : new Map();
        known.current = { stamp, of: new Map([...base, ...byResource(missing, series)]) };
      }
      return known.current.of;
    },
    { when: ids.length > 0 },
  );
  const onShown = useMemo(
    () =>
      (rows: readonly ResourceRow[]): void => {
        clearTimeout(timer.current);
        const wanted = rows.map((row) => row.id);
        const wait = shown.peek().length ? REST_MS : 0;
        timer.current = setTimeout(() => {
          if (wanted.join() !== shown.peek().join()) shown.value = wanted;
        }, wait);
      },
    [],
  );
  return { of: load.data.value ?? NOTHING, range, load, onShown };
}

const NOTHING: LatestOf = new Map();

// SPDX-License-Identifier: Apache-2.0
// What happened to a resource in the page's time range.

import { useMemo } from 'preact/hooks';

import { api } from '../../api/client';
import type { Mark } from '../../charts/line';
import { useLoad, type Load } from '../../state/load';
import { project } from '../../state/session';
import { span } from '../../state/time';
import type { EventRow } from '../events/traits';

/** So many are listed and marked; more would hide the charts. */
export const HAPPENED_MAX = 200;

export interface Happened {
  load: Load<readonly EventRow[]>;
  rows: readonly EventRow[];
  /** The same for charts. */
  marks: readonly Mark[];
}

/** Events that name the resource in one of their traits. */
export function useHappened(resource: string): Happened {
  const { start_ms, stop_ms } = span.value;
  const load = useLoad(['happened', resource, start_ms, stop_ms, project.value], async (signal) => {
    const query = { resource, start: start_ms / 1000, stop: stop_ms / 1000, limit: HAPPENED_MAX };
    return (await api.get('/v1/events', { query, signal })).events as readonly EventRow[];
  });
  const found = load.data.value;
  return useMemo(() => {
    const rows = found ?? [];
    return { load, rows, marks: rows.map(({ time_ms, type }) => ({ time_ms, label: type })) };
  }, [found]);
}

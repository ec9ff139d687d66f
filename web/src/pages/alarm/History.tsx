// SPDX-License-Identifier: Apache-2.0
// What became of an alarm: transitions and changes, by whom, the newest first.

import { api } from '../../api/client';
import { HistoryPanel } from '../../parts/HistoryPanel';
import { usePaged } from '../../parts/paged';
import { showSecond } from '../../parts/second';
import { StateChip, type State } from '../alarms/states';
import { ChangeTable } from '../resource/ChangeTable';
import { stepsOf, type Change, type Step } from './changes';

const PAGE = 50;

/** `seen` is anything that differs once something new has become of it. */
export function History({ id, seen }: { id: string; seen: unknown }) {
  const list = usePaged<Change>(
    ['alarm history', id, seen],
    async (marker, limit, signal) => {
      const query = { limit, ...(marker ? { marker } : {}) };
      const { changes, next } = await api.get('/v1/alarms/{id}/history', { path: { id }, query, signal });
      return { rows: changes, next };
    },
    { limit: PAGE },
  );
  return (
    <HistoryPanel list={list}>
      {() =>
        stepsOf(list.rows).map((step) => (
          <li key={step.id}>
            <What step={step} />
          </li>
        ))
      }
    </HistoryPanel>
  );
}

const LOOKS: Record<string, { word: string; look: string }> = {
  creation: { word: 'made', look: 'chip good' },
  'rule change': { word: 'changed', look: 'chip' },
  deletion: { word: 'deleted', look: 'chip warn' },
};

function What({ step }: { step: Step }) {
  const { time_ms, kind, user, state, reason, changes } = step;
  const look = LOOKS[kind];
  return (
    <>
      <p class="row">
        <time dateTime={new Date(time_ms).toISOString()}>{showSecond(time_ms)}</time>
        {state ? (
          <>
            {state.from && <span class="muted">{state.from} →</span>}
            <StateChip state={state.to as State} />
          </>
        ) : (
          <span class={look?.look ?? 'chip'}>{look?.word ?? kind}</span>
        )}
        {user && <span class="muted">by {user}</span>}
      </p>
      {reason && <p class="muted">{reason}</p>}
      {changes.length > 0 && <ChangeTable changes={changes} />}
    </>
  );
}

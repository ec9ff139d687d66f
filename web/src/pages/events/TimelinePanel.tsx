// SPDX-License-Identifier: Apache-2.0
// How many events there were over time, by groups of types; a group's name narrows the page to it.

import { useMemo } from 'preact/hooks';

import { Chart } from '../../charts/Chart';
import { Swatch } from '../../charts/Swatch';
import { Panel } from '../../parts/Panel';
import type { Load } from '../../state/load';
import { showSpan } from '../../state/moment';
import { setFilters, toggled, type Filters } from './filters';
import { grouped, linesOf, type Timeline } from './groups';

const HEIGHT = 150;

export function TimelinePanel({ load, given }: { load: Load<Timeline>; given: Filters }) {
  const data = load.data.value;
  const groups = useMemo(() => (data ? grouped(data) : []), [data]);
  const lines = useMemo(() => (data ? linesOf(groups, data.times_ms) : []), [groups]);
  const total = groups.reduce((sum, group) => sum + group.events, 0);
  return (
    <Panel
      title="Over time"
      note={data && `${total.toLocaleString('en')} events · steps of ${showSpan(1000 * data.step_s)}`}
      load={load}
      height={HEIGHT + 40}
    >
      {() => (
        <>
          <Chart name="Events over time" lines={lines} height={HEIGHT} legend={false} />
          <ul class="event-groups" aria-label="Groups of types">
            {groups.map(({ glob, title, events }, index) => (
              <li key={title}>
                <button
                  type="button"
                  class="as-link"
                  disabled={!glob}
                  aria-pressed={glob ? given.types.includes(glob) : undefined}
                  title={glob ? `Only ${title}, or all again` : undefined}
                  onClick={() => setFilters({ types: toggled(given.types, glob) })}
                >
                  <Swatch line={lines[index]!} place={index} />
                  <span>{title}</span>
                </button>{' '}
                <span class="muted number">{events.toLocaleString('en')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

// SPDX-License-Identifier: Apache-2.0
// The doctor for one resource: how its data travel, and where they stop.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { Icon } from '../../parts/Icon';
import { Panel } from '../../parts/Panel';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';

type Station = Answer<'/v1/journey', 'get'>['stations'][number];

export function Journey({ id }: { id: string }) {
  const load = useLoad(['journey', id, project.value], (signal) =>
    api.get('/v1/journey', { query: { resource: id }, signal }),
  );
  const data = load.data.value;
  const verdict = data && (data.good ? 'data arrive and can be read' : `stops at: ${firstBad(data.stations)}`);
  return (
    <Panel
      title="Journey"
      note={verdict && <span class={data.good ? 'chip good' : 'chip bad'}>{verdict}</span>}
      load={load}
      height={200}
    >
      {({ stations }) => (
        <ol class="journey">
          {byStation(stations).map(({ station, stops }) => (
            <li key={station}>
              <h3>{station}</h3>
              <ul>
                {stops.map((stop, index) => (
                  <li key={index} class="stop">
                    <span class={stop.good ? 'good' : 'bad'}>
                      <Icon name={stop.good ? 'check' : 'warn'} />
                      <span class="unseen">{stop.good ? 'good:' : 'not good:'}</span>
                    </span>
                    <span>
                      {stop.found}
                      {stop.advice && <span class="muted stop-advice">{stop.advice}</span>}
                    </span>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function firstBad(stations: readonly Station[]): string {
  return stations.find((each) => !each.good)?.station ?? '';
}

/** Stops in the order of the journey, those of one station together; what is not good first. */
export function byStation(stations: readonly Station[]): { station: string; stops: Station[] }[] {
  const found = new Map<string, Station[]>();
  for (const each of stations) found.set(each.station, [...(found.get(each.station) ?? []), each]);
  return [...found].map(([station, stops]) => ({
    station,
    stops: stops.sort((one, other) => Number(one.good) - Number(other.good)),
  }));
}

// SPDX-License-Identifier: Apache-2.0
// One event: everything that it says, and the message that it was made of.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { Code } from '../../parts/Copy';
import { Dialog } from '../../parts/Dialog';
import { LoadBody } from '../../parts/Panel';
import { useLoad } from '../../state/load';
import { showTime, zone } from '../../state/zone';
import { setParams } from '../../state/url';
import { useProjects } from '../resources/projects';
import { ProjectName } from '../settings/ProjectName';
import { ResourceLink } from './ResourceLink';
import { showTrait } from './traits';

export function Detail({ id }: { id: string }) {
  const load = useLoad(['event', id], (signal) => api.get('/v1/events/{id}', { path: { id }, signal }), {
    refresh: false,
  });
  return (
    <Dialog title={load.data.value?.event.type ?? 'Event'} onClose={() => setParams({ event: null })} wide>
      <LoadBody load={load} height={300}>
        {(data) => <Facts {...data} />}
      </LoadBody>
    </Dialog>
  );
}

function Facts({ event, raw }: Answer<'/v1/events/{id}', 'get'>) {
  const projects = useProjects();
  return (
    <div class="stack event-detail">
      <dl class="facts">
        <dt>Generated</dt>
        <dd>
          {showTime(event.time_ms)} {zone.value}
        </dd>
        <dt>Id</dt>
        <dd>{event.id}</dd>
        {event.resource && (
          <>
            <dt>Resource</dt>
            <dd>
              <ResourceLink name={event.resource} />
            </dd>
          </>
        )}
        {event.project_id && (
          <>
            <dt>Project</dt>
            <dd>
              <ProjectName id={event.project_id} names={projects} />
            </dd>
          </>
        )}
      </dl>
      <section aria-label="Traits" class="stack">
        <h3>Traits</h3>
        {event.traits.length ? (
          <table class="traits">
            <tbody>
              {event.traits.map((each, at) => (
                <tr key={at}>
                  <th scope="row">{each.name}</th>
                  <td>{showTrait(each)}</td>
                  <td class="muted">{each.type}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <p class="muted">It has none.</p>
        )}
      </section>
      {raw !== null && raw !== undefined && (
        <section aria-label="The message" class="stack">
          <h3>The message that it was made of</h3>
          <Code text={JSON.stringify(raw, null, 2)} />
        </section>
      )}
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
// The first look: is the platform well, what is busy, what changed. Owners of a project see what is theirs.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { PageHead } from '../../parts/PageHead';
import { LoadBody, Panel } from '../../parts/Panel';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { Busiest } from './Busiest';
import { Changes } from './Changes';
import { Drops, Health, RateIn, Tiles } from './Health';
import { HowToSend } from './HowToSend';
import { Inventory, isNothing, SELF } from './Inventory';
import './overview.css';

export type OverviewAnswer = Answer<'/v1/overview', 'get'>;
export type Platform = NonNullable<OverviewAnswer['platform']>;

export default function Overview() {
  const load = useLoad(['overview', project.value], (signal) => api.get('/v1/overview', { signal }));
  const types = useLoad(['types', project.value], (signal) => api.get('/v1/resource-types', { signal }));
  const nothing = types.data.value !== null && isNothing(types.data.value.types);
  // A server that has just started has not measured itself yet.
  const watched = types.data.value?.types.some((each) => each.name === SELF && each.resources > 0) ?? false;
  return (
    <div class="stack overview">
      <PageHead title="Overview" />
      {nothing && <HowToSend />}
      <LoadBody load={load} height={620}>
        {(data) => (
          <div class="stack">
            {data.platform && <PlatformRows platform={data.platform} watched={watched} />}
            {!nothing && (
              <div class="columns">
                {/* Owners of a project see no hosts, so nothing is said of them. */}
                {(data.platform !== null || data.busiest.hosts.length > 0) && (
                  <Busiest title="Busiest hosts" what="hosts" busy={data.busiest.hosts} />
                )}
                <Busiest title="Busiest instances" what="instances" busy={data.busiest.instances} />
              </div>
            )}
            <div class="columns">
              <Changes changes={data.changes} seesAll={data.platform !== null} />
              <Panel title="What there is" load={types} height={160}>
                {({ types }) => <Inventory types={types} />}
              </Panel>
            </div>
          </div>
        )}
      </LoadBody>
    </div>
  );
}

function PlatformRows({ platform, watched }: { platform: Platform; watched: boolean }) {
  return (
    <>
      <Tiles platform={platform} />
      <div class="columns">
        <Health platform={platform} />
        <RateIn platform={platform} watched={watched} />
      </div>
      {platform.dropped.length > 0 && <Drops dropped={platform.dropped} />}
    </>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Who is told of which alarms: routes, contact points, mute timings, inhibitions; what is told together now, and
// trying out what would happen.

import { useState } from 'preact/hooks';

import { PageHead } from '../../parts/PageHead';
import { LoadBody } from '../../parts/Panel';
import { Select } from '../../parts/Field';
import { showSecond } from '../../parts/second';
import { project, session } from '../../state/session';
import { params, setParams } from '../../state/url';
import '../alarm-edit/editor.css';
import '../alarms/alarms.css';
import { mayChange } from '../alarms/rights';
import '../overview/overview.css';
import { useProjects } from '../resources/projects';
import '../settings/settings.css';
import { changing, useRouting, type Kept } from './changing';
import { Groups } from './Groups';
import { HowToRoute } from './HowToRoute';
import { Inhibitions } from './Inhibitions';
import { Points } from './Points';
import './routing.css';
import { Tester, type Tried } from './Tester';
import { Timings } from './Timings';
import { Tree } from './Tree';

const HEIGHT = 600;

export default function Routing() {
  const seesAll = project.value === '*' && (session.value?.sees_all ?? false);
  const of = seesAll ? (params.value.get('of') ?? '') : '';
  const load = useRouting(of);
  const projects = useProjects();
  return (
    <div class="stack">
      <PageHead title="Routing">
        {seesAll && (
          <Select
            label="Routes of"
            value={of}
            onValue={(id) => setParams({ of: id })}
            options={[
              { value: '', label: 'all projects together' },
              ...[...projects].map(([value, label]) => ({ value, label })),
            ]}
          />
        )}
      </PageHead>
      <LoadBody load={load} height={HEIGHT}>
        {(kept) => <Shown key={of} kept={kept} of={of} reload={load.reload} />}
      </LoadBody>
    </div>
  );
}

function Shown({ kept, of, reload }: { kept: Kept; of: string; reload: () => void }) {
  const [tried, setTried] = useState<Tried | null>(null);
  const all = changing(kept, of, mayChange(), reload);
  const { tree, points } = kept;
  const isEmpty = !tree.routes.length && !points.length;
  return (
    <div class="stack">
      {isEmpty && <HowToRoute />}
      {isEmpty && <Points changing={all} />}
      <div class="routing-desk">
        <div class="stack">
          <Tree changing={all} lit={litBy(tried, tree.project_id)} />
          {tree.revision > 0 && (
            <p class="muted">
              Changed last {showSecond(tree.changed_ms)}
              {tree.changed_by && ` by ${tree.changed_by}`}.
            </p>
          )}
        </div>
        <Tester of={of} seen={tree.revision} onTried={setTried} />
      </div>
      {tree.routes.length > 0 && <Groups of={of} seen={tree.revision} />}
      {!isEmpty && <Points changing={all} />}
      <div class="columns">
        <Timings changing={all} />
        <Inhibitions changing={all} />
      </div>
    </div>
  );
}

/** The routes of this tree that are reached, with why they tell nobody now. */
function litBy(tried: Tried | null, project_id: string | null): ReadonlyMap<string, string> {
  const mine = tried?.routes.filter((each) => each.project_id === project_id) ?? [];
  return new Map(mine.map(({ place, muted }) => [place, muted]));
}

// SPDX-License-Identifier: Apache-2.0
// The list of scaling groups: how each is, how many members it has, and what it decided last.

import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { CARDS_HEIGHT } from '../../parts/Cards';
import { DataTable } from '../../parts/DataTable';
import { Icon } from '../../parts/Icon';
import { narrow } from '../../parts/narrow';
import { PageHead } from '../../parts/PageHead';
import { usePaged } from '../../parts/paged';
import { LoadBody } from '../../parts/Panel';
import { ProblemBox } from '../../parts/ProblemBox';
import { project, session } from '../../state/session';
import { span } from '../../state/time';
import { href } from '../../state/url';
import '../agents/agents.css';
import { useRenewed } from '../agents/live';
import { mayChange } from '../alarms/rights';
import '../overview/overview.css';
import { useProjects } from '../resources/projects';
import '../resources/resources.css';
import { columnsOf } from './columns';
import type { Group } from './groups';
import { HowToScale } from './HowToScale';
import './scaling.css';
import { useLast, useSizes } from './sizes';

/** Kept free while the first rows come; pixels. */
const HEIGHT = 480;

export default function Scaling() {
  const list = usePaged<Group>(['scaling groups', project.value], async (marker, limit, signal) => {
    const query = { limit, ...(marker ? { marker } : {}) };
    const { groups, next } = await api.get('/v1/scaling/groups', { query, signal });
    return { rows: groups, next };
  });
  useRenewed(list.load);
  const [inSight, setInSight] = useState<readonly string[]>([]);
  const range = span.value;
  const sizes = useSizes(
    list.rows.map((each) => each.id),
    range,
  );
  const last = useLast(inSight, [list.rows.map((each) => [each.id, each.looked_ms, each.changed_ms])]);
  const projects = useProjects();
  const manyProjects = project.value === '*' && (session.value?.sees_all ?? false);
  const nothing = list.load.data.value !== null && !list.rows.length;
  return (
    <div class="stack">
      <PageHead title="Scaling">
        {mayChange() && (
          <a class="button primary" href={href('/scaling/new')}>
            <Icon name="plus" />
            New group
          </a>
        )}
      </PageHead>
      {nothing ? (
        <HowToScale />
      ) : (
        <section
          class="panel resource-list scaling-list"
          aria-label="Scaling groups"
          aria-busy={list.load.data.value === null || undefined}
        >
          <div class="panel-body live">
            <LoadBody load={list.load} height={narrow.value ? CARDS_HEIGHT : HEIGHT}>
              {() => (
                <DataTable
                  name="Groups"
                  rows={list.rows}
                  columns={columnsOf({
                    sizes: sizes.data.value,
                    range,
                    last,
                    now_ms: Date.now(),
                    projects: manyProjects ? projects : null,
                  })}
                  rowKey={(row) => row.id}
                  rowHref={(row) => href(`/scaling/${encodeURIComponent(row.id)}`)}
                  {...(list.more ? { onMore: list.more } : {})}
                  onShown={(rows) => setInSight(rows.map((each) => each.id))}
                  cards
                />
              )}
            </LoadBody>
            {list.further.problem.value && <ProblemBox problem={list.further.problem.value} onRetry={list.more} />}
          </div>
        </section>
      )}
    </div>
  );
}

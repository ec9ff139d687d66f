// SPDX-License-Identifier: Apache-2.0
// The agents that collect, and how each of them is.

import { api } from '../../api/client';
import { DataTable, type Column } from '../../parts/DataTable';
import { LoadBody } from '../../parts/Panel';
import { PageHead } from '../../parts/PageHead';
import { showSpan } from '../../state/moment';
import { project, session } from '../../state/session';
import { href } from '../../state/url';
import '../overview/overview.css';
import { useProjects } from '../resources/projects';
import './agents.css';
import { HowToCollect } from './HowToCollect';
import { useLive } from './live';
import { State, type AgentBrief } from './State';

/** More than that the server does not give at once. */
const LIMIT = 1000;
const ORDER = ['errors', 'silent', 'ok'];

export default function Agents() {
  const projects = useProjects();
  const load = useLive(['agents', project.value], (signal) =>
    api.get('/v1/agents', { query: { limit: LIMIT }, signal }),
  );
  const data = load.data.value;
  return (
    <div class="stack">
      <PageHead title="Agents" />
      {data && !data.agents.length ? (
        <HowToCollect />
      ) : (
        <section class="panel" aria-label="Agents that have reported within a day">
          <div class="panel-body live">
            <LoadBody load={load} height={400}>
              {({ agents, now_ms, next }) => (
                <>
                  <DataTable
                    name="Agents"
                    rows={agents}
                    columns={columnsOf(now_ms, projects, session.value?.sees_all ?? false)}
                    rowKey={(row) => `${row.project_id} ${row.name}`}
                    rowHref={addressOf}
                    cards
                  />
                  {next !== null && <p class="muted">These are the first {LIMIT}; choose a project to see others.</p>}
                </>
              )}
            </LoadBody>
          </div>
        </section>
      )}
    </div>
  );
}

/** An agent's own page; names are told apart by projects. */
export function addressOf({ name, project_id }: AgentBrief): string {
  return href(`/agents/${encodeURIComponent(name)}`, { in: project_id });
}

function columnsOf(now_ms: number, projects: ReadonlyMap<string, string>, seesAll: boolean): Column<AgentBrief>[] {
  const columns: (Column<AgentBrief> | false)[] = [
    { key: 'name', title: 'Name', cell: (row) => row.name, sort: (row) => row.name, width: '18rem' },
    {
      key: 'state',
      title: 'State',
      cell: (row) => <State state={row.state} />,
      sort: (row) => ORDER.indexOf(row.state),
      width: '7rem',
    },
    seesAll && {
      key: 'project',
      title: 'Project',
      cell: (row) => row.project_id && (projects.get(row.project_id) ?? row.project_id),
      sort: (row) => row.project_id ?? '',
      width: '12rem',
    },
    {
      key: 'seen',
      title: 'Last report',
      cell: (row) => `${showSpan(Math.max(0, now_ms - row.seen_ms))} ago`,
      sort: (row) => -row.seen_ms,
      width: '9rem',
    },
    {
      key: 'started',
      title: 'Running for',
      cell: (row) => showSpan(Math.max(0, row.seen_ms - row.started_ms)),
      sort: (row) => -row.started_ms,
      width: '9rem',
    },
    { key: 'version', title: 'Version', cell: (row) => row.version, sort: (row) => row.version, width: '8rem' },
    { key: 'troubles', title: 'What is wrong', cell: (row) => row.troubles.join(' · '), fills: true },
  ];
  return columns.filter((each) => each !== false);
}

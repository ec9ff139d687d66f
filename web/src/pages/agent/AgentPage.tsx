// SPDX-License-Identifier: Apache-2.0
// One agent: what it collects, the way of that through its pipelines, and where it is stuck.

import { api } from '../../api/client';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { PageHead } from '../../parts/PageHead';
import { showSecond } from '../../parts/second';
import { showSpan } from '../../state/moment';
import { project } from '../../state/session';
import { param } from '../../state/url';
import '../agents/agents.css';
import { useLive } from '../agents/live';
import { State } from '../agents/State';
import type { PageProps } from '../index';
import './agent.css';
import { Graph } from './Graph';
import type { AgentDetail } from './layout';
import { Tables } from './tables';

const whose = param('in');

export default function AgentPage({ params }: PageProps) {
  const name = params.name!;
  const load = useLive(['agent', name, whose.value, project.value], (signal) =>
    api.get('/v1/agents/{name}', {
      path: { name },
      query: whose.peek() ? { project: whose.peek() } : {},
      signal,
    }),
  );
  const state = load.data.value?.agent.state;
  return (
    <div class="stack">
      <div class="agent-head">
        <PageHead title={name} above={[{ name: 'Agents', href: '/agents' }]}>
          {state && <State state={state} />}
        </PageHead>
      </div>
      <div class="stack live">
        <LoadBody load={load} height={600}>
          {(agent) => (
            <div class="stack">
              <About agent={agent} />
              <PanelFrame title="Pipelines" note={noteOf(agent)}>
                <Graph agent={agent} />
              </PanelFrame>
              <Tables agent={agent} />
            </div>
          )}
        </LoadBody>
      </div>
    </div>
  );
}

function About({ agent: { agent } }: { agent: AgentDetail }) {
  return (
    <>
      <p class="muted">
        Version {agent.version}, running since {showSecond(agent.started_ms)}; it last reported at{' '}
        {showSecond(agent.seen_ms)}.
      </p>
      {agent.state === 'silent' && (
        <p class="notice warn" role="status">
          It is silent: a report is due every {showSpan(1000 * agent.every_s)}. What is shown is how it was then.
        </p>
      )}
      {agent.troubles.length > 0 && (
        <ul class="notice bad" aria-label="What is wrong">
          {agent.troubles.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function noteOf({ window_s }: AgentDetail): string {
  return window_s ? `rates over the last ${showSpan(1000 * window_s)}` : 'rates come with its second report';
}

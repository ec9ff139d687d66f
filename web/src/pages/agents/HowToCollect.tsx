// SPDX-License-Identifier: Apache-2.0
// The first visit: how an agent is made to collect.

import { Code } from '../../parts/Copy';
import { PanelFrame } from '../../parts/Panel';
import { has } from '../../state/session';
import { href } from '../../state/url';

export function HowToCollect() {
  return (
    <PanelFrame title="No agent reports here yet" note="One that collects shows up within seconds of its start.">
      <div class="columns ways">
        <section aria-label="Its settings">
          <h3>Its settings, such as /etc/nephoscope/agent.toml</h3>
          <Code text={settingsFor(window.location.origin)} />
          <p class="muted">
            The files are those of Ceilometer, as they are. Leave out what is not to be collected: polling, or
            notifications; without a pipeline everything goes to this server.
          </p>
        </section>
        <section aria-label="Its start">
          <h3>Its start, on the host that collects</h3>
          <Code text="nephoscope agent --config /etc/nephoscope/agent.toml" />
          <p class="muted">
            An agent that watches only its own host makes no report; its readings are among the{' '}
            <a href={href('/resources', { type: 'host' })}>resources</a>.
          </p>
          <p class="muted">
            It needs a token of a user that may write.{' '}
            <a href={href('/settings', { tab: 'tokens' })}>{has('member') ? 'Make a token' : 'Tokens'}</a>
          </p>
        </section>
      </div>
    </PanelFrame>
  );
}

/** A file that collects a cloud's telemetry. */
export function settingsFor(origin: string): string {
  return `[server]
url = "${origin}"
token_file = "/etc/nephoscope/token"
[polling]
file = "/etc/ceilometer/polling.yaml"
[notifications]
urls_file = "/etc/nephoscope/brokers"
[pipeline]
file = "/etc/ceilometer/pipeline.yaml"`;
}

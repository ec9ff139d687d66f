// SPDX-License-Identifier: Apache-2.0
// The first visit: how events get here.

import { Code } from '../../parts/Copy';
import { PanelFrame } from '../../parts/Panel';
import { has } from '../../state/session';
import { href } from '../../state/url';

export function HowToGetEvents() {
  return (
    <PanelFrame title="No event has come yet" note="Ways to begin; each shows up here within seconds.">
      <div class="columns ways">
        <section aria-label="From OpenStack's notifications">
          <h3>From OpenStack's notifications</h3>
          <p class="muted">
            An agent on the message bus makes events of notifications as <code>event_definitions.yaml</code> has them,
            and sends on what <code>event_pipeline.yaml</code> says.
          </p>
        </section>
        <section aria-label="By HTTP">
          <h3>By HTTP</h3>
          <Code text={callOf(window.location.origin)} />
          <p class="muted">Releases, restarts, work on the network: whatever explains a chart afterwards.</p>
        </section>
      </div>
      <p class="muted">
        Both need a token of a user that may write.{' '}
        <a href={href('/settings', { tab: 'tokens' })}>{has('member') ? 'Make a token' : 'Tokens'}</a>
      </p>
    </PanelFrame>
  );
}

/** A command that sends one event. */
export function callOf(origin: string): string {
  const trait = '{"name":"resource_id","type":"text","value":"web-1"}';
  const event = `{"id":"'$(uuidgen)'","type":"release.done","generated_ns":'$(date +%s%N)',"traits":[${trait}]}`;
  const headers = `-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json'`;
  return `curl ${headers} \\\n  ${origin}/api/v1/events -d '{"events":[${event}]}'`;
}

// SPDX-License-Identifier: Apache-2.0
// The first visit: how an alarm is made.

import { Code } from '../../parts/Copy';
import { PanelFrame } from '../../parts/Panel';
import { href } from '../../state/url';
import { mayChange } from './rights';

export function HowToAlarm() {
  return (
    <PanelFrame title="No alarm yet" note="An alarm watches values or events, and tells somebody when they matter.">
      <div class="columns ways">
        <section aria-label="Here">
          <h3>Here</h3>
          {mayChange() ? (
            <>
              <div>
                <a class="button primary" href={href('/alarms/new')}>
                  New alarm
                </a>
              </div>
              <p class="muted">
                Or open a <a href={href('/resources')}>resource</a> and choose “New alarm” in the menu of a chart: the
                rule is filled in, with a threshold just above what is seen.
              </p>
            </>
          ) : (
            <p class="muted">Making alarms takes the role member or operator; yours may look at them.</p>
          )}
        </section>
        <section aria-label="With Aodh's client">
          <h3>With Aodh's client, or Heat</h3>
          <Code text={commandOf(window.location.origin)} />
        </section>
      </div>
    </PanelFrame>
  );
}

/** A command that makes one alarm. */
export function commandOf(origin: string): string {
  return `aodh --os-auth-type admin_token --os-token "$TOKEN" --os-endpoint ${origin}/aodh \\
  alarm create --name busy --type gnocchi_resources_threshold \\
  --metric cpu_util --resource-type instance --resource-id web-1 \\
  --aggregation-method mean --comparison-operator gt --threshold 80 \\
  --granularity 300 --evaluation-periods 3`;
}

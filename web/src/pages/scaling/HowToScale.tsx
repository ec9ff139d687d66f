// SPDX-License-Identifier: Apache-2.0
// The first visit: how a group is made whose number of members follows the load.

import { Code } from '../../parts/Copy';
import { PanelFrame } from '../../parts/Panel';
import { href } from '../../state/url';
import { mayChange } from '../alarms/rights';

export function HowToScale() {
  return (
    <PanelFrame
      title="No scaling group yet"
      note="A group has as many members as its load needs: processes, virtual machines, or whatever a webhook makes."
    >
      <div class="columns ways">
        <section aria-label="Here">
          <h3>Here</h3>
          {mayChange() ? (
            <>
              <div>
                <a class="button primary" href={href('/scaling/new')}>
                  New group
                </a>
              </div>
              <p class="muted">
                First who makes the members and how many there may be; then, on the group's page, policies that say
                when there are to be more or fewer: at an alarm, by a target, or at certain times.
              </p>
            </>
          ) : (
            <p class="muted">Making groups takes the role member or operator; yours may look at them.</p>
          )}
          <p class="muted">
            Groups run only those programs on the server that its configuration names under{' '}
            <code>[scale.commands]</code>.
          </p>
        </section>
        <section aria-label="With commands">
          <h3>With commands</h3>
          <Code text={COMMANDS} />
        </section>
      </div>
    </PanelFrame>
  );
}

const COMMANDS = `nephoscope scale create web --actuator command --option command=worker \\
  --min 1 --max 8 --desired 2 --cooldown 120
nephoscope scale policy web busy --metric cpu.util --target 60
nephoscope scale policy web up --by +1
nephoscope scale dry-run web up
nephoscope scale signal web up`;

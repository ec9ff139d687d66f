// SPDX-License-Identifier: Apache-2.0
// The first visit: what routes are good for, and how one begins.

import { PanelFrame } from '../../parts/Panel';
import { mayChange } from '../alarms/rights';

export function HowToRoute() {
  return (
    <PanelFrame
      title="No route yet"
      note="Routes tell of many alarms at once: in groups, at the right times, to whom it concerns."
    >
      <div class="stack">
        <p>
          Each alarm tells the URLs of its own definition, as ever. Routes come on top of that: they choose alarms by
          their labels, put those that belong together into one message, wait a little for more, and tell again what
          lasts.
        </p>
        {mayChange() ? (
          <ol class="how-steps">
            <li>
              Make a <strong>contact point</strong>: a name, and the URLs to tell. <em>Test</em> sends it a
              notification.
            </li>
            <li>
              Add a <strong>route</strong>: which alarms, such as <code>severity="critical"</code>, and which contact
              point. Routes beneath it say who hears of some of these.
            </li>
            <li>Try it: type the labels of an alarm, and see which way it takes and who would be told.</li>
          </ol>
        ) : (
          <p class="muted">Making routes takes the role member or operator; yours may look at them.</p>
        )}
      </div>
    </PanelFrame>
  );
}

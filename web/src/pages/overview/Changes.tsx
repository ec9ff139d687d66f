// SPDX-License-Identifier: Apache-2.0
// What changed in the last hour: resources that came, changed or ended, and what administrators did.

import { PanelFrame } from '../../parts/Panel';
import { showClock, showTime, zone } from '../../state/zone';
import { href } from '../../state/url';
import { useProjects } from '../resources/projects';
import { changeText } from '../settings/acts';
import type { OverviewAnswer } from './Overview';

type Change = OverviewAnswer['changes'][number];

const KINDS: Record<string, { word: string; look: string }> = {
  created: { word: 'new', look: 'chip good' },
  changed: { word: 'changed', look: 'chip' },
  ended: { word: 'ended', look: 'chip warn' },
  audit: { word: 'admin', look: 'chip' },
};

export function Changes({ changes, seesAll }: { changes: readonly Change[]; seesAll: boolean }) {
  const names = useProjects();
  return (
    <PanelFrame
      title="What changed in the last hour"
      actions={seesAll && <a href={href('/settings', { tab: 'audit' })}>Audit</a>}
    >
      {changes.length === 0 ? (
        <p class="muted">Nothing: no resource came, changed or ended.</p>
      ) : (
        <div class="changes" tabIndex={0} role="region" aria-label="Changes">
          <ul>
            {changes.map((change, index) => (
              <li key={`${change.time_ms} ${index}`}>
                <time
                  dateTime={new Date(change.time_ms).toISOString()}
                  title={`${showTime(change.time_ms)} ${zone.value}`}
                  class="muted"
                >
                  {showClock(change.time_ms, true)}
                </time>
                <span class={KINDS[change.kind]?.look ?? 'chip'}>{KINDS[change.kind]?.word ?? change.kind}</span>
                <span class="change-what">
                  {change.resource && <ResourceLink resource={change.resource} />} {changeText(change.what, names)}
                  {change.actor && <span class="muted"> by {change.actor}</span>}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </PanelFrame>
  );
}

function ResourceLink({ resource }: { resource: NonNullable<Change['resource']> }) {
  return <a href={href(`/resources/${resource.id}`)}>{resource.label}</a>;
}

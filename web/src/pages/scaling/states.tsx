// SPDX-License-Identifier: Apache-2.0
// How a scaling group is, with a sign: its condition, its size within its bounds, the verdict of a decision.

import { Icon, type IconName } from '../../parts/Icon';
import { showClock } from '../../state/zone';
import { conditionOf, cooldownText, type Condition, type Decision, type Group } from './groups';

const LOOKS: Record<Condition, { look: string; icon: IconName; word: string }> = {
  unhealthy: { look: 'bad', icon: 'warn', word: 'unhealthy' },
  troubled: { look: 'bad', icon: 'warn', word: 'change failed' },
  deleting: { look: 'warn', icon: 'trash', word: 'being deleted' },
  new: { look: '', icon: 'clock', word: 'not looked at yet' },
  paused: { look: 'warn', icon: 'stop', word: 'paused' },
  changing: { look: 'busy', icon: 'refresh', word: 'changing' },
  cooling: { look: '', icon: 'clock', word: 'cooling down' },
  ok: { look: 'good', icon: 'check', word: 'ok' },
};

export function ConditionChip({ group, now_ms }: { group: Group; now_ms: number }) {
  const condition = conditionOf(group, now_ms);
  const { look, icon, word } = LOOKS[condition];
  const text = told(group, condition, now_ms) || word;
  return (
    <span class={`chip condition ${look}`} title={group.problem || text}>
      <Icon name={icon} size={12} />
      <span>{text}</span>
    </span>
  );
}

function told(group: Group, condition: Condition, now_ms: number): string {
  if (condition === 'cooling') return cooldownText(group, now_ms, (ms) => showClock(ms, true));
  return condition === 'changing' && group.changing_to !== null ? `changing to ${group.changing_to}` : '';
}

/** As many members as there are, out of as many as there may be; a stroke where there are to be others. */
export function SizeBar({ group }: { group: Group }) {
  const { size, desired, min_size, max_size } = group;
  const most = Math.max(max_size, size, 1);
  const share = (count: number): string => `${((100 * count) / most).toFixed(1)}%`;
  const label = `${size} of ${desired} members, ${min_size} to ${max_size} allowed`;
  return (
    <span class="size" title={label}>
      <span class="size-bar" role="img" aria-label={label}>
        <span class="size-there" style={{ width: share(size) }} />
        <span class="size-least" style={{ left: share(min_size) }} />
        <span class="size-desired" style={{ left: share(desired) }} />
      </span>
      <span class="size-text" aria-hidden="true">
        {size === desired ? size : `${size} → ${desired}`} <span class="muted">{`${min_size}–${max_size}`}</span>
      </span>
    </span>
  );
}

/** A verdict; an accepted change that has not succeeded does not look like one that has. */
export function VerdictChip({ verdict, progress }: Pick<Decision, 'verdict' | 'progress'>) {
  if (progress === 'failed') return <span class="chip bad">failed</span>;
  if (progress === 'under way') return <span class="chip busy">under way</span>;
  const look = { accepted: 'good', refused: 'warn', 'no change': '' }[verdict];
  return <span class={`chip ${look}`}>{verdict}</span>;
}

// SPDX-License-Identifier: Apache-2.0
// How an alarm is, as words with a sign.

import type { Schema } from '../../api/operations';
import type { Band } from '../../charts/line';
import { Icon, type IconName } from '../../parts/Icon';
import { showSecond } from '../../parts/second';

export type AlarmView = Schema<'AlarmView'>;
export type State = AlarmView['state'];
export type Severity = AlarmView['severity'];

/** The states, the worst first. */
export const STATES: readonly State[] = ['alarm', 'insufficient data', 'ok'];
export const SEVERITIES: readonly Severity[] = ['critical', 'moderate', 'low'];

export const KINDS: Record<State, Band['kind']> = { ok: 'good', alarm: 'bad', 'insufficient data': 'warn' };
const ICONS: Record<State, IconName> = { ok: 'check', alarm: 'alarms', 'insufficient data': 'help' };

export function StateChip({ state }: { state: State }) {
  return (
    <span class={`chip ${KINDS[state]}`}>
      <Icon name={ICONS[state]} size={12} />
      {state}
    </span>
  );
}

/** That nobody is told of an alarm for a time, which says nothing of its state. */
export function SilencedChip({ until_ms }: { until_ms: number }) {
  return <HeldChip text="silenced" why={`until ${showSecond(until_ms)}`} />;
}

/** That nobody is told now; why stands under the pointer. */
export function HeldChip({ text, why }: { text: string; why?: string }) {
  return (
    <span class="chip silenced" title={why}>
      <Icon name="mute" size={12} />
      {text}
    </span>
  );
}

/** Labels as chips. */
export function Labels({ labels }: { labels: Readonly<Record<string, string>> }) {
  return (
    <span class="label-chips">
      {Object.entries(labels).map(([name, value]) => (
        <span key={name} class="chip">
          {name}={value}
        </span>
      ))}
    </span>
  );
}

/** That an alarm could not be decided, which is no state; the one of before stands beside it without its look. */
export function ErrorChip({ error, state }: { error: string; state: State }) {
  return (
    <span class="alarm-error">
      <span class="chip failing" title={error}>
        <Icon name="warn" size={12} />
        error
      </span>{' '}
      <span class="muted">was {state}</span>
    </span>
  );
}

/** How severe it is meant to be, told by the number of strokes as well. */
export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <span class={`severity ${severity}`}>
      <span aria-hidden="true" class="severity-strokes">
        {'▮'.repeat(3 - SEVERITIES.indexOf(severity))}
      </span>
      {severity}
    </span>
  );
}

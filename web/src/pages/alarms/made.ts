// SPDX-License-Identifier: Apache-2.0
// Made-up alarms for tests.

import type { AlarmPast } from './past';
import { RESOURCE, type Rule } from './rule';
import type { AlarmView } from './states';

export const NOON = Date.UTC(2026, 0, 1, 12);
export const MINUTE_MS = 60_000;

export const BUSY: Rule = {
  metric: 'cpu',
  resource_id: 'vm-1',
  resource_type: 'instance',
  aggregation_method: 'mean',
  comparison_operator: 'gt',
  threshold: 80,
  evaluation_periods: 3,
  granularity: 300,
};

export function alarm(id: string, given: Partial<AlarmView> = {}): AlarmView {
  return {
    id,
    name: `alarm ${id}`,
    description: '',
    type: RESOURCE,
    severity: 'low',
    enabled: true,
    state: 'ok',
    since_ms: NOON,
    reason: 'Transition to ok due to 3 samples inside threshold, most recent: 7',
    error: '',
    project_id: 'p',
    user_id: 'mia',
    rule: BUSY,
    threshold: 80,
    ok_actions: [],
    alarm_actions: [],
    insufficient_data_actions: [],
    repeat_actions: false,
    time_constraints: [],
    behaviour: {},
    labels: {},
    changed_ms: NOON,
    decided_ms: NOON,
    silenced_until_ms: null,
    ...given,
  };
}

export function past(given: Partial<AlarmPast> = {}): AlarmPast {
  return {
    series: [
      {
        rule: BUSY,
        labels: {},
        threshold: 80,
        times_ms: [NOON - 5 * MINUTE_MS, NOON],
        values: [70, 90],
        missing: '',
      },
    ],
    made_ms: null,
    before: 'ok',
    transitions: [],
    instance_transitions: [],
    would_be: false,
    ...given,
  };
}

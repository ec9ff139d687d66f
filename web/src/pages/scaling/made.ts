// SPDX-License-Identifier: Apache-2.0
// Made-up scaling groups for tests.

import type { Decision, Group, Member, Policy } from './groups';

export const NOON = Date.UTC(2026, 0, 1, 12);

export function group(id: string, given: Partial<Group> = {}): Group {
  return {
    id,
    name: `group ${id}`,
    project_id: 'p',
    user_id: 'mia',
    actuator: 'command',
    options: { command: 'worker' },
    min_size: 1,
    max_size: 8,
    desired: 2,
    size: 2,
    cooldown_s: 120,
    cooldown_out_s: null,
    cooldown_in_s: null,
    warm_up_s: 0,
    paused: false,
    healthy: true,
    problem: '',
    busy: false,
    changing_to: null,
    deleting: false,
    cooldown_out_until_ms: null,
    cooldown_in_until_ms: null,
    changed_ms: NOON,
    looked_ms: NOON,
    ...given,
  };
}

export function member(name: string, given: Partial<Member> = {}): Member {
  return {
    name,
    id: `id of ${name}`,
    state: 'running',
    created_ms: NOON,
    age_s: 3600,
    resource_id: name,
    detail: '',
    protected: false,
    warming: false,
    ...given,
  };
}

export function policy(name: string, given: Partial<Policy> = {}): Policy {
  return {
    id: `policy-${name}`,
    group_id: 'web-1',
    name,
    enabled: true,
    rule: {
      type: 'adjustment',
      adjustment_type: 'change_in_capacity',
      scaling_adjustment: 1,
      min_adjustment_step: null,
      cooldown_s: null,
      by_direction: false,
    },
    changed_ms: NOON,
    decided_ms: null,
    note: '',
    signal_url: `http://localhost/api/v1/scaling/signals/policy-${name}?signature=5ec2e7`,
    alarm_action: `scale:policy-${name}`,
    ...given,
  };
}

export function decision(id: number, given: Partial<Decision> = {}): Decision {
  return {
    id,
    group_id: 'web-1',
    policy_id: 'policy-up',
    cause: 'signal',
    by: 'mia',
    verdict: 'accepted',
    before: 2,
    wanted: 3,
    reason: 'from 2 to 3 members',
    time_ms: NOON,
    progress: 'done',
    failure: '',
    ended_ms: NOON,
    ...given,
  };
}

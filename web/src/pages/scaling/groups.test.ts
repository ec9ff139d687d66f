// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import {
  alarmOf,
  causeText,
  conditionOf,
  cooldownText,
  decisionText,
  inZone,
  NOT_LOOKED,
  marksOf,
  ruleText,
  type Rule,
} from './groups';
import { decision, group, NOON } from './made';

const LATER = NOON + 60_000;
const POLICIES = new Map([['policy-up', 'up']]);

it('the worst of what holds at once is told', () => {
  expect(conditionOf(group('1'), NOON)).toBe('ok');
  expect(conditionOf(group('1', { cooldown_in_until_ms: LATER }), NOON)).toBe('cooling');
  expect(conditionOf(group('1', { cooldown_in_until_ms: LATER }), LATER)).toBe('ok');
  expect(conditionOf(group('1', { busy: true, cooldown_in_until_ms: LATER }), NOON)).toBe('changing');
  expect(conditionOf(group('1', { problem: 'no room' }), NOON)).toBe('troubled');
  expect(conditionOf(group('1', { busy: true, paused: true }), NOON)).toBe('paused');
  expect(conditionOf(group('1', { paused: true, healthy: false }), NOON)).toBe('unhealthy');
  expect(conditionOf(group('1', { healthy: false, problem: NOT_LOOKED }), NOON)).toBe('new');
  expect(conditionOf(group('1', { healthy: false, problem: 'no answer', looked_ms: null }), NOON)).toBe('unhealthy');
  expect(conditionOf(group('1', { healthy: false, deleting: true }), NOON)).toBe('deleting');
});

it('a cooldown says which direction it holds up, where that is one alone', () => {
  const told = (given: object): string => cooldownText(group('1', given), NOON, (ms) => `+${(ms - NOON) / 1000}`);
  expect(told({ cooldown_out_until_ms: LATER, cooldown_in_until_ms: LATER })).toBe('cooling down until +60');
  expect(told({ cooldown_in_until_ms: LATER })).toBe('does not shrink until +60');
  expect(told({ cooldown_out_until_ms: NOON + 1000, cooldown_in_until_ms: LATER })).toBe(
    'does not grow until +1, does not shrink until +60',
  );
  expect(told({ cooldown_out_until_ms: NOON })).toBe('');
});

it('decisions are sentences', () => {
  expect(decisionText(decision(1))).toBe('grew from 2 to 3');
  expect(decisionText(decision(1, { progress: 'under way' }))).toBe('grows from 2 to 3 now');
  expect(
    decisionText(decision(1, { wanted: 1, reason: 'from 2 to 1 members: 9 at 2 members, and 60 is wanted' })),
  ).toBe('shrank from 2 to 1: 9 at 2 members, and 60 is wanted');
  expect(decisionText(decision(1, { progress: 'failed', failure: 'no room' }))).toBe(
    'could not grow from 2 to 3: no room',
  );
  expect(decisionText(decision(1, { wanted: 2, reason: 'a member has failed' }))).toBe(
    'was repaired at 2 members: a member has failed',
  );
  expect(decisionText(decision(1, { cause: 'reconcile', reason: '2 of 3 members are there' }))).toBe(
    'was repaired from 2 to 3: 2 of 3 members are there',
  );
  expect(decisionText(decision(1, { verdict: 'refused', reason: 'cooldown until noon', progress: '' }))).toBe(
    'may not grow from 2 to 3: cooldown until noon',
  );
  expect(inZone('cooldown until 2026-01-01T12:00:00.573+00:00')).toBe('cooldown until 2026-01-01 12:00:00');
  expect(decisionText(decision(1, { verdict: 'no change', before: 1, wanted: 1, reason: 'as few as may be' }))).toBe(
    'stays at 1 member: as few as may be',
  );
});

it('causes name the policy and whoever signalled', () => {
  expect(causeText(decision(1), POLICIES)).toBe('signal to up by mia');
  expect(causeText(decision(1, { policy_id: 'gone' }), POLICIES)).toBe('signal by mia');
  expect(causeText(decision(1, { cause: 'hand' }), POLICIES)).toBe('by hand of mia');
  expect(causeText(decision(1, { cause: 'target', by: 'busy' }), new Map())).toBe('target busy');
  expect(causeText(decision(1, { cause: 'reconcile', by: '' }), POLICIES)).toBe('repair');
  expect(alarmOf(decision(1, { by: 'alarm a-1' }))).toBe('a-1');
  expect(alarmOf(decision(1, { by: 'address, alarm a-1' }))).toBeNull();
});

it('a change that failed is marked like one that was refused', () => {
  const looks = marksOf(
    [
      decision(1),
      decision(2, { progress: 'failed' }),
      decision(3, { verdict: 'refused', progress: '' }),
      decision(4, { verdict: 'no change', progress: '' }),
    ],
    POLICIES,
  ).map((each) => each.look);
  expect(looks).toEqual(['made', 'refused', 'refused', 'none']);
});

it('rules are sentences', () => {
  const adjustment: Rule = {
    type: 'adjustment',
    adjustment_type: 'change_in_capacity',
    scaling_adjustment: -1,
    min_adjustment_step: null,
    cooldown_s: 300,
    by_direction: true,
  };
  const plain = (rule: Rule): string => ruleText(rule).replace(/\s/g, ' ');
  expect(plain(adjustment)).toBe('At a signal: −1 member, then 5 min cooldown for this direction');
  expect(
    plain({
      ...adjustment,
      adjustment_type: 'percent_change_in_capacity',
      scaling_adjustment: 25,
      min_adjustment_step: 2,
      cooldown_s: 0,
      by_direction: false,
    }),
  ).toBe('At a signal: +25 %, 2 members at least, then no cooldown');
  expect(plain({ type: 'schedule', cron: '0 7 * * *', timezone: '', min_size: 2, max_size: null, desired: 4 })).toBe(
    'At 0 7 * * * (UTC): 4 members, at least 2',
  );
  expect(
    plain({
      type: 'target',
      metric: 'cpu.util',
      target: 60,
      method: 'mean',
      granularity: 60,
      resource_type: 'generic',
      query: '',
      cooldown_out_s: null,
      cooldown_in_s: null,
    }),
  ).toBe('Keeps the mean of cpu.util of its members at 60, decided every 1 min');
});

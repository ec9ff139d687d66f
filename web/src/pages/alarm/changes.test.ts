// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { stepsOf, type Change } from './changes';

let count = 0;

function change(type: string, detail: Change['detail'], user_id = 'mia'): Change {
  return { id: String(++count), type, time_ms: count, user_id, detail };
}

const MADE = change('creation', {
  name: 'busy',
  enabled: true,
  state: 'insufficient data',
  timestamp: 'then',
  alarm_actions: [],
  rule: { metric: 'cpu', threshold: 80, granularity: 300 },
});
const CHANGES = [
  MADE,
  change('state transition', { state: 'alarm', transition_reason: 'too much' }, 'system:nephoscope'),
  change('rule change', { rule: { metric: 'cpu', threshold: 90 }, timestamp: 'now', alarm_actions: ['http://a'] }),
  change('rule change', { enabled: false }),
  change('state transition', { state: 'ok', state_reason: 'Manually set via API' }),
];

it('each step says what is different, from what to what, and who did it', () => {
  const steps = stepsOf([...CHANGES].reverse());
  expect(steps.map(({ kind, user }) => [kind, user])).toEqual([
    ['state transition', 'mia'],
    ['rule change', 'mia'],
    ['rule change', 'mia'],
    ['state transition', ''],
    ['creation', 'mia'],
  ]);
  expect(steps[0]).toMatchObject({ state: { from: 'alarm', to: 'ok' }, reason: 'Manually set via API' });
  expect(steps[3]).toMatchObject({ state: { from: 'insufficient data', to: 'alarm' }, reason: 'too much' });
  expect(steps[1]!.changes).toEqual([{ field: 'enabled', from: 'yes', to: 'no' }]);
  expect(steps[2]!.changes).toEqual([
    { field: 'alarm_actions', from: null, to: 'http://a' },
    { field: 'rule: threshold', from: '80', to: '90' },
    { field: 'rule: granularity', from: '300', to: null },
  ]);
});

it('of what older changes would tell nothing is made up', () => {
  const steps = stepsOf([...CHANGES.slice(3)].reverse());
  expect(steps[0]!.state).toEqual({ from: null, to: 'ok' });
  expect(steps[1]!.changes).toEqual([{ field: 'enabled', from: null, to: 'no' }]);
});

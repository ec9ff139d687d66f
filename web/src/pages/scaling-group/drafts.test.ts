// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { group, policy } from '../scaling/made';
import type { Rule } from '../scaling/groups';
import { optionsOf, textsOf } from './actuators';
import { draftOf as draftOfGroup, EMPTY as NEW_GROUP, groupOf } from './group';
import { draftOf, EMPTY, ruleOf } from './policy';

const RULES: Rule[] = [
  {
    type: 'adjustment',
    adjustment_type: 'percent_change_in_capacity',
    scaling_adjustment: -12.5,
    min_adjustment_step: 2,
    cooldown_s: 0,
    by_direction: true,
  },
  {
    type: 'target',
    metric: 'cpu.util',
    target: 60,
    method: 'mean',
    granularity: 300,
    resource_type: 'instance',
    query: '{"=": {"server_group": "web"}}',
    cooldown_out_s: null,
    cooldown_in_s: 90,
  },
  { type: 'schedule', cron: '0 7 * * 1-5', timezone: 'Europe/Ljubljana', min_size: 0, max_size: null, desired: 4 },
];

it.each(RULES)('a rule of type $type stays what it is when it is opened and saved', (rule) => {
  expect(ruleOf(draftOf(policy('up', { rule })))).toEqual({ rule, wrong: {}, missing: [] });
});

it('what cannot be read is told at its field, what is missing by its name', () => {
  expect(ruleOf(EMPTY).missing).toEqual(['scaling_adjustment']);
  expect(ruleOf({ ...EMPTY, scaling_adjustment: 'some', cooldown_s: 'soon' }).wrong).toEqual({
    scaling_adjustment: 'expected a number',
    cooldown_s: 'expected a time such as 2 min, or nothing',
  });
  expect(ruleOf({ ...EMPTY, type: 'schedule', cron: '0 7 * * *', desired: '-1' }).wrong).toEqual({
    desired: 'expected a whole number, or nothing',
  });
});

it('a group stays what it is when it is opened and saved, with its secrets as they were shown', () => {
  const options = { url: 'https://***@example.org/members', signature_secret: '***' };
  const before = group('1', { actuator: 'webhook', options, cooldown_s: 0, cooldown_in_s: 300, warm_up_s: 90 });
  const { common, wrong, missing } = groupOf(draftOfGroup(before));
  expect({ wrong, missing }).toEqual({ wrong: {}, missing: [] });
  expect(before).toMatchObject(common);
});

it('a new group needs a name, its most members, and the options of its actuator', () => {
  expect(groupOf(NEW_GROUP).missing).toEqual(['name', 'at most']);
  expect(groupOf({ ...NEW_GROUP, name: 'web', max_size: '8', actuator: 'openstack' }).missing).toEqual([
    'image',
    'flavor',
  ]);
});

it('lists and pairs are written a line each', () => {
  const options = {
    image: 'debian',
    networks: ['one', 'two'],
    metadata: { role: 'a=b' },
    user_data: '#!/bin/sh\n\nx\n',
  };
  expect(textsOf(options)['metadata']).toBe('role=a=b');
  expect(optionsOf('openstack', { ...textsOf(options), key_name: ' ' })).toEqual(options);
});

it('an actuator without fields takes JSON', () => {
  const written = { ...NEW_GROUP, name: 'web', max_size: '8', actuator: 'pods', json: '{"replicas": 1}' };
  expect(groupOf(written).common.options).toEqual({ replicas: 1 });
  expect(groupOf({ ...written, json: '[]' }).wrong['json']).toContain('expected an object');
  expect(groupOf({ ...written, json: '{' }).wrong['json']).toContain('expected JSON');
});

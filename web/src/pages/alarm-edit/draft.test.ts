// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import { alarm, BUSY } from '../alarms/made';
import {
  COMPOSITE,
  EVENT,
  LOAD_BALANCER,
  METRICS,
  PROMETHEUS,
  RESOURCE,
  RESOURCES,
  SERIES,
  SQL,
  type Rule,
} from '../alarms/rule';
import { groupOf } from './composite';
import { behaviourOf, definitionOf, draftOf, EMPTY, readDraft, writeDraft, writtenOf, type Draft } from './draft';
import { NO_CONDITION } from './rule-draft';

const FILLED: Draft = {
  ...EMPTY,
  name: 'busy',
  metric: 'cpu',
  resource_id: 'vm-1',
  threshold: '80',
};
const BEFORE = alarm('a', {
  name: 'busy',
  description: `${RESOURCE} alarm rule`,
  enabled: false,
  severity: 'critical',
  alarm_actions: ['http://a', 'http://***@b'],
  repeat_actions: true,
  time_constraints: [{ name: 'office', start: '0 8 * * *', duration: 28_800, description: 'mine', timezone: 'UTC' }],
  behaviour: { pending_s: 300, keep_firing_s: 0, recovery_threshold: 70, no_data: 'ok' },
  labels: { team: 'web' },
});

describe('the rule that stands in the fields', () => {
  it('is written as the server knows it', () => {
    expect(writtenOf(FILLED)).toEqual({ rule: BUSY, wrong: {}, missing: [] });
    const of = (given: Partial<Draft>) => writtenOf({ ...FILLED, ...given }).rule;
    expect(of({ type: METRICS, metrics: ['1', '2'] })).not.toHaveProperty('resource_id');
    expect(of({ type: METRICS, metrics: ['1', '2'] })).toMatchObject({ metrics: ['1', '2'], granularity: 300 });
    expect(of({ type: RESOURCES })).toMatchObject({ query: '{}', resource_type: 'instance' });
    expect(of({ type: COMPOSITE, parts: groupOf({ and: [{ type: RESOURCE, ...BUSY }] }) })).toEqual({
      and: [{ type: RESOURCE, ...BUSY }],
    });
  });

  it.each<[Partial<Draft>, string[]]>([
    [{ threshold: 'much' }, ['threshold']],
    [{ periods: '0' }, ['evaluation_periods']],
    [{ periods: '1.5' }, ['evaluation_periods']],
    [{ granularity: 'often' }, ['granularity']],
    [{ type: RESOURCES, query: '{' }, ['query']],
    [{ type: RESOURCES, query: '[]' }, ['query']],
    [{ type: COMPOSITE, json: '{' }, ['rule']],
    [{ type: EVENT, conditions: [NO_CONDITION] }, ['query']],
    [{ type: 'of a package', json: '{' }, ['rule']],
  ])('%o is wrong at %s', (given, fields) => {
    expect(Object.keys(writtenOf({ ...FILLED, ...given }).wrong)).toEqual(fields);
  });

  it('says what has to be filled in', () => {
    expect(writtenOf(EMPTY).missing).toEqual(['metric', 'resource', 'threshold']);
    expect(writtenOf({ ...FILLED, type: METRICS }).missing).toEqual(['metrics']);
    expect(writtenOf({ ...FILLED, type: COMPOSITE }).missing).toEqual(['a rule']);
    expect(writtenOf({ ...FILLED, type: LOAD_BALANCER }).missing).toEqual(['pool', 'stack', 'scaling group']);
    expect(writtenOf({ ...FILLED, type: 'of a package' }).missing).toEqual(['rule']);
  });
});

it('an alarm that is opened and saved is as it was, and names its secrets as they are shown', () => {
  const draft = draftOf(BEFORE);
  expect(draft).toMatchObject({ description: '', granularity: '5 min', pending: '5 min', labels: 'team=web' });
  const { name, enabled, severity, repeat_actions, time_constraints, behaviour, labels } = BEFORE;
  expect(definitionOf(draft, writtenOf(draft).rule, BEFORE)).toEqual({
    ...{ name, enabled, severity, repeat_actions, time_constraints, behaviour, labels },
    type: RESOURCE,
    rule: BUSY,
    description: '',
    ok_actions: [],
    alarm_actions: ['http://a', 'http://***@b'],
    insufficient_data_actions: [],
  });
});

it('a search is edited without what the server has put around it', () => {
  const query = JSON.stringify({ and: [{ '=': { created_by_project_id: 'p' } }, { '=': { host: 'a' } }] });
  const group = alarm('a', { type: RESOURCES, rule: { ...BUSY, query } });
  expect(draftOf(group).query).toBe('{"=":{"host":"a"}}');
});

const SERIES_RULE: Rule = {
  metric: 'cpu',
  resource_type: 'instance',
  query: '',
  aggregation_method: 'mean',
  across: 'max',
  group_by: ['host', 'flavor'],
  compare: null,
  comparison_operator: 'gt',
  threshold: 3,
  evaluation_periods: 2,
  granularity: 300,
};

it.each<[string, Rule]>([
  [SERIES, SERIES_RULE],
  [SERIES, { ...SERIES_RULE, across: null, group_by: [] }],
  [SERIES, { ...SERIES_RULE, compare: { type: 'earlier', offset_s: 86_400, how: 'ratio' } }],
  [SERIES, { ...SERIES_RULE, compare: { type: 'band', season_s: 604_800, seasons: 3, direction: 'above' } }],
  [SQL, { sql: 'SELECT 1 AS n', value: 'n', comparison_operator: 'lt', threshold: 5, every_s: 60 }],
  [PROMETHEUS, { query: 'up', comparison_operator: 'lt', threshold: 1 }],
  [EVENT, { event_type: 'a.*', query: [{ field: 'traits.state', op: 'eq', type: 'string', value: 'error' }] }],
  [LOAD_BALANCER, { pool_id: 'p', stack_id: 's', autoscaling_group_id: 'g' }],
  ['of a package', { anything: { there: 'is' } }],
  [COMPOSITE, { or: [{ type: RESOURCE, ...BUSY }, { and: [{ type: SERIES, ...SERIES_RULE }] }] }],
])('a rule of type %s is the same after it was in the fields', (type, rule) => {
  expect(writtenOf(draftOf(alarm('a', { type, rule })))).toEqual({ rule, wrong: {}, missing: [] });
});

it('rows need no threshold where their being there is too much', () => {
  const written = writtenOf({ ...EMPTY, type: SQL, sql: 'SELECT 1' });
  expect(written).toEqual({ rule: { sql: 'SELECT 1', value: '', every_s: 60 }, wrong: {}, missing: [] });
  expect(writtenOf({ ...EMPTY, type: SQL, value: 'n' }).missing).toEqual(['statement', 'threshold']);
});

it('a behaviour that cannot be read is told at its fields', () => {
  expect(behaviourOf(EMPTY)).toEqual({
    behaviour: { pending_s: 0, keep_firing_s: 0, recovery_threshold: null, no_data: 'insufficient data' },
    wrong: {},
  });
  const { wrong } = behaviourOf({ ...EMPTY, pending: 'soon', recovery: 'less' });
  expect(Object.keys(wrong)).toEqual(['recovery_threshold', 'pending_s']);
});

it('the address holds what differs from the beginning, and gives it back', () => {
  expect(writeDraft(EMPTY)).toBe('');
  const text = writeDraft({ ...FILLED, constraints: [{ name: 'n', start: '', duration: '', timezone: '' }] });
  expect(readDraft(text)).toEqual({
    ...FILLED,
    constraints: [{ name: 'n', start: '', duration: '', timezone: '' }],
  });
  expect(readDraft('{"name": 7, "metrics": "x", "threshold": "5", "unknown": 1}')).toEqual({
    ...EMPTY,
    threshold: '5',
  });
  expect(readDraft('{"na')).toEqual(EMPTY);
  expect(readDraft(null)).toEqual(EMPTY);
});

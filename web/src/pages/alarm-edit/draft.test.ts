// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import type { AodhAlarm } from '../../api/aodh';
import { BUSY } from '../alarms/made';
import { METRICS, RESOURCE, RESOURCES } from '../alarms/rule';
import { definitionOf, draftOf, EMPTY, readDraft, ruleOf, writeDraft, type Draft } from './draft';

const FILLED: Draft = {
  ...EMPTY,
  name: 'busy',
  metric: 'cpu',
  resource_id: 'vm-1',
  threshold: '80',
};
const ALARM: AodhAlarm = {
  alarm_id: 'a',
  name: 'busy',
  description: `${RESOURCE} alarm rule`,
  type: RESOURCE,
  enabled: false,
  severity: 'critical',
  ok_actions: [],
  alarm_actions: ['http://a', 'http://b'],
  insufficient_data_actions: null,
  repeat_actions: true,
  time_constraints: [{ name: 'office', start: '0 8 * * *', duration: 28_800, description: 'mine', timezone: 'UTC' }],
  project_id: 'p',
  state: 'alarm',
  [`${RESOURCE}_rule`]: BUSY,
};

describe('the rule that stands in the fields', () => {
  it('is written as the server knows it', () => {
    expect(ruleOf(FILLED)).toEqual({ rule: BUSY, wrong: {}, missing: [] });
    const of = (given: Partial<Draft>) => ruleOf({ ...FILLED, ...given }).rule;
    expect(of({ type: METRICS, metrics: ['1', '2'] })).not.toHaveProperty('resource_id');
    expect(of({ type: METRICS, metrics: ['1', '2'] })).toMatchObject({ metrics: ['1', '2'], granularity: 300 });
    expect(of({ type: RESOURCES })).toMatchObject({ query: '{}', resource_type: 'instance' });
    expect(of({ type: 'composite', json: '{"or": []}' })).toEqual({ or: [] });
  });

  it.each<[Partial<Draft>, string[]]>([
    [{ threshold: 'much' }, ['threshold']],
    [{ periods: '0' }, ['evaluation_periods']],
    [{ periods: '1.5' }, ['evaluation_periods']],
    [{ granularity: 'often' }, ['granularity']],
    [{ type: RESOURCES, query: '{' }, ['query']],
    [{ type: RESOURCES, query: '[]' }, ['query']],
    [{ type: 'composite', json: '{' }, ['rule']],
  ])('%o is wrong at %s', (given, fields) => {
    expect(Object.keys(ruleOf({ ...FILLED, ...given }).wrong)).toEqual(fields);
  });

  it('says what has to be filled in', () => {
    expect(ruleOf(EMPTY).missing).toEqual(['metric', 'resource', 'threshold']);
    expect(ruleOf({ ...FILLED, type: METRICS }).missing).toEqual(['metrics']);
    expect(ruleOf({ ...FILLED, type: 'event' }).missing).toEqual(['rule']);
  });
});

it('an alarm that is opened and saved is as it was, its state too', () => {
  const draft = draftOf(ALARM);
  expect(draft).toMatchObject({ description: '', granularity: '5 min', alarm_actions: 'http://a\nhttp://b' });
  const { alarm_id: _, project_id: __, ...same } = ALARM;
  expect(definitionOf(draft, ruleOf(draft).rule, ALARM)).toEqual({
    ...same,
    description: '',
    insufficient_data_actions: [],
  });
});

it('a search is edited without what the server has put around it', () => {
  const query = JSON.stringify({ and: [{ '=': { created_by_project_id: 'p' } }, { '=': { host: 'a' } }] });
  const group = { ...ALARM, type: RESOURCES, [`${RESOURCES}_rule`]: { ...BUSY, query } };
  expect(draftOf(group).query).toBe('{"=":{"host":"a"}}');
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

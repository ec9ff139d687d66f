// SPDX-License-Identifier: Apache-2.0
// A rule as it is being written, by itself or as a part of others: its fields, and what they amount to.

import {
  EVENT,
  innerQuery,
  isThreshold,
  LOAD_BALANCER,
  METRICS,
  PROMETHEUS,
  RESOURCE,
  RESOURCES,
  SERIES,
  SQL,
  type Rule,
} from '../alarms/rule';
import { listOf } from '../silences/matchers';
import { secondsOf, spanText } from '../settings/retention';

/** What an event has to fulfil. */
export interface ConditionDraft {
  field: string;
  op: string;
  type: string;
  value: string;
}

/** What stands in the fields of a rule that is not composite; numbers as they were typed. */
export interface RuleDraft {
  type: string;
  metric: string;
  resource_id: string;
  resource_type: string;
  metrics: string[];
  query: string;
  method: string;
  operator: string;
  threshold: string;
  periods: string;
  granularity: string;
  /** How the series of an instance are put together; '' where each resource is one. */
  across: string;
  /** Attributes of resources, with commas between. */
  group_by: string;
  /** What values are held against, beside the threshold. */
  compare: '' | 'earlier' | 'band';
  offset: string;
  how: string;
  season: string;
  seasons: string;
  direction: string;
  sql: string;
  /** The column that is compared; '' where a row at all is too much. */
  value: string;
  every: string;
  /** In PromQL. */
  expression: string;
  event_type: string;
  conditions: ConditionDraft[];
  /** How long an event counts, as a part of a composite rule. */
  within: string;
  pool_id: string;
  stack_id: string;
  autoscaling_group_id: string;
  /** The rule of a type that has no fields, and a composite one while its JSON cannot be read. */
  json: string;
}

export const EMPTY_RULE: RuleDraft = {
  type: RESOURCE,
  metric: '',
  resource_id: '',
  resource_type: 'instance',
  metrics: [],
  query: '',
  method: 'mean',
  operator: 'gt',
  threshold: '',
  periods: '3',
  granularity: '5 min',
  across: '',
  group_by: '',
  compare: '',
  offset: '1 d',
  how: 'percent',
  season: '7 d',
  seasons: '4',
  direction: 'both',
  sql: '',
  value: '',
  every: '1 min',
  expression: '',
  event_type: '',
  conditions: [],
  within: '10 min',
  pool_id: '',
  stack_id: '',
  autoscaling_group_id: '',
  json: '',
};

export const NO_CONDITION: ConditionDraft = { field: '', op: 'eq', type: '', value: '' };

/** The fields of a rule that is there. */
export function ruleDraftOf(type: string, rule: Rule): RuleDraft {
  const text = (name: string): string => String(rule[name] ?? '');
  const draft = { ...EMPTY_RULE, type };
  const usual = type === SERIES || type === SQL ? 'gt' : 'eq';
  const compared = { operator: text('comparison_operator') || usual, threshold: text('threshold') };
  if (type === SQL) {
    return { ...draft, sql: text('sql'), value: text('value'), ...compared, every: spanOf(rule['every_s'], 'every') };
  }
  if (type === PROMETHEUS) return { ...draft, expression: text('query'), ...compared };
  if (type === EVENT) {
    const conditions = (Array.isArray(rule['query']) ? (rule['query'] as Rule[]) : []).map(conditionOf);
    return { ...draft, event_type: text('event_type'), conditions, within: spanOf(rule['within_s'], 'within') };
  }
  if (type === LOAD_BALANCER) {
    const [pool_id, stack_id] = [text('pool_id'), text('stack_id')];
    return { ...draft, pool_id, stack_id, autoscaling_group_id: text('autoscaling_group_id') };
  }
  if (!isThreshold(type)) return { ...draft, json: JSON.stringify(rule, null, 2) };
  return {
    ...draft,
    metric: text('metric'),
    resource_id: text('resource_id'),
    resource_type: text('resource_type') || EMPTY_RULE.resource_type,
    metrics: Array.isArray(rule['metrics']) ? rule['metrics'].map(String) : [],
    query: innerQuery(text('query')),
    method: text('aggregation_method') || EMPTY_RULE.method,
    ...compared,
    periods: text('evaluation_periods') || '1',
    granularity: spanOf(rule['granularity'] ?? 60, 'granularity'),
    ...ofSeries(rule),
  };
}

const spanOf = (seconds: unknown, otherwise: 'every' | 'within' | 'granularity'): string =>
  seconds === undefined ? EMPTY_RULE[otherwise] : spanText(Number(seconds));

function conditionOf({ field, op, type, value }: Rule): ConditionDraft {
  return { field: String(field ?? ''), op: String(op ?? 'eq'), type: String(type ?? ''), value: String(value ?? '') };
}

/** The fields that only rules about many series have. */
function ofSeries({ across, group_by, compare }: Rule): Partial<RuleDraft> {
  const { type = '', ...more } = (compare ?? {}) as Rule;
  const given: Partial<RuleDraft> = {
    across: String(across ?? ''),
    group_by: Array.isArray(group_by) ? group_by.join(', ') : '',
    compare: type as RuleDraft['compare'],
  };
  if (type === 'earlier') {
    return { ...given, offset: spanText(Number(more['offset_s'])), how: String(more['how'] ?? 'difference') };
  }
  if (type !== 'band') return given;
  return {
    ...given,
    season: spanText(Number(more['season_s'] ?? 604_800)),
    seasons: String(more['seasons'] ?? 4),
    direction: String(more['direction'] ?? 'both'),
  };
}

export interface Written {
  /** The rule, as far as it can be written. */
  rule: Rule;
  /** What is wrong at which field, by the server's names of fields. */
  wrong: Record<string, string>;
  /** The names of fields that have to be filled in. */
  missing: string[];
}

/** The rule that stands in the fields; as a part of a composite one if so it is. */
export function ruleOf(draft: RuleDraft, isPart = false): Written {
  const written: Written = { rule: {}, wrong: {}, missing: [] };
  if (draft.type === SQL) writeSql(draft, written);
  else if (draft.type === PROMETHEUS) writePrometheus(draft, written);
  else if (draft.type === EVENT) writeEvent(draft, written, isPart);
  else if (draft.type === LOAD_BALANCER) writeLoadBalancer(draft, written);
  else if (isThreshold(draft.type)) writeMetrics(draft, written);
  else return ruleOfJson(draft, written);
  return written;
}

function need({ rule, missing }: Written, name: string, word: string, value: string): void {
  if (value.trim()) rule[name] = value.trim();
  else missing.push(word);
}

function writeMetrics(draft: RuleDraft, written: Written): void {
  const { rule, wrong, missing } = written;
  if (draft.type !== METRICS) need(written, 'metric', 'metric', draft.metric);
  if (draft.type === RESOURCE) need(written, 'resource_id', 'resource', draft.resource_id);
  if (draft.type !== METRICS) need(written, 'resource_type', 'resource type', draft.resource_type);
  if (draft.type === METRICS) {
    rule['metrics'] = draft.metrics;
    if (!draft.metrics.length) missing.push('metrics');
  }
  if (draft.type === RESOURCES) {
    rule['query'] = draft.query.trim() || '{}';
    const told = jsonProblem(rule['query'] as string);
    if (told) wrong['query'] = told;
  }
  if (draft.type === SERIES) writeSeries(draft, written);
  rule['aggregation_method'] = draft.method;
  writeThreshold(draft, written);
  const periods = Number(draft.periods);
  if (Number.isInteger(periods) && periods >= 1 && periods <= 100) rule['evaluation_periods'] = periods;
  else wrong['evaluation_periods'] = 'A whole number from 1 to 100';
  writeSpan(rule, wrong, 'granularity', draft.granularity);
}

function writeThreshold({ operator, threshold }: RuleDraft, { rule, wrong, missing }: Written): void {
  rule['comparison_operator'] = operator;
  if (!threshold.trim()) missing.push('threshold');
  else if (Number.isFinite(Number(threshold))) rule['threshold'] = Number(threshold);
  else wrong['threshold'] = 'A number, such as 80 or 0.5';
}

/** A length of time into a field of a rule; `name` is the server's. */
function writeSpan(into: Rule, wrong: Written['wrong'], name: string, text: string): void {
  const seconds = secondsOf(text);
  if (seconds !== null && Number.isInteger(seconds)) into[name] = seconds;
  else wrong[name] = 'Such as 60 s, 5 min or 1 h';
}

function writeSeries(draft: RuleDraft, { rule, wrong }: Written): void {
  rule['query'] = draft.query.trim();
  const told = rule['query'] ? jsonProblem(rule['query'] as string) : '';
  if (told) wrong['query'] = told;
  rule['across'] = draft.across || null;
  rule['group_by'] = draft.across ? listOf(draft.group_by) : [];
  const compare: Rule = { type: draft.compare };
  if (draft.compare === 'earlier') {
    writeSpan(compare, wrong, 'offset_s', draft.offset);
    compare['how'] = draft.how;
  } else if (draft.compare === 'band') {
    writeSpan(compare, wrong, 'season_s', draft.season);
    compare['direction'] = draft.direction;
    const seasons = Number(draft.seasons);
    if (Number.isInteger(seasons) && seasons >= 1) compare['seasons'] = seasons;
    else wrong['seasons'] = 'A whole number from 1 to 12';
  }
  rule['compare'] = draft.compare ? compare : null;
}

function writeSql(draft: RuleDraft, written: Written): void {
  const { rule, wrong, missing } = written;
  if (draft.sql.trim()) rule['sql'] = draft.sql;
  else missing.push('statement');
  rule['value'] = draft.value.trim();
  if (rule['value']) writeThreshold(draft, written);
  writeSpan(rule, wrong, 'every_s', draft.every);
}

function writePrometheus(draft: RuleDraft, written: Written): void {
  need(written, 'query', 'expression', draft.expression);
  writeThreshold(draft, written);
}

function writeEvent({ event_type, conditions, within }: RuleDraft, { rule, wrong }: Written, isPart: boolean): void {
  rule['event_type'] = event_type.trim() || '*';
  rule['query'] = conditions.map((each) => ({ ...each, field: each.field.trim() }));
  if (conditions.some((each) => !each.field.trim())) wrong['query'] = 'Each condition needs a field';
  if (isPart) writeSpan(rule, wrong, 'within_s', within);
}

function writeLoadBalancer(draft: RuleDraft, written: Written): void {
  need(written, 'pool_id', 'pool', draft.pool_id);
  need(written, 'stack_id', 'stack', draft.stack_id);
  need(written, 'autoscaling_group_id', 'scaling group', draft.autoscaling_group_id);
}

function ruleOfJson({ json }: RuleDraft, written: Written): Written {
  if (!json.trim()) return { ...written, missing: ['rule'] };
  const told = jsonProblem(json);
  if (told) return { ...written, wrong: { rule: told } };
  return { ...written, rule: JSON.parse(json) as Rule };
}

/** What keeps a text from being an object in JSON, '' for nothing. */
export function jsonProblem(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? ''
      : 'An object in braces is needed';
  } catch (error) {
    return `This is no JSON: ${(error as Error).message}`;
  }
}

/** What a draft has that another one has not. */
export function differing<Fields extends object>(draft: Fields, base: Fields): Partial<Fields> {
  const changed = Object.entries(draft).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(base[key as keyof Fields]),
  );
  return Object.fromEntries(changed) as Partial<Fields>;
}

/** A draft with what was said to be different, as far as it has such fields. */
export function fitting<Fields extends RuleDraft>(given: Record<string, unknown>, base: Fields): Fields {
  const fits = Object.entries(given).filter(([key, value]) => {
    const known = base[key as keyof Fields];
    return typeof value === typeof known && Array.isArray(value) === Array.isArray(known);
  });
  const draft = { ...base, ...(Object.fromEntries(fits) as Partial<Fields>) };
  return {
    ...draft,
    metrics: draft.metrics.map(String),
    conditions: draft.conditions.map((each) => ({ ...NO_CONDITION, ...each })),
  };
}

/** The fields of the rule alone, out of more. */
export const onlyRule = (draft: RuleDraft): RuleDraft =>
  fitting(Object.fromEntries(Object.entries(draft).filter(([key]) => key in EMPTY_RULE)), EMPTY_RULE);

// SPDX-License-Identifier: Apache-2.0
// An alarm as it is being written: what stands in the fields, and the definition and the rule that this amounts to.

import type { Actions } from '../../api/aodh';
import type { Schema } from '../../api/operations';
import {
  innerQuery,
  isOwnText,
  isThreshold,
  METRICS,
  RESOURCE,
  RESOURCES,
  SERIES,
  SQL,
  type Rule,
} from '../alarms/rule';
import type { AlarmView, Severity } from '../alarms/states';
import { labelsOf, listOf } from '../silences/matchers';
import { secondsOf, spanText } from '../settings/retention';

export type Definition = Schema<'AlarmBody'>;
type TimeConstraint = Schema<'ConstraintBody'>;
type Behaviour = Schema<'BehaviourBody'>;

/** An alarm that is there, and the URLs of its actions with all that is in them. */
export interface Before {
  alarm: AlarmView;
  actions: Actions;
}

export interface ConstraintDraft {
  name: string;
  start: string;
  duration: string;
  timezone: string;
}

/** What stands in the fields; numbers as they were typed. */
export interface Draft {
  name: string;
  description: string;
  severity: string;
  enabled: boolean;
  /** In which project it is made, where the page works in all of them. */
  project: string;
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
  pending: string;
  keep_firing: string;
  recovery: string;
  no_data: string;
  /** One `name=value` a line. */
  labels: string;
  /** The rule of a type that has no fields. */
  json: string;
  alarm_actions: string;
  ok_actions: string;
  insufficient_data_actions: string;
  repeat: boolean;
  constraints: ConstraintDraft[];
}

export const EMPTY: Draft = {
  name: '',
  description: '',
  severity: 'moderate',
  enabled: true,
  project: '',
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
  pending: '',
  keep_firing: '',
  recovery: '',
  no_data: 'insufficient data',
  labels: '',
  json: '',
  alarm_actions: '',
  ok_actions: '',
  insufficient_data_actions: '',
  repeat: false,
  constraints: [],
};

/** A rule to begin with, for types that are written as JSON. */
export const TEMPLATES: Record<string, Rule> = {
  composite: {
    or: [
      {
        type: RESOURCE,
        metric: 'cpu_util',
        resource_id: '',
        resource_type: 'instance',
        aggregation_method: 'mean',
        comparison_operator: 'gt',
        threshold: 80,
        granularity: 300,
        evaluation_periods: 3,
      },
    ],
  },
  event: {
    event_type: 'compute.instance.*',
    query: [{ field: 'traits.state', op: 'eq', type: 'string', value: 'error' }],
  },
  prometheus: { query: 'up', comparison_operator: 'lt', threshold: 1 },
  loadbalancer_member_health: { pool_id: '', stack_id: '', autoscaling_group_id: '' },
};

/** A draft as the address has it; what cannot be read is as in `base`. */
export function readDraft(text: string | null, base: Draft = EMPTY): Draft {
  let given: unknown = null;
  try {
    given = text === null ? null : JSON.parse(text);
  } catch {
    // Whoever cut the address short gets what is left of it: nothing.
  }
  if (typeof given !== 'object' || given === null) return base;
  const fits = Object.entries(given).filter(([key, value]) => {
    const known = base[key as keyof Draft];
    return typeof value === typeof known && Array.isArray(value) === Array.isArray(known);
  });
  const draft = { ...base, ...(Object.fromEntries(fits) as Partial<Draft>) };
  return {
    ...draft,
    metrics: draft.metrics.map(String),
    constraints: draft.constraints.map((each) => ({ ...NO_CONSTRAINT, ...each })),
  };
}

export const NO_CONSTRAINT: ConstraintDraft = { name: '', start: '', duration: '', timezone: '' };

/** A draft as it goes into the address: what differs from `base`; empty for nothing. */
export function writeDraft(draft: Draft, base: Draft = EMPTY): string {
  const changed = Object.entries(draft).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(base[key as keyof Draft]),
  );
  return changed.length ? JSON.stringify(Object.fromEntries(changed)) : '';
}

/** The fields of an alarm that is there. */
export function draftOf({ alarm, actions }: Before): Draft {
  const { rule, behaviour } = alarm;
  const text = (name: string): string => String(rule[name] ?? '');
  const about: Draft = {
    ...EMPTY,
    name: alarm.name,
    description: isOwnText(alarm.description, alarm.type) ? alarm.description : '',
    severity: alarm.severity,
    enabled: alarm.enabled,
    project: alarm.project_id,
    type: alarm.type,
    alarm_actions: lines(actions.alarm_actions),
    ok_actions: lines(actions.ok_actions),
    insufficient_data_actions: lines(actions.insufficient_data_actions),
    repeat: alarm.repeat_actions,
    constraints: (alarm.time_constraints as unknown as TimeConstraint[]).map(
      ({ name, start, duration, timezone }) => ({
        name,
        start,
        duration: spanText(duration),
        timezone: timezone ?? '',
      }),
    ),
    pending: behaviour.pending_s ? spanText(behaviour.pending_s) : '',
    keep_firing: behaviour.keep_firing_s ? spanText(behaviour.keep_firing_s) : '',
    recovery: String(behaviour.recovery_threshold ?? ''),
    no_data: behaviour.no_data ?? EMPTY.no_data,
    labels: Object.entries(alarm.labels)
      .map((pair) => pair.join('='))
      .join('\n'),
  };
  if (alarm.type === SQL) {
    const [sql, value] = [text('sql'), text('value')];
    const compared = { operator: text('comparison_operator'), threshold: text('threshold') };
    return { ...about, sql, value, ...compared, every: spanText(Number(rule['every_s'])) };
  }
  if (!isThreshold(alarm.type)) return { ...about, json: JSON.stringify(rule, null, 2) };
  return {
    ...about,
    metric: text('metric'),
    resource_id: text('resource_id'),
    resource_type: text('resource_type') || EMPTY.resource_type,
    metrics: Array.isArray(rule['metrics']) ? rule['metrics'].map(String) : [],
    query: innerQuery(text('query')),
    method: text('aggregation_method'),
    operator: text('comparison_operator'),
    threshold: text('threshold'),
    periods: text('evaluation_periods'),
    granularity: spanText(Number(rule['granularity'])),
    ...ofSeries(rule),
  };
}

/** The fields that only rules about many series have. */
function ofSeries({ across, group_by, compare }: Rule): Partial<Draft> {
  const { type = '', ...more } = (compare ?? {}) as Rule;
  const given: Partial<Draft> = {
    across: String(across ?? ''),
    group_by: Array.isArray(group_by) ? group_by.join(', ') : '',
    compare: type as Draft['compare'],
  };
  if (type === 'earlier') return { ...given, offset: spanText(Number(more['offset_s'])), how: String(more['how']) };
  if (type !== 'band') return given;
  return {
    ...given,
    season: spanText(Number(more['season_s'])),
    seasons: String(more['seasons']),
    direction: String(more['direction']),
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

/** The rule that stands in the fields. */
export function ruleOf(draft: Draft): Written {
  const written: Written = { rule: {}, wrong: {}, missing: [] };
  if (draft.type === SQL) return ruleOfSql(draft, written);
  if (!isThreshold(draft.type)) return ruleOfJson(draft, written);
  const { rule, wrong, missing } = written;
  const need = (name: string, word: string, value: string): void => {
    if (value.trim()) rule[name] = value.trim();
    else missing.push(word);
  };
  if (draft.type !== METRICS) need('metric', 'metric', draft.metric);
  if (draft.type === RESOURCE) need('resource_id', 'resource', draft.resource_id);
  if (draft.type !== METRICS) need('resource_type', 'resource type', draft.resource_type);
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
  return written;
}

function writeThreshold({ operator, threshold }: Draft, { rule, wrong, missing }: Written): void {
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

function writeSeries(draft: Draft, { rule, wrong }: Written): void {
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

function ruleOfSql(draft: Draft, written: Written): Written {
  const { rule, wrong, missing } = written;
  if (draft.sql.trim()) rule['sql'] = draft.sql;
  else missing.push('statement');
  rule['value'] = draft.value.trim();
  if (rule['value']) writeThreshold(draft, written);
  writeSpan(rule, wrong, 'every_s', draft.every);
  return written;
}

/** The behaviour that stands in the fields, and what is wrong at which of them. */
export function behaviourOf(draft: Draft): { behaviour: Behaviour; wrong: Record<string, string> } {
  const wrong: Record<string, string> = {};
  const seconds = (name: string, text: string): number => {
    const found = text.trim() ? secondsOf(text) : 0;
    if (found === null) wrong[name] = 'Such as 90 s, 5 min or 1 h';
    return found ?? 0;
  };
  const recovery = draft.recovery.trim() ? Number(draft.recovery) : null;
  if (recovery !== null && !Number.isFinite(recovery)) wrong['recovery_threshold'] = 'A number, such as 70';
  const behaviour: Behaviour = {
    pending_s: seconds('pending_s', draft.pending),
    keep_firing_s: seconds('keep_firing_s', draft.keep_firing),
    recovery_threshold: recovery,
    no_data: draft.no_data as NonNullable<Behaviour['no_data']>,
  };
  return { behaviour, wrong };
}

function ruleOfJson({ json }: Draft, written: Written): Written {
  if (!json.trim()) return { ...written, missing: ['rule'] };
  const told = jsonProblem(json);
  if (told) return { ...written, wrong: { rule: told } };
  return { ...written, rule: JSON.parse(json) as Rule };
}

function jsonProblem(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? ''
      : 'An object in braces is needed';
  } catch (error) {
    return `This is no JSON: ${(error as Error).message}`;
  }
}

/** The definition that stands in the fields, over what `before` has that no field shows. */
export function definitionOf(draft: Draft, rule: Rule, before?: AlarmView): Definition {
  return {
    name: draft.name.trim(),
    description: draft.description.trim(),
    type: draft.type,
    enabled: draft.enabled,
    severity: draft.severity as Severity,
    alarm_actions: urls(draft.alarm_actions),
    ok_actions: urls(draft.ok_actions),
    insufficient_data_actions: urls(draft.insufficient_data_actions),
    repeat_actions: draft.repeat,
    time_constraints: draft.constraints.map((each) => constraintOf(each, before)),
    rule,
    behaviour: behaviourOf(draft).behaviour,
    labels: labelsOf(draft.labels) ?? {},
  };
}

function constraintOf({ name, start, duration, timezone }: ConstraintDraft, before?: AlarmView): TimeConstraint {
  const seconds = secondsOf(duration);
  // What is no span is for the server to refuse.
  const made = { name, start, duration: seconds ?? (duration as unknown as number), timezone };
  const same = (before?.time_constraints as unknown as TimeConstraint[] | undefined)?.find(
    (each) => each.name === name && each.start === start && each.duration === seconds,
  );
  return same?.description ? { ...made, description: same.description } : made;
}

function urls(text: string): string[] {
  return text
    .split('\n')
    .map((each) => each.trim())
    .filter(Boolean);
}

function lines(given: readonly string[] | null): string {
  return (given ?? []).join('\n');
}

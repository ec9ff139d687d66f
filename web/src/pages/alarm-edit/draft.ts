// SPDX-License-Identifier: Apache-2.0
// An alarm as it is being written: what stands in the fields, and the definition and the rule that this amounts to.

import type { AodhAlarm, Definition, Severity, TimeConstraint } from '../../api/aodh';
import { innerQuery, isOwnText, isThreshold, METRICS, RESOURCE, RESOURCES, type Rule } from '../alarms/rule';
import { secondsOf, spanText } from '../settings/retention';

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
export function draftOf(alarm: AodhAlarm): Draft {
  const rule = (alarm[`${alarm.type}_rule`] ?? {}) as Rule;
  const text = (name: string): string => (rule[name] === undefined ? '' : String(rule[name]));
  const about: Draft = {
    ...EMPTY,
    name: alarm.name,
    description: isOwnText(alarm.description, alarm.type) ? alarm.description : '',
    severity: alarm.severity,
    enabled: alarm.enabled,
    project: alarm.project_id,
    type: alarm.type,
    alarm_actions: lines(alarm.alarm_actions),
    ok_actions: lines(alarm.ok_actions),
    insufficient_data_actions: lines(alarm.insufficient_data_actions),
    repeat: alarm.repeat_actions,
    constraints: alarm.time_constraints.map(({ name, start, duration, timezone }) => ({
      name,
      start,
      duration: spanText(duration),
      timezone: timezone ?? '',
    })),
  };
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
  rule['aggregation_method'] = draft.method;
  rule['comparison_operator'] = draft.operator;
  if (!draft.threshold.trim()) missing.push('threshold');
  else if (Number.isFinite(Number(draft.threshold))) rule['threshold'] = Number(draft.threshold);
  else wrong['threshold'] = 'A number, such as 80 or 0.5';
  const periods = Number(draft.periods);
  if (Number.isInteger(periods) && periods >= 1 && periods <= 100) rule['evaluation_periods'] = periods;
  else wrong['evaluation_periods'] = 'A whole number from 1 to 100';
  const step_s = secondsOf(draft.granularity);
  if (step_s !== null && Number.isInteger(step_s)) rule['granularity'] = step_s;
  else wrong['granularity'] = 'Such as 60 s, 5 min or 1 h';
  return written;
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
export function definitionOf(draft: Draft, rule: Rule, before?: AodhAlarm): Definition {
  const made: Definition = {
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
    [`${draft.type}_rule`]: rule,
  };
  // What a definition does not say is set back; the state goes on as it is.
  return before ? { ...made, state: before.state } : made;
}

function constraintOf({ name, start, duration, timezone }: ConstraintDraft, before?: AodhAlarm): TimeConstraint {
  const seconds = secondsOf(duration);
  // What is no span is for the server to refuse.
  const made = { name, start, duration: seconds ?? (duration as unknown as number), timezone };
  const same = before?.time_constraints.find(
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

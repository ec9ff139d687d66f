// SPDX-License-Identifier: Apache-2.0
// An alarm as it is being written: what stands in the fields, and the definition and the rule that this amounts to.

import type { Schema } from '../../api/operations';
import { COMPOSITE, isOwnText, type Rule } from '../alarms/rule';
import type { AlarmView, Severity } from '../alarms/states';
import { labelsOf } from '../silences/matchers';
import { secondsOf, spanText } from '../settings/retention';
import { compositeOf, groupOf, NO_PARTS, pack, unpack, type GroupPart } from './composite';
import { differing, EMPTY_RULE, fitting, ruleDraftOf, ruleOf, type RuleDraft, type Written } from './rule-draft';

export type Definition = Schema<'AlarmBody'>;
type TimeConstraint = Schema<'ConstraintBody'>;
type Behaviour = Schema<'BehaviourBody'>;

export interface ConstraintDraft {
  name: string;
  start: string;
  duration: string;
  timezone: string;
}

/** What stands in the fields of an alarm; numbers as they were typed. */
export interface Draft extends RuleDraft {
  name: string;
  description: string;
  severity: string;
  enabled: boolean;
  /** In which project it is made, where the page works in all of them. */
  project: string;
  /** The rules of a composite one. */
  parts: GroupPart;
  pending: string;
  keep_firing: string;
  recovery: string;
  no_data: string;
  /** One `name=value` a line. */
  labels: string;
  alarm_actions: string;
  ok_actions: string;
  insufficient_data_actions: string;
  repeat: boolean;
  constraints: ConstraintDraft[];
}

/** Changes a draft by what is different, which may depend on what stands there by then. */
export type SetDraft = (changed: Partial<Draft> | ((draft: Draft) => Partial<Draft>)) => void;

export const EMPTY: Draft = {
  ...EMPTY_RULE,
  name: '',
  description: '',
  severity: 'moderate',
  enabled: true,
  project: '',
  parts: NO_PARTS,
  pending: '',
  keep_firing: '',
  recovery: '',
  no_data: 'insufficient data',
  labels: '',
  alarm_actions: '',
  ok_actions: '',
  insufficient_data_actions: '',
  repeat: false,
  constraints: [],
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
  const { parts, ...rest } = given as Record<string, unknown>;
  const draft = fitting(rest, base);
  return {
    ...draft,
    parts: parts === undefined ? base.parts : unpack(parts),
    constraints: draft.constraints.map((each) => ({ ...NO_CONSTRAINT, ...each })),
  };
}

export const NO_CONSTRAINT: ConstraintDraft = { name: '', start: '', duration: '', timezone: '' };

/** A draft as it goes into the address: what differs from `base`; empty for nothing. */
export function writeDraft(draft: Draft, base: Draft = EMPTY): string {
  const changed = differing({ ...draft, parts: pack(draft.parts) }, { ...base, parts: pack(base.parts) });
  return Object.keys(changed).length ? JSON.stringify(changed) : '';
}

/** The fields of an alarm that is there. */
export function draftOf(alarm: AlarmView): Draft {
  const { rule, behaviour } = alarm;
  const fields = alarm.type === COMPOSITE ? { type: COMPOSITE, parts: groupOf(rule) } : ruleDraftOf(alarm.type, rule);
  return {
    ...EMPTY,
    ...fields,
    name: alarm.name,
    description: isOwnText(alarm.description, alarm.type) ? alarm.description : '',
    severity: alarm.severity,
    enabled: alarm.enabled,
    project: alarm.project_id,
    alarm_actions: alarm.alarm_actions.join('\n'),
    ok_actions: alarm.ok_actions.join('\n'),
    insufficient_data_actions: alarm.insufficient_data_actions.join('\n'),
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
}

/** The rule that stands in the fields; what is wrong in a composite one is named by its part and the field there. */
export function writtenOf(draft: Draft): Written {
  if (draft.type !== COMPOSITE) return ruleOf(draft);
  return draft.json
    ? { rule: {}, wrong: { rule: 'This cannot be read yet' }, missing: [] }
    : compositeOf(draft.parts);
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

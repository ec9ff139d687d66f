// SPDX-License-Identifier: Apache-2.0
// The history of an alarm as steps: what was done, by whom, and what is different since.

import type { Schema } from '../../api/operations';
import type { FieldChange } from '../resource/revisions';

export type Change = Schema<'ChangeView'>;

export interface Step {
  id: string;
  time_ms: number;
  kind: string;
  /** Empty for the program itself, which decides alarms. */
  user: string;
  /** Of a transition: into which state, and from which if that is known. */
  state?: { from: string | null; to: string };
  reason: string;
  changes: FieldChange[];
}

type Detail = Record<string, unknown>;

/** Differ at each write, or are told elsewhere. */
const LEFT_OUT = new Set([
  'alarm_id',
  'timestamp',
  'state_timestamp',
  'evaluate_timestamp',
  'state',
  'state_reason',
  'user_id',
]);

/** Changes, newest first, as steps; what something was before is known as far as older changes are here. */
export function stepsOf(changes: readonly Change[]): Step[] {
  const steps: Step[] = [];
  let known: Detail = {};
  let state: string | null = null;
  for (const { id, type, time_ms, user_id, detail } of [...changes].reverse()) {
    const user = user_id.startsWith(PROGRAM) ? '' : user_id;
    const step: Step = { id, time_ms, kind: type, user, reason: '', changes: [] };
    if (type === 'state transition') {
      const to = String(detail['state'] ?? '');
      step.state = { from: state, to };
      step.reason = String(detail['transition_reason'] ?? detail['state_reason'] ?? '');
      state = to;
    } else {
      const fields = flat(detail);
      if (type === 'rule change') step.changes = differences(known, fields, 'rule' in detail);
      if ('rule' in detail)
        known = Object.fromEntries(Object.entries(known).filter(([key]) => !key.startsWith(RULE)));
      known = { ...known, ...fields };
      if (typeof detail['state'] === 'string') state = detail['state'];
    }
    steps.push(step);
  }
  return steps.reverse();
}

const PROGRAM = 'system:';
const RULE = 'rule: ';

/** The fields of a detail, those of a rule each by itself. */
function flat(detail: Detail): Detail {
  const { rule, ...others } = detail;
  const fields = Object.entries(others).filter(([key]) => !LEFT_OUT.has(key));
  const parts = Object.entries((rule ?? {}) as Detail).map(([key, value]): [string, unknown] => [RULE + key, value]);
  return Object.fromEntries([...fields, ...parts]);
}

/** `whole` tells that the rule is there in full, so that what it has not any more was taken away. */
function differences(before: Detail, after: Detail, whole: boolean): FieldChange[] {
  const gone = whole ? Object.keys(before).filter((key) => key.startsWith(RULE) && !(key in after)) : [];
  return [...Object.keys(after), ...gone]
    .map((field) => ({ field, from: written(before[field]), to: written(after[field]) }))
    .filter(({ from, to }) => from !== to);
}

function written(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return value.join(', ') || null;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

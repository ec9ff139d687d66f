// SPDX-License-Identifier: Apache-2.0
// At which field of the form a problem is shown that the server tells of.

import type { Problem } from '../../api/problem';
import { COMPOSITE, TYPES } from '../alarms/rule';
import { partAt } from './composite';
import type { Draft } from './draft';

/** A field, '' for a part as a whole, and the part of a composite rule, '' for the alarm itself. */
export interface Place {
  part: string;
  field: string;
}

/** What is wrong at a field, of a part of a composite rule where it is one. */
export type ProblemAt = (field: string, part?: string) => string | undefined;

const FIELDS = new Set([
  'name',
  'metric',
  'metrics',
  'resource_id',
  'resource_type',
  'query',
  'rule',
  'threshold',
  'aggregation_method',
  'comparison_operator',
  'evaluation_periods',
  'granularity',
  'alarm_actions',
  'ok_actions',
  'insufficient_data_actions',
  'time_constraints',
  'severity',
  'across',
  'group_by',
  'compare',
  'offset_s',
  'season_s',
  'seasons',
  'sql',
  'value',
  'every_s',
  'event_type',
  'within_s',
  'pool_id',
  'stack_id',
  'autoscaling_group_id',
  'behaviour',
  'pending_s',
  'keep_firing_s',
  'recovery_threshold',
  'no_data',
  'labels',
]);

/** The innermost field that is known; null where a problem is about none, and stands above the form. */
export function placed({ field }: Problem, draft: Draft): Place | null {
  if (field[0] === 'rule' && draft.type === COMPOSITE) {
    const { part, rest } = partAt(draft.parts, field.slice(1));
    return { part: part.key, field: known(rest) ?? '' };
  }
  // A rule in JSON is one field.
  if (field[0] === 'rule' && !(draft.type in TYPES)) return { part: '', field: 'rule' };
  const found = known(field);
  return found === undefined || found === 'rule' ? null : { part: '', field: found };
}

const known = (field: readonly string[]): string | undefined => field.filter((each) => FIELDS.has(each)).at(-1);

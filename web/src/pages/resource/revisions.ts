// SPDX-License-Identifier: Apache-2.0
// What changed from one revision of a resource to the next.

import type { Answer } from '../../api/operations';

export type Revision = Answer<'/v1/resources/{id}/history', 'get'>['revisions'][number];

export interface FieldChange {
  field: string;
  from: string | null;
  to: string | null;
}

export interface Step {
  time_ms: number;
  kind: 'first' | 'changed' | 'ended' | 'back';
  changes: FieldChange[];
}

/** Revisions, newest first, as steps; of the oldest one nothing before is known unless `complete`. */
export function stepsOf(revisions: readonly Revision[], complete: boolean): Step[] {
  const steps: Step[] = [];
  revisions.forEach((revision, index) => {
    const before = revisions[index + 1];
    const time_ms = revision.start_ms;
    if (before) steps.push({ time_ms, kind: kindOf(before, revision), changes: changesOf(before, revision) });
    else if (complete) steps.push({ time_ms, kind: 'first', changes: [] });
  });
  return steps;
}

function kindOf(before: Revision, after: Revision): Step['kind'] {
  if (before.ended_ms === null && after.ended_ms !== null) return 'ended';
  return before.ended_ms !== null && after.ended_ms === null ? 'back' : 'changed';
}

/** Every field that differs, attributes in the order of the newer revision. */
export function changesOf(before: Revision, after: Revision): FieldChange[] {
  const names = new Set([...Object.keys(after.attributes), ...Object.keys(before.attributes)]);
  const pairs: [string, unknown, unknown][] = [
    ['project', before.project_id, after.project_id],
    ['user', before.user_id, after.user_id],
    ...[...names].map((name): [string, unknown, unknown] => [name, before.attributes[name], after.attributes[name]]),
  ];
  return pairs
    .map(([field, from, to]) => ({ field, from: written(from), to: written(to) }))
    .filter(({ from, to }) => from !== to);
}

function written(value: unknown): string | null {
  return value === null || value === undefined || value === '' ? null : String(value);
}

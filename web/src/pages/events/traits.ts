// SPDX-License-Identifier: Apache-2.0
// What events say, in words.

import type { Answer } from '../../api/operations';
import { showTime } from '../../state/zone';

export type EventRow = Answer<'/v1/events', 'get'>['events'][number];
export type Trait = EventRow['traits'][number];

/** Said elsewhere in the row, or of use to nobody who reads a list. */
const LEFT_OUT = new Set(['project_id', 'tenant_id', 'user_id', 'request_id', 'resource_id', 'service']);
/** What tells most, in the order in which it is told. */
const TELLING = ['display_name', 'name', 'state', 'status', 'old_state', 'host', 'instance_type', 'size', 'message'];
const SHOWN_MAX = 5;

/** The value of a trait as people read it; a time in the page's zone. */
export function showTrait({ type, value }: Trait): string {
  return type === 'datetime' ? showTime(Number(value) / 1e6) : String(value);
}

/** The traits that a list has room for, those first that tell most. */
export function keyTraits({ resource, traits }: Pick<EventRow, 'resource' | 'traits'>): Trait[] {
  const place = ({ name }: Trait): number => {
    const at = TELLING.indexOf(name);
    return at < 0 ? TELLING.length : at;
  };
  return traits
    .filter((each) => each.value !== '' && !LEFT_OUT.has(each.name) && each.value !== resource)
    .map((each, at) => ({ each, at }))
    .sort((one, other) => place(one.each) - place(other.each) || one.at - other.at)
    .map(({ each }) => each)
    .slice(0, SHOWN_MAX);
}

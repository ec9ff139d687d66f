// SPDX-License-Identifier: Apache-2.0
// How many resources of each type there are; each leads to its list.

import { href } from '../../state/url';

interface TypeCount {
  name: string;
  resources: number;
}

/** The type as which servers watch themselves: its being there does not mean that anybody sends. */
export const SELF = 'nephoscope';

/** Whether nothing has been sent yet, as far as one may see. */
export function isNothing(types: readonly TypeCount[]): boolean {
  return types.every((each) => each.resources === 0 || each.name === SELF);
}

export function Inventory({ types }: { types: readonly TypeCount[] }) {
  const there = types.filter((each) => each.resources > 0).sort((one, other) => other.resources - one.resources);
  if (!there.length) return <p class="muted">No resources yet.</p>;
  return (
    <ul class="inventory">
      {there.map(({ name, resources }) => (
        <li key={name}>
          <a href={href('/resources', { type: name })}>{name}</a>
          <span class="number">{resources.toLocaleString('en')}</span>
        </li>
      ))}
    </ul>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Made-up events for tests.

import type { EventRow, Trait } from './traits';

export function trait(name: string, value: string | number, type: Trait['type'] = 'text'): Trait {
  return { name, type, value };
}

export function event(id: string, given: Partial<EventRow> = {}): EventRow {
  return {
    id,
    type: 'compute.instance.create.end',
    time_ms: Date.UTC(2026, 0, 1, 12),
    generated_ns: 1e6 * Date.UTC(2026, 0, 1, 12),
    project_id: 'p',
    resource: `vm-${id}`,
    traits: [trait('state', 'active'), trait('resource_id', `vm-${id}`)],
    ...given,
  };
}

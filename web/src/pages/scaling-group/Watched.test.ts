// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { searchOf } from './Watched';

it('members are looked for by the names of resources, and by ids where they are such', () => {
  expect(searchOf(['web-1', 'web "2"', `"it's"`])).toBe(`original_resource_id in ["web-1", 'web "2"']`);
  const id = 'f856929e-c836-4481-a576-ad8343280328';
  expect(searchOf([id])).toBe(`original_resource_id in ["${id}"] or id in ["${id}"]`);
});

// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { pretty } from './DeadLetters';

it('JSON is shown with its lines, anything else as it came', () => {
  expect(pretty('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(pretty('hits:3|c')).toBe('hits:3|c');
});

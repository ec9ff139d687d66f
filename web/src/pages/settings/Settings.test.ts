// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { stateOf } from './Users';
import { lifeOf, LIVES, ROLE_MEANINGS, ROLES } from './words';

it('being shut out counts for more than having to choose a password', () => {
  expect(stateOf({ disabled: true, must_change_password: true })).toBe('disabled');
  expect(stateOf({ disabled: false, must_change_password: true })).toBe('has to choose a password');
  expect(stateOf({ disabled: false, must_change_password: false })).toBe('in use');
});

it('one of the lives of a token has no end', () => {
  expect(LIVES.map(({ value }) => lifeOf(value)).filter((days) => days === null)).toHaveLength(1);
});

it('every role says what it may', () => {
  expect(Object.keys(ROLE_MEANINGS).sort()).toEqual([...ROLES].sort());
});

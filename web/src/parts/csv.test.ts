// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { csv } from './csv';

it('quotes what needs it, and leaves numbers alone', () => {
  expect(
    csv(
      ['a', 'b'],
      [
        ['x,y', 1.5],
        ['say "hi"', null],
        ['two\nlines', true],
      ],
    ),
  ).toBe('a,b\r\n"x,y",1.5\r\n"say ""hi""",\r\n"two\nlines",true\r\n');
});

it('what a spreadsheet would take for a formula is text, negative numbers stay numbers', () => {
  expect(csv(['a'], [['=1+1'], ['@x'], [-3]])).toBe("a\r\n'=1+1\r\n'@x\r\n-3\r\n");
});

// SPDX-License-Identifier: Apache-2.0

import { expect, test } from 'vitest';

import { Problem } from '../../api/problem';
import { placeOf, readable, written } from './expression';

const asked = { method: 'POST', url: '/api/v1/query' };
const invalid = (detail: string, field: string[]): Problem =>
  readable(new Problem(400, 'Bad Request', detail, asked, 'id', 'cause', field)) as Problem;

test('the small form writes expressions', () => {
  expect(written('cpu.util', 'max', 'mean')).toBe('(aggregate mean (metric cpu.util max))');
  expect(written('cpu.util', 'mean', '')).toBe('(metric cpu.util mean)');
  expect(written('my metric', 'mean', '')).toBe('(metric "my metric" mean)');
});

test('an unbalanced expression is marked where it ends too early', () => {
  const text = '(aggregate mean (metric cpu mean)';
  const said = `expected ')', found the end of the text (at character ${text.length})`;
  const problem = invalid('Invalid operations: Fail to parse the operations string', [said]);
  expect(problem.detail).toBe(said);
  expect(placeOf(problem, text)).toEqual({ start: text.length, stop: text.length });
});

test('an unknown operation is marked as a whole, in words that do not speak of dictionaries', () => {
  const detail = "Invalid input: 'agregate' operation invalid for dictionary value @ data['operations']";
  const problem = invalid(detail, ['operations']);
  expect(problem.detail).toBe("'agregate' operation invalid");
  expect(placeOf(problem, '(agregate mean (metric cpu mean))')).toEqual({ start: 1, stop: 9 });
});

test('a problem without a place marks nothing, and other errors stay as they are', () => {
  expect(placeOf(invalid('Invalid groupby attribute', ['nope']), '(metric a mean)')).toBeNull();
  const gone = new Problem(404, 'Not Found', 'there is no metric', asked);
  expect(readable(gone)).toBe(gone);
  expect(placeOf(gone, '(metric a mean)')).toBeNull();
});

// SPDX-License-Identifier: Apache-2.0

import { expect, test } from 'vitest';

import { csvOf, jsonOf, tsvOf } from './Result';

const answer = {
  columns: [
    { name: 'name', type: 'String' },
    { name: 'attributes', type: 'Map(String, String)' },
    { name: 'name', type: 'Nullable(Float64)' },
  ],
  rows: [
    ['a\tb', { host: 'web1' }, 1.5],
    ['c', {}, null],
  ],
};

test('a CSV has maps as JSON and nothing for NULL', () => {
  expect(csvOf(answer)).toBe('name,attributes,name\r\na\tb,"{""host"":""web1""}",1.5\r\nc,{},\r\n');
});

test('a JSON file has an object a row, and loses no column to another of its name', () => {
  expect(JSON.parse(jsonOf(answer))).toEqual([
    { name: 'a\tb', attributes: { host: 'web1' }, 'name 3': 1.5 },
    { name: 'c', attributes: {}, 'name 3': null },
  ]);
});

test('rows for a spreadsheet keep their columns', () => {
  expect(
    tsvOf(answer)
      .split('\n')
      .map((line) => line.split('\t')),
  ).toEqual([
    ['name', 'attributes', 'name'],
    ['a b', '{"host":"web1"}', '1.5'],
    ['c', '{}', ''],
  ]);
});

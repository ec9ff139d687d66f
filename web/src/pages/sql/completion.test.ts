// SPDX-License-Identifier: Apache-2.0

import { expect, test } from 'vitest';

import { complete, type View } from './completion';

const column = (name: string) => ({ name, type: 'String', meaning: `the ${name}` });
const VIEWS: View[] = [
  { name: 'measures', meaning: 'what was written', columns: ['time', 'value', 'name'].map(column) },
  { name: 'resources', meaning: 'resources', columns: ['id', 'type', 'ended'].map(column) },
];

/** The options at the `|` of a text. */
function at(text: string, asked = false): string[] | null {
  const found = complete(text.replace('|', ''), text.indexOf('|'), VIEWS, asked);
  return found && found.options.map((each) => each.text);
}

test('after FROM come the views', () => {
  expect(at('SELECT * FROM me|')).toEqual(['measures']);
  expect(at('SELECT * FROM |', true)).toEqual(['measures', 'resources']);
});

test('columns are those of the views that the statement reads', () => {
  expect(at('SELECT va| FROM measures')).toEqual(['value']);
  expect(at('SELECT en| FROM measures')).not.toContain('ended');
  expect(at('SELECT en|')).toContain('ended');
});

test('behind a dot come the columns of the view of that name', () => {
  expect(at('SELECT r.| FROM measures m JOIN resources AS r')).toEqual(['id', 'type', 'ended']);
  expect(at('SELECT m.t| FROM measures m JOIN resources AS r')).toEqual(['time']);
  expect(at('SELECT x.| FROM measures m')).toBeNull();
});

test('words of SQL go on in the letters in which they were begun', () => {
  expect(at('sel|')).toContain('select');
  expect(at('SEL|')).toContain('SELECT');
});

test('nothing is offered within texts and comments, nor for what is written out', () => {
  expect(at("SELECT 'va| FROM measures")).toBeNull();
  expect(at('SELECT 1 -- va|')).toBeNull();
  expect(at('SELECT value| FROM measures')).toBeNull();
  expect(at('SELECT | FROM measures')).toBeNull();
});

test('an option takes the place of the word that was begun', () => {
  const sql = 'SELECT time, $f';
  expect(complete(sql, sql.length, VIEWS)).toMatchObject({ from: sql.indexOf('$'), options: [{ text: '$from' }] });
});

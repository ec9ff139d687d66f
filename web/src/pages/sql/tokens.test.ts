// SPDX-License-Identifier: Apache-2.0

import { expect, test } from 'vitest';

import { filled, placeOf, tokens, usesRange } from './tokens';

const SPAN = { start_ms: Date.UTC(2026, 0, 1), stop_ms: Date.UTC(2026, 0, 1, 1, 2, 3, 4) };
const FROM = "toDateTime64('2026-01-01 00:00:00.000', 3, 'UTC')";

test('nothing is lost when a statement is cut into pieces', () => {
  const sql = `SELECT avg(value) -- mean\nFROM "measures" /* all\n*/ WHERE name = 'it''s' AND x > 1.5e3 AND y = 'open`;
  expect(
    tokens(sql)
      .map((each) => each.text)
      .join(''),
  ).toBe(sql);
});

test('pieces are told apart by what they are', () => {
  const all = tokens("select avg(value) FROM measures WHERE n IN ('a') -- end");
  const of = (text: string) => all.find((each) => each.text === text)?.kind;
  expect(of('select')).toBe('keyword');
  expect(of('avg')).toBe('function');
  expect(of('value')).toBe('name');
  expect(of('IN')).toBe('keyword');
  expect(of("'a'")).toBe('string');
  expect(of('-- end')).toBe('comment');
});

test('the range of the page takes the place of its names, but not in texts and comments', () => {
  const sql = "SELECT '$from' WHERE time >= $from -- $to";
  expect(filled(sql, SPAN)).toBe(`SELECT '$from' WHERE time >= ${FROM} -- $to`);
  expect(usesRange(sql)).toBe(true);
  expect(usesRange("SELECT '$from', $format")).toBe(false);
  expect(filled('$to', SPAN)).toContain("'2026-01-01 01:02:03.004'");
});

test('an error is about the piece at its line and column', () => {
  const sql = 'SELECT time,\n  tme FROM measures';
  expect(placeOf('unknown (line 2, column 3)', sql, SPAN)).toMatchObject({ text: 'tme' });
  expect(placeOf('unknown (line 1, column 1)', sql, SPAN)).toMatchObject({ text: 'SELECT' });
  expect(placeOf('no place', sql, SPAN)).toBeNull();
});

test('what is longer when sent does not move the place of an error', () => {
  const sql = 'SELECT 1 WHERE time > $from AND tme = 1';
  const column = filled(sql, SPAN).indexOf('tme') + 1;
  const found = placeOf(`unknown (line 1, column ${column})`, sql, SPAN);
  expect(found).toMatchObject({ text: 'tme', start: sql.indexOf('tme') });
});

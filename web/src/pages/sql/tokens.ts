// SPDX-License-Identifier: Apache-2.0
// SQL cut into pieces, for colouring it, completing it, and finding `$from` and `$to` in it.

import type { Span } from '../../state/time';

export type Kind = 'keyword' | 'function' | 'name' | 'string' | 'number' | 'comment' | 'macro' | 'other' | 'space';

export interface Token {
  kind: Kind;
  text: string;
  start: number;
}

export const KEYWORDS: readonly string[] = [
  'SELECT',
  'DISTINCT',
  'FROM',
  'WHERE',
  'AND',
  'OR',
  'NOT',
  'IN',
  'LIKE',
  'ILIKE',
  'BETWEEN',
  'IS',
  'NULL',
  'AS',
  'GROUP',
  'BY',
  'ORDER',
  'ASC',
  'DESC',
  'HAVING',
  'LIMIT',
  'OFFSET',
  'JOIN',
  'LEFT',
  'RIGHT',
  'INNER',
  'FULL',
  'OUTER',
  'CROSS',
  'ON',
  'USING',
  'UNION',
  'ALL',
  'WITH',
  'CASE',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
  'INTERVAL',
  'SECOND',
  'MINUTE',
  'HOUR',
  'DAY',
  'WEEK',
  'MONTH',
  'YEAR',
  'OVER',
  'PARTITION',
  'ASOF',
  'ANY',
  'ARRAY',
  'FILL',
  'STEP',
  'TO',
  'SHOW',
  'TABLES',
  'DESCRIBE',
  'TRUE',
  'FALSE',
  'EXISTS',
  'ROWS',
  'PRECEDING',
  'FOLLOWING',
  'CURRENT',
  'ROW',
  'NULLS',
  'LAST',
];
const IS_KEYWORD = new Set(KEYWORDS);
/** Words that are no functions, though brackets may follow them. */
const BEFORE_BRACKETS = new Set(
  'SELECT FROM WHERE JOIN IN AND OR NOT ON AS BY HAVING USING WHEN THEN ELSE OVER LIKE EXISTS ALL UNION'.split(' '),
);

const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<comment>--[^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`(?<string>'(?:[^'\\]|\\[\s\S]|'')*(?:'|$))`,
    String.raw`(?<quoted>"(?:[^"\\]|\\[\s\S])*(?:"|$)|` + '`[^`]*(?:`|$))',
    String.raw`(?<macro>\$(?:from|to)\b)`,
    String.raw`(?<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)`,
    String.raw`(?<word>[A-Za-z_]\w*)`,
    String.raw`(?<other>[\s\S])`,
  ].join('|'),
  'g',
);

/** All of a text in pieces; a string or comment that does not end goes to the end. */
export function tokens(sql: string): Token[] {
  const found: Token[] = [];
  for (const match of sql.matchAll(TOKEN)) {
    const groups = match.groups!;
    const start = match.index;
    const text = match[0];
    const name = Object.keys(groups).find((each) => groups[each] !== undefined)!;
    found.push({ kind: kindOf(name, text, sql, start + text.length), text, start });
  }
  return found;
}

function kindOf(name: string, text: string, sql: string, after: number): Kind {
  if (name === 'quoted') return 'name';
  if (name !== 'word') return name as Kind;
  const word = text.toUpperCase();
  if (/^\s*\(/.test(sql.slice(after, after + 8)) && !BEFORE_BRACKETS.has(word)) return 'function';
  return IS_KEYWORD.has(word) ? 'keyword' : 'name';
}

/** Whether a statement reads the page's range of time. */
export function usesRange(sql: string): boolean {
  return tokens(sql).some((each) => each.kind === 'macro');
}

/** The statement as it is sent: `$from` and `$to` are the ends of the range. */
export function filled(sql: string, span: Span): string {
  return tokens(sql)
    .map((each) => filledToken(each, span))
    .join('');
}

function filledToken({ kind, text }: Token, { start_ms, stop_ms }: Span): string {
  if (kind !== 'macro') return text;
  const at = new Date(text === '$from' ? start_ms : stop_ms).toISOString();
  return `toDateTime64('${at.replace('T', ' ').replace('Z', '')}', 3, 'UTC')`;
}

const PLACE = /\(line (\d+), column (\d+)\)/;

/** The piece of the statement that an error of the sent one is about, or null where it does not say. */
export function placeOf(said: string, sql: string, span: Span): Token | null {
  const place = PLACE.exec(said);
  if (!place) return null;
  const [line, column] = [Number(place[1]), Number(place[2])];
  let [atLine, atColumn] = [1, 1];
  for (const token of tokens(sql)) {
    const lines = filledToken(token, span).split('\n');
    const [endLine, endColumn] = [
      atLine + lines.length - 1,
      (lines.length === 1 ? atColumn : 1) + lines.at(-1)!.length,
    ];
    const isBefore = endLine < line || (endLine === line && endColumn <= column);
    if (!isBefore && token.kind !== 'space') return token;
    [atLine, atColumn] = [endLine, endColumn];
  }
  return null;
}

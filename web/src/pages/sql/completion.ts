// SPDX-License-Identifier: Apache-2.0
// What may come next while SQL is typed: views after FROM, columns of the views read, functions, words of SQL.

import { KEYWORDS, tokens, type Token } from './tokens';

export interface View {
  name: string;
  meaning: string;
  columns: readonly { name: string; type: string; meaning: string }[];
}

export interface Option {
  text: string;
  kind: 'view' | 'column' | 'function' | 'keyword' | 'range';
  more: string;
}

export interface Completion {
  /** Where the word begins that the option takes the place of. */
  from: number;
  options: Option[];
}

const SHOWN_MAX = 12;

/** Functions that questions about measures need most; the server allows many more. */
const FUNCTIONS: readonly (readonly [name: string, meaning: string])[] = [
  ['avg', 'mean'],
  ['sum', 'sum'],
  ['min', 'lowest'],
  ['max', 'highest'],
  ['count', 'how many'],
  ['uniqExact', 'how many different'],
  ['quantile', 'quantile(0.95)(value)'],
  ['median', 'median'],
  ['stddevPop', 'standard deviation'],
  ['argMax', 'the value at the highest of another'],
  ['argMin', 'the value at the lowest'],
  ['any', 'one of them'],
  ['groupArray', 'all in a list'],
  ['countIf', 'how many for which'],
  ['avgIf', 'mean of those for which'],
  ['toStartOfMinute', 'time to the minute'],
  ['toStartOfFiveMinutes', 'time to five minutes'],
  ['toStartOfHour', 'time to the hour'],
  ['toStartOfDay', 'time to the day'],
  ['toStartOfInterval', 'toStartOfInterval(time, INTERVAL 10 MINUTE)'],
  ['toDate', 'the day'],
  ['now', 'this moment'],
  ['round', 'rounded'],
  ['if', 'if(condition, then, else)'],
  ['lower', 'in small letters'],
  ['dateDiff', "dateDiff('second', from, to)"],
  ['lagInFrame', 'the row before, with OVER'],
  ['arrayJoin', 'a row for each'],
];

/** The options at a place in a text; null where there is nothing to complete. */
export function complete(sql: string, cursor: number, views: readonly View[], asked = false): Completion | null {
  const all = tokens(sql);
  const inside = all.find((each) => each.start < cursor && cursor <= each.start + each.text.length);
  if (inside && (inside.kind === 'comment' || inside.kind === 'string')) {
    const ended = cursor === inside.start + inside.text.length && /'$/.test(inside.text) && inside.text.length > 1;
    if (!ended) return null;
  }
  const word = /(?:\$\w*|[A-Za-z_]\w*)$/.exec(sql.slice(0, cursor))?.[0] ?? '';
  const from = cursor - word.length;
  const before = spoken(all).filter((each) => each.start + each.text.length <= from);
  const dotted = before.at(-1)?.text === '.' && sql[from - 1] === '.';
  if (!word && !dotted && !asked) return null;
  const options = matching(candidates(all, before, dotted, views), word);
  return options.length ? { from, options } : null;
}

/** What the engine reads of it. */
function spoken(all: readonly Token[]): Token[] {
  return all.filter((each) => each.kind !== 'space' && each.kind !== 'comment');
}

function candidates(
  all: readonly Token[],
  before: readonly Token[],
  dotted: boolean,
  views: readonly View[],
): Option[] {
  const read = viewsRead(all, views);
  if (dotted) {
    const owner = before.at(-2)?.text ?? '';
    return columnsOf(read.filter((each) => each.names.includes(owner)).map((each) => each.view));
  }
  const last = before.at(-1)?.text.toUpperCase();
  const asViews = views.map((each): Option => ({ text: each.name, kind: 'view', more: each.meaning }));
  if (last === 'FROM' || last === 'JOIN' || last === 'DESCRIBE') return asViews;
  const columns = columnsOf(read.length ? read.map((each) => each.view) : views);
  const functions = FUNCTIONS.map(([text, more]): Option => ({ text: `${text}(`, kind: 'function', more }));
  const words = KEYWORDS.map((text): Option => ({ text, kind: 'keyword', more: '' }));
  return [...columns, ...RANGE, ...functions, ...words, ...asViews];
}

const RANGE: readonly Option[] = [
  { text: '$from', kind: 'range', more: "the start of the page's time range" },
  { text: '$to', kind: 'range', more: 'its end' },
];

/** The views that a statement reads, each with the names it goes by there. */
function viewsRead(all: readonly Token[], views: readonly View[]): { view: View; names: string[] }[] {
  const words = spoken(all);
  return words.flatMap((token, at) => {
    const after = words[at - 1]?.text.toUpperCase();
    const view = after === 'FROM' || after === 'JOIN' ? views.find((each) => each.name === token.text) : undefined;
    if (!view) return [];
    const next = words[at + 1]?.text.toUpperCase() === 'AS' ? words[at + 2] : words[at + 1];
    return [{ view, names: [view.name, ...(next?.kind === 'name' ? [next.text] : [])] }];
  });
}

function columnsOf(views: readonly View[]): Option[] {
  const found = new Map<string, Option>();
  for (const { columns } of views) {
    for (const { name, meaning } of columns) {
      if (!found.has(name)) found.set(name, { text: name, kind: 'column', more: meaning });
    }
  }
  return [...found.values()];
}

function matching(options: readonly Option[], word: string): Option[] {
  const wanted = word.toLowerCase();
  const matched = options.filter(
    ({ text }) => text.toLowerCase().startsWith(wanted) && text.toLowerCase() !== wanted,
  );
  // Who types small letters goes on in small letters.
  const small = word !== '' && word === wanted;
  return matched
    .slice(0, SHOWN_MAX)
    .map((each) => (each.kind === 'keyword' && small ? { ...each, text: each.text.toLowerCase() } : each));
}

// SPDX-License-Identifier: Apache-2.0
// Expressions of the aggregates grammar: examples, writing a simple one, and finding the place of an error.

import { asProblem, isAbort, Problem } from '../../api/problem';

export const AGGREGATIONS = ['mean', 'sum', 'min', 'max', 'median', 'std', 'count', '95pct'] as const;
export const METHODS = [
  'mean',
  'min',
  'max',
  'sum',
  'count',
  'std',
  'median',
  'first',
  'last',
  '5pct',
  '95pct',
  '99pct',
  'rate:mean',
  'rate:sum',
  'rate:max',
  'rate:min',
] as const;

export interface Example {
  title: string;
  expression: string;
  type?: string;
  groupby?: readonly string[];
}

/** Examples that give something as soon as a host is watched; `metric` is one that there is. */
export function examplesFor(metric: string): Example[] {
  return [
    { title: 'Every series by itself', expression: `(metric ${metric} mean)` },
    { title: 'The mean of all', expression: `(aggregate mean (metric ${metric} mean))` },
    { title: 'The highest of each type', expression: `(aggregate max (metric ${metric} max))`, groupby: ['type'] },
    { title: 'One line a project', expression: `(aggregate mean (metric ${metric} mean))`, groupby: ['project_id'] },
    { title: 'Smoothed over 5 points', expression: `(rolling mean 5 (metric ${metric} mean))` },
    { title: 'In steps of an hour', expression: `(resample max 3600 (metric ${metric} max))` },
    {
      title: 'How far apart highest and lowest are',
      expression: `(- (aggregate max (metric ${metric} mean)) (aggregate min (metric ${metric} mean)))`,
    },
    { title: 'What is left to 100', expression: `(- 100 (aggregate mean (metric ${metric} mean)))` },
    { title: 'Where it is above 80', expression: `(> (metric ${metric} mean) 80)` },
  ];
}

/** What can be written, one row each, for the help beside the box. */
export const GRAMMAR: readonly (readonly [form: string, meaning: string])[] = [
  ['(metric NAME METHOD)', 'metrics of that name; * and ? stand for other letters; an id works too'],
  ['(metric (A mean) (B max))', 'several at once'],
  ['(aggregate mean X)', 'all series into one: mean, sum, min, max, median, std, count, 95pct'],
  ['(resample mean 3600 X)', 'into wider steps, in seconds'],
  ['(rolling mean 5 X)', 'over the last so many points'],
  ['(+ X Y)  (- X Y)  (* X Y)  (/ X Y)', 'arithmetic with series and numbers; also % and **'],
  ['(> X 80)  (<= X Y)  (== X Y)', '1 where it holds, 0 where not'],
  ['(abs X)  (negative X)  (floor X)', 'of each value'],
  ['(rateofchange X)', 'the change from point to point; rateofchangesec by the second'],
  ['(clip X 0 100)', 'within limits'],
];

/** The expression that the small form writes. */
export function written(metric: string, method: string, aggregation: string): string {
  const name = /[\s()"']/.test(metric) ? `"${metric.replaceAll('"', '')}"` : metric;
  const inner = `(metric ${name} ${method})`;
  return aggregation ? `(aggregate ${aggregation} ${inner})` : inner;
}

const AT = /\(at character (\d+)\)/;
const DRESSING = /^Invalid input: | for dictionary value @ data\['operations'\]$/g;
const WORD = /'([^']+)' operation invalid/;

/** A problem of an expression in the words of its reader: what is wrong, without the request's inner names. */
export function readable(error: unknown): unknown {
  if (isAbort(error)) return error;
  const { status, title, detail, asked, requestId, reason, field } = asProblem(error);
  if (!(error instanceof Problem) || status !== 400) return error;
  const place = field.find((each) => AT.test(each));
  const said = place ?? detail.replace(DRESSING, '');
  return new Problem(status, title, said, asked, requestId, reason, field);
}

export interface Place {
  start: number;
  stop: number;
}

/** Where in the text a problem lies, or null where it does not tell. */
export function placeOf(problem: Problem | null, text: string): Place | null {
  if (!problem || problem.status !== 400) return null;
  const at = AT.exec(problem.detail);
  if (at) {
    const start = Math.min(Number(at[1]), text.length);
    return { start, stop: Math.min(start + 1, text.length) };
  }
  const word = WORD.exec(problem.detail)?.[1];
  const start = word ? text.indexOf(word) : -1;
  return start < 0 ? null : { start, stop: start + word!.length };
}

// SPDX-License-Identifier: Apache-2.0
// The metrics of a resource by unit: what has one unit stands in one chart.

import type { Answer } from '../../api/operations';
import { compareTexts } from '../../parts/order';
import { TELLING } from '../resources/choices';
import type { Charted } from '../alarm-edit/suggest';
import type { Labelled } from './parts';

export type MetricOfResource = Answer<'/v1/resources/{id}', 'get'>['metrics'][number];

/** A metric to be drawn, in the unit of what is drawn: of the rate where it is one. */
export interface Drawn extends Charted {
  label: string;
  /** Whether it is a counter. */
  rate: boolean;
  last_ms: number | null;
}

export interface Group {
  unit: string;
  title: string;
  metrics: Drawn[];
  /** How many of them are counters. */
  counters: number;
}

/** More lines than these are too many for one chart: each metric gets a small one. */
export const LINES_MAX = 8;

/** Metrics as they are to be drawn; `raw` for counters as they count. */
export function drawnOf(metrics: readonly Labelled[], raw: boolean): Drawn[] {
  return metrics.map(({ metric, label, of }) => ({
    id: metric.id,
    label,
    of,
    methods: metric.methods,
    granularities_s: metric.granularities_s,
    grows: metric.rate && !raw,
    name: metric.name,
    unit: metric.rate && !raw ? `${metric.unit ?? ''}/s` : (metric.unit ?? ''),
    rate: metric.rate,
    last_ms: metric.latest?.time_ms ?? null,
  }));
}

/** One group a unit: what tells most of a resource first, then by name. */
export function grouped(metrics: readonly Drawn[]): Group[] {
  const units = new Map<string, Drawn[]>();
  for (const each of metrics) {
    const members = units.get(each.unit);
    if (members) members.push(each);
    else units.set(each.unit, [each]);
  }
  const groups = [...units].map(([unit, members]): Group => {
    const sorted = members.sort((one, other) => compareTexts(one.label, other.label));
    const counters = sorted.filter((each) => each.rate).length;
    return { unit, title: titleOf(unit, sorted), metrics: sorted, counters };
  });
  return groups.sort((one, other) => rank(one) - rank(other) || compareTexts(one.title, other.title));
}

function rank({ metrics }: Group): number {
  const ranks = metrics.map((each) => TELLING.indexOf(each.name as (typeof TELLING)[number])).filter((at) => at >= 0);
  return ranks.length ? Math.min(...ranks) : TELLING.length;
}

const NOUNS: Record<string, string> = {
  '': 'Numbers',
  '%': 'Percent',
  B: 'Bytes',
  KB: 'Kilobytes',
  MB: 'Megabytes',
  GB: 'Gigabytes',
  KiB: 'Kibibytes',
  MiB: 'Mebibytes',
  GiB: 'Gibibytes',
  b: 'Bits',
  s: 'Seconds',
  ms: 'Milliseconds',
  ns: 'Nanoseconds',
  Cel: 'Degrees Celsius',
  bool: 'Yes or no',
  W: 'Watts',
  process: 'Processes',
  entry: 'Entries',
};

/** `Bytes per second` for several metrics; a single one bears its own name. */
export function titleOf(unit: string, metrics: readonly Pick<Drawn, 'label'>[]): string {
  if (metrics.length === 1) return metrics[0]!.label;
  const [noun, per] = unit.endsWith('/s') ? [unit.slice(0, -2), ' per second'] : [unit, ''];
  const plural = NOUNS[noun] ?? `${noun.charAt(0).toUpperCase()}${noun.slice(1)}${/s$/.test(noun) ? '' : 's'}`;
  return plural + per;
}

// SPDX-License-Identifier: Apache-2.0
// What a chart draws, and the arithmetic on it that needs no canvas.

import uPlot from 'uplot';

export interface Line {
  /** Tells the line from the others, and stays the same when it is loaded anew. */
  key: string;
  label: string;
  unit: string | null;
  times_ms: readonly number[];
  values: readonly (number | null)[];
  /** An earlier period of the line with this key: drawn thin, in its colour. The caller moves its times. */
  earlierOf?: string;
  /** Where more of it is to be seen. */
  href?: string;
  /** Counts of steps, drawn as bars upon those of the lines that follow; each begins at its time. */
  stacked?: boolean;
  /** What stays as it is until it changes at once, such as a number of members: drawn as steps. */
  steps?: boolean;
}

/** Something that happened, shown as a line across a chart. */
export interface Mark {
  time_ms: number;
  label: string;
  /** What was wanted was made, was refused, or was nothing; told by a sign and a colour at its head. */
  look?: 'made' | 'refused' | 'none';
}

/** A value that is drawn across a chart, such as a threshold. */
export interface Level {
  value: number;
  unit: string | null;
  label: string;
  /** Its colour; that of what is bad by default. */
  kind?: Band['kind'];
}

/** How something was for a while, shown as a strip at the foot of a chart. */
export interface Band {
  start_ms: number;
  stop_ms: number;
  kind: 'good' | 'warn' | 'bad';
  label: string;
}

/** What a strip says of an instant; empty where it says nothing. */
export function labelAt(bands: readonly Band[], time_ms: number): string {
  return bands.find((each) => each.start_ms <= time_ms && time_ms < each.stop_ms)?.label ?? '';
}

/** Above this many points dashes cannot be seen, and take twice as long to draw: there are marks instead. */
const DASHED_MAX = 2_000;

/** Whether a line has so many points that it is told apart by marks. */
export function isDense({ values }: Pick<Line, 'values'>): boolean {
  return values.length > DASHED_MAX;
}

export interface Statistics {
  min: number | null;
  mean: number | null;
  max: number | null;
  last: number | null;
  points: number;
}

/** What the legend says of a line; all null where it has no point. */
export function statistics({ values }: Pick<Line, 'values'>): Statistics {
  let [min, max, sum, points] = [Infinity, -Infinity, 0, 0];
  let last: number | null = null;
  for (const value of values) {
    if (value === null || Number.isNaN(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    points++;
    last = value;
  }
  return points ? { min, mean: sum / points, max, last, points } : { min: null, mean: null, max: null, last, points };
}

/** By which stroke of the palette each line is drawn: one of its own, or that of the line it is the past of. */
export function strokePlaces(lines: readonly Pick<Line, 'key' | 'earlierOf'>[]): number[] {
  const places = new Map(lines.map(({ key }, index) => [key, index]));
  return lines.map(({ key, earlierOf }, index) => places.get(earlierOf ?? key) ?? index);
}

/**
 * The lines as columns over common times, in seconds as uPlot wants them.
 *
 * Where two points of a line are further apart than `gap_ms`, null is put between them: a gap is shown as a gap. A time
 * at which only other lines have a point is undefined for a line, which uPlot draws through.
 */
export function align(lines: readonly Line[], gap_ms?: number): uPlot.AlignedData {
  if (!lines.length) return [[]];
  const tables = lines.map((line) => withGaps(line, gap_ms ?? usualGap(line.times_ms)));
  const [first] = tables;
  if (tables.every((table) => sameTimes(table[0], first![0]))) {
    return [first![0], ...tables.map((table) => table[1])];
  }
  return uPlot.join(
    tables,
    tables.map(() => [1]),
  );
}

/** Columns for bars upon each other: each is the sum of its own and of all that follow, which are drawn over it. */
export function stack([times, ...columns]: uPlot.AlignedData): uPlot.AlignedData {
  const sums = new Array<number>(times.length).fill(0);
  const stacked = columns.map((_, index) => {
    const column = columns[columns.length - 1 - index]!;
    for (let at = 0; at < sums.length; at++) sums[at]! += column[at] ?? 0;
    return [...sums];
  });
  return [times, ...stacked.reverse()];
}

/** What a line has at a place of the columns drawn, as it is itself; bars of nothing are no value. */
export function ownValue(line: Line | undefined, data: uPlot.AlignedData, series: number, at: number): number | null {
  const value = data[series]?.[at] ?? null;
  if (!line?.stacked || value === null) return value;
  const above = value - (data[series + 1]?.[at] ?? 0);
  return above || null;
}

/** One sentence on what a chart shows, for those who cannot see it. */
export function summary(
  name: string,
  lines: readonly Line[],
  write: (value: number, unit: string | null) => string,
): string {
  const shown = lines.filter((line) => statistics(line).points > 0);
  if (!shown.length) return `${name}: no points.`;
  const told = shown.slice(0, 5).map((line) => {
    const { min, max, last } = statistics(line);
    return `${line.label} from ${write(min!, line.unit)} to ${write(max!, line.unit)}, last ${write(last!, line.unit)}`;
  });
  const more = shown.length > 5 ? `; and ${shown.length - 5} more` : '';
  return `${name}: ${shown.length === 1 ? 'one line' : `${shown.length} lines`}. ${told.join('; ')}${more}.`;
}

type Column = (number | null)[];

function withGaps(line: Line, gap_ms: number): [number[], Column] {
  const times: number[] = [];
  const values: Column = [];
  for (let index = 0; index < line.times_ms.length; index++) {
    const time = line.times_ms[index]!;
    const before = index ? line.times_ms[index - 1]! : time;
    if (time - before > gap_ms) {
      times.push((before + 1) / 1000);
      values.push(null);
    }
    times.push(time / 1000);
    values.push(line.values[index] ?? null);
  }
  return [times, values];
}

/** Three times the median distance: what downsampling thins out unevenly is no gap yet. */
function usualGap(times: readonly number[]): number {
  if (times.length < 3) return Infinity;
  const distances = new Float64Array(times.length - 1);
  for (let index = 1; index < times.length; index++) distances[index - 1] = times[index]! - times[index - 1]!;
  distances.sort();
  return 3 * Math.max(distances[distances.length >> 1]!, 1);
}

function sameTimes(one: readonly number[], other: readonly number[]): boolean {
  if (one === other) return true;
  return one.length === other.length && one.every((time, index) => time === other[index]);
}

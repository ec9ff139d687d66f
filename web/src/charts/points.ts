// SPDX-License-Identifier: Apache-2.0
// The points that are drawn of a line: those that no line leads to, and marks that tell lines with many points apart.

import type uPlot from 'uplot';

/** So many marks are on a line over the width of a chart. */
const MARKS = 8;
/** Neighbours have their marks at other times; this share of a step apart they do not meet for long. */
const SHIFT = 0.37;

type Values = ArrayLike<number | null | undefined>;

/** Points without a neighbour on either side, which have no line to be seen by. */
export function lonely(values: Values): number[] {
  const found: number[] = [];
  let before: number | null | undefined = null;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === undefined) continue;
    if (value !== null && before === null) {
      let next = at + 1;
      while (next < values.length && values[next] === undefined) next++;
      if (next >= values.length || values[next] === null) found.push(at);
    }
    before = value;
  }
  return found;
}

/** Points in sight that get a mark, evenly spread, and the lonely ones. */
export function marks(plot: uPlot, series: number, place: number): number[] {
  const [first, last] = plot.series[0]!.idxs ?? [0, 0];
  const values = plot.data[series]!;
  return [...new Set([...spread(values, first, last, place), ...lonely(values)])];
}

/** Up to eight points from `first` to `last` that have a value; lines of other places get others. */
export function spread(values: Values, first: number, last: number, place: number): number[] {
  const step = (last - first) / MARKS;
  const found: number[] = [];
  for (let mark = 0; mark < MARKS; mark++) {
    let at = Math.round(first + step * (mark + ((place * SHIFT) % 1)));
    const end = first + step * (mark + 1);
    while (at < end && (values[at] ?? null) === null) at++;
    if (at <= last && (values[at] ?? null) !== null) found.push(at);
  }
  return found;
}

/** Draws an outline of the palette at points. */
export function marked(mark: string): uPlot.Series.Points.PathBuilder {
  return (plot, series, _first, _last, points) => {
    const outline = new Path2D(mark);
    const fill = new Path2D();
    const ratio = devicePixelRatio;
    for (const at of points ?? []) {
      const left = plot.valToPos(plot.data[0][at]!, 'x', true);
      const top = plot.valToPos(plot.data[series]![at]!, plot.series[series]!.scale!, true);
      fill.addPath(outline, new DOMMatrix([ratio, 0, 0, ratio, left, top]));
    }
    return { stroke: null, fill, clip: null, flags: 3 };
  };
}

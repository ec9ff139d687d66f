// SPDX-License-Identifier: Apache-2.0
// How uPlot is told to draw our lines.

import uPlot from 'uplot';

import type { Span } from '../state/time';
import { showClock, showDay } from '../state/zone';
import { draggable, drawBands, drawLevels, drawTint } from './levels';
import { isDense, labelAt, ownValue, strokePlaces, type Band, type Level, type Line, type Mark } from './line';
import { PAST_DASH, strokeOf, token } from './palette';
import { lonely, marked, marks as spreadMarks } from './points';
import { scaleName } from './scale';
import type { Hover } from './Tooltip';
import { roundSteps, scaleFor, showAt } from './units';

export interface Wanted {
  lines: readonly Line[];
  theme: 'light' | 'dark';
  zone: string;
  width: number;
  height: number;
  range: () => Span;
  marks: () => readonly Mark[];
  levels: () => readonly Level[];
  bands: () => readonly Band[];
  /** Called with a level's value while it is dragged. */
  onLevel?: ((value: number) => void) | undefined;
  fromZero?: boolean | undefined;
  onZoom: (span: Span) => void;
  onZoomOut: () => void;
  onHover: (hover: Hover | null) => void;
}

/** All charts of a page share their cursor. */
const SYNC = 'page';
const DRAG_PIXELS_MIN = 6;
/** A mark this near to the cursor is told with what is under it. */
const MARK_PIXELS = 5;
/** Lines of marks must not hide those of values, however many they are. */
const MARK_ALPHA = 0.4;
const FONT = '11px system-ui, sans-serif';

/** The options of a plot. Lines of two units get an axis each, of more the first axis of theirs. */
export function options(wanted: Wanted): uPlot.Options {
  const units = [...new Set(wanted.lines.map((line) => line.unit ?? ''))];
  const places = strokePlaces(wanted.lines);
  return {
    width: wanted.width,
    height: wanted.height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), wanted.zone),
    focus: { alpha: 1 },
    cursor: cursor(wanted),
    scales: scales(wanted, units),
    axes: [timeAxis(wanted.zone), ...units.map(valueAxis)],
    series: [{}, ...wanted.lines.map((line, index) => series(line, places[index]!, wanted))],
    hooks: {
      init: wanted.onLevel ? [(plot) => draggable(plot, wanted.levels, wanted.onLevel!)] : [],
      drawClear: [(plot) => drawTint(plot, wanted.bands())],
      draw: [
        (plot) => drawBands(plot, wanted.bands()),
        (plot) => drawMarks(plot, wanted.marks()),
        (plot) => drawLevels(plot, wanted.levels()),
      ],
      setCursor: [(plot) => wanted.onHover(hoverOf(plot, wanted))],
      setSelect: [(plot) => zoom(plot, wanted)],
    },
  };
}

function cursor(wanted: Wanted): uPlot.Cursor {
  return {
    // Two clicks zoom out: the page's range is the only one there is to go back to.
    bind: {
      dblclick: () => () => {
        wanted.onZoomOut();
        return null;
      },
    },
    drag: { x: true, y: false, setScale: false, dist: DRAG_PIXELS_MIN },
    sync: { key: SYNC, setSeries: false, scales: ['x', null] },
    points: wanted.lines.some((line) => line.stacked) ? { show: false } : { size: 6 },
    y: false,
  };
}

function scales(wanted: Wanted, units: string[]): uPlot.Scales {
  const found: uPlot.Scales = {
    x: {
      time: true,
      range: () => {
        const { start_ms, stop_ms } = wanted.range();
        return [start_ms / 1000, stop_ms / 1000];
      },
    },
  };
  for (const unit of units)
    found[scaleName(unit)] = {
      range: (_, min, max) => extent(...withLevels(min, max, unit, wanted), unit, wanted.fromZero),
    };
  return found;
}

/** Levels are in sight, whatever the values are. */
function withLevels(
  min: number | null,
  max: number | null,
  unit: string,
  wanted: Wanted,
): [min: number | null, max: number | null] {
  const values = wanted.levels().flatMap((each) => ((each.unit ?? '') === unit ? [each.value] : []));
  if (!values.length) return [min, max];
  return [Math.min(min ?? Infinity, ...values), Math.max(max ?? -Infinity, ...values)];
}

/** From zero where nothing is negative, a little air above; percentages end at 100. */
function extent(min: number | null, max: number | null, unit: string, fromZero?: boolean): uPlot.Range.MinMax {
  if (min === null || max === null) return unit === '%' ? [0, 100] : [0, 1];
  const low = fromZero === false ? min - (max - min) * 0.05 : Math.min(0, min);
  const high = Math.max(max, low === 0 ? 0 : max);
  if (low === high) return low === 0 ? [0, 1] : [low - Math.abs(low) / 10, high + Math.abs(high) / 10];
  const air = (high - low) * 0.08;
  return [low < 0 ? low - air : low, unit === '%' && high <= 100 && high > 60 ? 100 : high + air];
}

function timeAxis(zone: string): uPlot.Axis {
  return {
    ...axisLook(),
    size: 36,
    space: 64,
    values: (_, splits, __, ___, step) => splits.map((at, index) => timeLabel(at, splits[index - 1], step, zone)),
  };
}

/** The clock, and the day under it wherever it is another one than at the label before. */
function timeLabel(at: number, before: number | undefined, step: number, zone: string): string {
  const day = showDay(at * 1000, zone);
  if (step >= 86_400) return step >= 28 * 86_400 ? day.slice(0, 7) : day.slice(5);
  const clock =
    step < 1
      ? `${showClock(at * 1000, true, zone)}.${String(Math.round((at % 1) * 1000)).padStart(3, '0')}`
      : showClock(at * 1000, step < 60, zone);
  const isNew = before === undefined || showDay(before * 1000, zone) !== day;
  return isNew ? `${clock}\n${day}` : clock;
}

function valueAxis(unit: string, index: number): uPlot.Axis {
  return {
    ...axisLook(),
    scale: scaleName(unit),
    side: index % 2 ? 1 : 3,
    grid: { show: index === 0, stroke: token('--grid'), width: 1 },
    size: (plot, values) => widest(plot, values),
    space: 32,
    incrs: (plot) => {
      const { max } = plot.scales[scaleName(unit)] ?? {};
      return roundSteps(scaleFor(max ?? 1, unit), unit);
    },
    values: (plot, splits, _, __, step) => {
      const { min, max } = plot.scales[scaleName(unit)] ?? {};
      const scale = scaleFor(Math.max(Math.abs(min ?? 0), Math.abs(max ?? 1)), unit);
      return splits.map((each) => showAt(each, scale, step));
    },
  };
}

function axisLook(): uPlot.Axis {
  return {
    stroke: token('--ink-muted'),
    font: FONT,
    grid: { stroke: token('--grid'), width: 1 },
    ticks: { show: false },
    gap: 6,
  };
}

function widest(plot: uPlot, values: string[] | null): number {
  if (!values?.length) return 40;
  plot.ctx.save();
  plot.ctx.font = FONT;
  const width = Math.max(...values.map((text) => plot.ctx.measureText(text ?? '').width));
  plot.ctx.restore();
  return Math.ceil(width) + 14;
}

function series(line: Line, place: number, { theme }: Wanted): uPlot.Series {
  const { color, dash, mark } = strokeOf(place, theme);
  if (line.stacked) return bars(line, color);
  const isPast = line.earlierOf !== undefined;
  const isMarked = !isPast && isDense(line) && dash.length > 0;
  return {
    label: line.label,
    scale: scaleName(line.unit ?? ''),
    stroke: color,
    width: isPast ? 1 : 1.5,
    alpha: isPast ? 0.6 : 1,
    dash: isPast ? PAST_DASH : isMarked ? [] : dash,
    spanGaps: false,
    ...(line.steps ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}),
    points: isMarked
      ? { fill: color, width: 0, filter: (plot, at) => spreadMarks(plot, at, place), paths: marked(mark) }
      : { fill: color, size: 4, filter: (plot, at) => lonely(plot.data[at]!) },
  };
}

function bars(line: Line, color: string): uPlot.Series {
  return {
    label: line.label,
    scale: scaleName(line.unit ?? ''),
    fill: color,
    stroke: color,
    width: 0,
    paths: uPlot.paths.bars!({ size: [0.9, 48], align: 1 }),
    points: { show: false },
  };
}

/** The sign at the head of a mark: its path from the top of the chart, half as wide as it is told, and its colour. */
const HEADS: Record<NonNullable<Mark['look']> | 'plain', { color: string; path: (half: number) => string }> = {
  plain: { color: '--ink-muted', path: (half) => `h${2 * half}l${-half} ${1.5 * half}z` },
  made: { color: '--good', path: (half) => `h${2 * half}l${-half} ${1.5 * half}z` },
  refused: { color: '--bad', path: (half) => cross(half) },
  none: { color: '--ink-muted', path: (half) => `h${2 * half}v${half / 2}h${-2 * half}z` },
};

/** A diagonal cross in a square of twice `half`. */
function cross(half: number): string {
  const [thin, long] = [half * 0.4, half * 0.6];
  const turn = (x: number, y: number): string => `l${x * long} ${y * long}`;
  return (
    `h${thin}${turn(1, 1)}${turn(1, -1)}h${thin}l${-long - thin / 2} ${long + thin / 2}` +
    `l${long + thin / 2} ${long + thin / 2}h${-thin}${turn(-1, -1)}${turn(-1, 1)}h${-thin}` +
    `l${long + thin / 2} ${-long - thin / 2}z`
  );
}

/** Faint dashed lines from top to bottom, each with a sign at the top by which it is seen. */
function drawMarks(plot: uPlot, shown: readonly Mark[]): void {
  if (!shown.length) return;
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  const half = 4 * ratio;
  // The first ones come to lie on top.
  for (const { time_ms, look } of [...shown].reverse()) {
    const { color, path } = HEADS[look ?? 'plain'];
    ctx.strokeStyle = ctx.fillStyle = token(color);
    const left = Math.round(plot.valToPos(time_ms / 1000, 'x', true));
    // Where nothing came of it there is nothing to see in the lines either.
    if (look !== 'none') {
      ctx.globalAlpha = MARK_ALPHA;
      ctx.stroke(new Path2D(`M${left} ${bbox.top}v${bbox.height}`));
      ctx.globalAlpha = 1;
    }
    ctx.fill(new Path2D(`M${left - half} ${bbox.top}${path(half)}`));
  }
  ctx.restore();
}

/** The marks under the cursor; those of one kind are told once. */
function marksAt(plot: uPlot, left: number, shown: readonly Mark[]): string[] {
  const near = shown.filter(({ time_ms }) => Math.abs(plot.valToPos(time_ms / 1000, 'x') - left) <= MARK_PIXELS);
  return [...new Set(near.map((mark) => mark.label))];
}

function hoverOf(plot: uPlot, { lines, marks, bands }: Wanted): Hover | null {
  const { left, top } = plot.cursor;
  const stacked = lines.some((line) => line.stacked);
  const idx = stacked ? stepAt(plot) : plot.cursor.idx;
  if (idx === null || idx === undefined || left === undefined || left < 0) return null;
  const values = lines.map((line, at) =>
    stacked ? ownValue(line, plot.data, at + 1, idx) : nearest(plot, at + 1, idx),
  );
  // A chart that follows another one shows the line of its cursor, and no box over its own lines.
  const own = plot.cursor.event?.type !== undefined || document.activeElement === plot.root.closest('.chart-canvas');
  if (!own) return null;
  return {
    time_ms: plot.data[0][idx]! * 1000,
    left: left + plot.bbox.left / devicePixelRatio,
    top: top ?? 0,
    values,
    marks: marksAt(plot, left, marks()),
    band: labelAt(bands(), plot.posToVal(left, 'x') * 1000),
    width: plot.width,
  };
}

/** The step that the cursor is in: bars stand behind their time, not around it. */
function stepAt(plot: uPlot): number | null {
  const { idx, left } = plot.cursor;
  if (idx === null || idx === undefined || left === undefined) return null;
  return plot.posToVal(left, 'x') < plot.data[0][idx]! && idx > 0 ? idx - 1 : idx;
}

/** The value of a line at a time; where only others have a point, its own last one before. */
function nearest(plot: uPlot, series: number, idx: number): number | null {
  const data = plot.data[series]!;
  for (let at = idx; at >= 0 && at > idx - 50; at--) if (data[at] !== undefined) return data[at] ?? null;
  return null;
}

function zoom(plot: uPlot, { onZoom }: Wanted): void {
  const { left, width } = plot.select;
  if (width < DRAG_PIXELS_MIN) return;
  const start_ms = plot.posToVal(left, 'x') * 1000;
  const stop_ms = plot.posToVal(left + width, 'x') * 1000;
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  onZoom({ start_ms, stop_ms });
}

// SPDX-License-Identifier: Apache-2.0
// Lines across a chart, such as thresholds, and the strip at its foot that tells how something was over time.

import type uPlot from 'uplot';

import type { Band, Level } from './line';
import { token } from './palette';
import { scaleName } from './scale';

/** The strip's heights in CSS pixels: what is bad is told by more than its colour. */
const STRIP = { good: 3, warn: 7, bad: 10 };
const TINT_ALPHA = 0.09;
const HATCH = 4;
const FONT = '11px system-ui, sans-serif';

/** A tint over all of what is bad: drawn first, so that lines and grid are upon it. */
export function drawTint(plot: uPlot, bands: readonly Band[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.globalAlpha = TINT_ALPHA;
  ctx.fillStyle = token('--bad');
  for (const { left, width, kind } of placed(plot, bands)) {
    if (kind === 'bad') ctx.fillRect(left, bbox.top, width, bbox.height);
  }
  ctx.restore();
}

/** The strip. */
export function drawBands(plot: uPlot, bands: readonly Band[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  for (const { left, width, kind } of placed(plot, bands)) {
    const height = STRIP[kind] * ratio;
    const top = bbox.top + bbox.height - height;
    ctx.fillStyle = ctx.strokeStyle = token(`--${kind}`);
    if (kind === 'warn') hatch(ctx, left, top, width, height, ratio);
    else ctx.fillRect(left, top, width, height);
  }
  ctx.restore();
}

/** Where bands are on the canvas; those out of sight are left out. */
function placed(plot: uPlot, bands: readonly Band[]): { left: number; width: number; kind: Band['kind'] }[] {
  const { bbox } = plot;
  return bands.flatMap(({ start_ms, stop_ms, kind }) => {
    const left = Math.max(bbox.left, plot.valToPos(start_ms / 1000, 'x', true));
    const width = Math.min(bbox.left + bbox.width, plot.valToPos(stop_ms / 1000, 'x', true)) - left;
    // However short something was, it is seen.
    return width > 0 ? [{ left, width: Math.max(width, devicePixelRatio), kind }] : [];
  });
}

function hatch(
  ctx: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
  ratio: number,
): void {
  const lines = new Path2D();
  for (let at = left - height; at < left + width; at += HATCH * ratio) {
    lines.moveTo(at, top + height);
    lines.lineTo(at + height, top);
  }
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.lineWidth = 1.5 * ratio;
  ctx.stroke(lines);
  ctx.restore();
}

/** Dashed lines with their names beside each other at the left, as what is newest is at the right. */
export function drawLevels(plot: uPlot, levels: readonly Level[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.lineWidth = 1.5 * ratio;
  ctx.font = FONT.replace('11', String(11 * ratio));
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  let left = bbox.left + 4 * ratio;
  for (const { value, unit, label, kind = 'bad' } of levels) {
    if (!plot.scales[scaleName(unit)]) continue;
    const top = Math.round(plot.valToPos(value, scaleName(unit), true));
    if (top < bbox.top || top > bbox.top + bbox.height) continue;
    ctx.strokeStyle = ctx.fillStyle = token(`--${kind}`);
    ctx.setLineDash([6 * ratio, 3 * ratio]);
    ctx.stroke(new Path2D(`M${bbox.left} ${top}h${bbox.width}`));
    const above = top - bbox.top > 16 * ratio;
    const lowest = bbox.top + bbox.height - (STRIP.bad + 4) * ratio;
    const baseline = Math.min(lowest, above ? top - 4 * ratio : top + 12 * ratio);
    // On what is drawn beneath it the name could not be read.
    ctx.setLineDash([]);
    ctx.lineWidth = 3 * ratio;
    ctx.strokeStyle = token('--surface');
    ctx.strokeText(label, left, baseline);
    ctx.lineWidth = 1.5 * ratio;
    ctx.fillText(label, left, baseline);
    left += ctx.measureText(label).width + 12 * ratio;
  }
  ctx.restore();
}

/** Lets the first level be dragged. Whoever uses keys has its field beside the chart. */
export function draggable(plot: uPlot, levels: () => readonly Level[], onLevel: (value: number) => void): void {
  const handle = document.createElement('div');
  handle.className = 'level-handle';
  handle.title = 'Drag to move the threshold';
  plot.over.append(handle);
  // Beneath it a drag zooms.
  handle.addEventListener('mousedown', (event) => event.stopPropagation());
  handle.addEventListener('pointerdown', (event) => handle.setPointerCapture(event.pointerId));
  handle.addEventListener('pointermove', (event) => {
    const [level] = levels();
    if (!level || !handle.hasPointerCapture(event.pointerId)) return;
    const { top, height } = plot.over.getBoundingClientRect();
    const at = Math.min(height, Math.max(0, event.clientY - top));
    onLevel(roundedAt(plot, at, scaleName(level.unit)));
  });
  const place = (): void => {
    const [level] = levels();
    const scale = level && plot.scales[scaleName(level.unit)] ? scaleName(level.unit) : undefined;
    handle.hidden = scale === undefined;
    if (scale) handle.style.top = `${plot.valToPos(level!.value, scale)}px`;
  };
  (plot.hooks.draw ??= []).push(place);
}

/** The value at a place, with no more digits than a pixel tells apart. */
function roundedAt(plot: uPlot, top: number, scale: string): number {
  const pixel = Math.abs(plot.posToVal(top + 1, scale) - plot.posToVal(top, scale));
  return rounded(plot.posToVal(top, scale), pixel);
}

/** A value to the next round step that is at least `step`. */
export function rounded(value: number, step: number): number {
  if (!(step > 0)) return value;
  const power = 10 ** Math.ceil(Math.log10(step));
  return Number((Math.round(value / power) * power).toPrecision(12));
}

// SPDX-License-Identifier: Apache-2.0
// A line the size of a word, for tables.

import { show } from './units';

export interface SparklineProps {
  times_ms: readonly number[];
  values: readonly (number | null)[];
  unit: string | null;
  /** The range of time that its width stands for. */
  start_ms: number;
  stop_ms: number;
  width?: number;
  height?: number;
}

export function Sparkline(props: SparklineProps) {
  const { values, unit, width = 96, height = 20 } = props;
  const known = values.filter((value): value is number => value !== null);
  if (!known.length) return <span class="sparkline-empty" />;
  const top = Math.max(...known);
  const bottom = Math.min(0, ...known);
  const label = `from ${show(Math.min(...known), unit)} to ${show(top, unit)}`;
  return (
    <svg class="sparkline" width={width} height={height} role="img" aria-label={label}>
      <path d={sparkPath(props, bottom, top, width, height - 2)} transform="translate(0 1)" />
    </svg>
  );
}

function sparkPath(props: SparklineProps, bottom: number, top: number, width: number, height: number): string {
  const { times_ms, values, start_ms, stop_ms } = props;
  let path = '';
  let down = false;
  values.forEach((value, at) => {
    if (value === null) {
      down = false;
      return;
    }
    const x = ((times_ms[at]! - start_ms) / (stop_ms - start_ms || 1)) * width;
    const y = height - ((value - bottom) / (top - bottom || 1)) * height;
    path += `${down ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    // A point alone becomes a dot: a stroke of no length has round ends.
    if (!down) path += 'h0';
    down = true;
  });
  return path;
}

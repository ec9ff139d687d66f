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
  /** A value drawn across it. */
  threshold?: number;
  width?: number;
  height?: number;
}

export function Sparkline(props: SparklineProps) {
  const { values, unit, threshold, width = 96, height = 20 } = props;
  const known = values.filter((value): value is number => value !== null);
  if (!known.length) return <span class="sparkline-empty" />;
  const most = Math.max(...known);
  const levels = threshold === undefined ? [] : [threshold];
  const top = Math.max(most, ...levels);
  const bottom = Math.min(0, ...known, ...levels);
  const told = levels.map((each) => `, threshold ${show(each, unit)}`);
  const label = `from ${show(Math.min(...known), unit)} to ${show(most, unit)}${told.join('')}`;
  const heightOf = (value: number): string =>
    ((1 - (value - bottom) / (top - bottom || 1)) * (height - 2)).toFixed(1);
  return (
    <svg class="sparkline" width={width} height={height} role="img" aria-label={label}>
      <g transform="translate(0 1)">
        {levels.map((each) => (
          <path key={each} class="sparkline-threshold" d={`M0 ${heightOf(each)}H${width}`} />
        ))}
        <path d={sparkPath(props, bottom, top, width, height - 2)} />
      </g>
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

// SPDX-License-Identifier: Apache-2.0
// Lines over time: uPlot on a canvas, with what a canvas lacks around it: a name, a summary, keys, a legend, a table.

import { useComputed } from '@preact/signals';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import { span, zoomOut, zoomTo, type Span } from '../state/time';
import { theme } from '../state/theme';
import { showTime, zone } from '../state/zone';
import { ChartTable } from './ChartTable';
import { cursorKeys } from './keys';
import { Legend } from './Legend';
import {
  align,
  isDense,
  labelAt,
  ownValue,
  stack,
  summary,
  type Band,
  type Level,
  type Line,
  type Mark,
} from './line';
import { options } from './options';
import { Tooltip, type Hover } from './Tooltip';
import { show } from './units';

export interface ChartProps {
  /** What it shows, such as "CPU of web-1": read out, and the name of the file it is saved as. */
  name: string;
  lines: readonly Line[];
  /** The range drawn; the page's by default. */
  range?: Span;
  height?: number;
  /** Two points further apart than this have a gap between them; the granularity, where it is known. */
  gap_ms?: number;
  /** `table` shows the points as a table instead. */
  view?: 'chart' | 'table';
  legend?: boolean;
  /** Draw from zero (default for everything that is never negative). */
  fromZero?: boolean;
  /** What happened meanwhile: lines across the chart. */
  marks?: readonly Mark[];
  /** Values drawn across it, such as a threshold. */
  levels?: readonly Level[];
  /** How something was over time, as a strip at its foot. */
  bands?: readonly Band[];
  /** Lets the first level be dragged; called with where it is. */
  onLevel?: (value: number) => void;
  /** What dragging does; zooms the whole page by default. */
  onZoom?: (span: Span) => void;
}

export function Chart(props: ChartProps) {
  const { name, lines, height = 220, gap_ms, view = 'chart', legend = true } = props;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const told = useMemo(() => summary(name, lines, show), [name, lines]);
  if (view === 'table') return <ChartTable name={name} lines={lines} height={height + 60} />;
  return (
    <div class="chart">
      <Canvas {...props} height={height} hidden={hidden} told={told} gap_ms={gap_ms} />
      {legend && <Legend name={props.name} lines={lines} hidden={hidden} onHidden={setHidden} />}
    </div>
  );
}

function Canvas(props: ChartProps & { height: number; hidden: ReadonlySet<string>; told: string }) {
  const { name, lines, hidden, told, height, gap_ms } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [hover, setHover] = useState<Hover | null>(null);
  const [said, setSaid] = useState('');
  const id = useId();
  const drawn = useComputed(() => ({ theme: theme.value, zone: zone.value, span: span.value })).value;
  const range = props.range ?? drawn.span;
  const data = useMemo(() => {
    const columns = align(lines, gap_ms);
    return lines.some((line) => line.stacked) ? stack(columns) : columns;
  }, [lines, gap_ms]);
  // A plot is made anew only when its lines, colours or clock change; new points go into the one there is.
  const shape = JSON.stringify([
    lines.map((line) => [line.key, line.label, line.unit, line.earlierOf, isDense(line), line.stacked]),
  ]);

  useLayoutEffect(() => {
    const host = box.current!;
    const made = new uPlot(
      options({
        lines,
        theme: drawn.theme,
        zone: drawn.zone,
        width: host.clientWidth || 600,
        height,
        range: () => latest.current.range ?? span.peek(),
        marks: () => latest.current.marks ?? [],
        levels: () => latest.current.levels ?? [],
        bands: () => latest.current.bands ?? [],
        onLevel: props.onLevel && ((value) => latest.current.onLevel?.(value)),
        fromZero: props.fromZero,
        onZoom: (zoomed) => (latest.current.onZoom ?? zoomTo)(zoomed),
        onZoomOut: zoomOut,
        onHover: setHover,
      }),
      data,
      host,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => {
      if (host.clientWidth && host.clientWidth !== made.width) made.setSize({ width: host.clientWidth, height });
    });
    watch.observe(host);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
      setHover(null);
    };
  }, [shape, drawn.theme, drawn.zone, height]);

  useEffect(() => {
    if (plot.current && plot.current.data !== data) plot.current.setData(data, false);
    plot.current?.setScale('x', { min: range.start_ms / 1000, max: range.stop_ms / 1000 });
  }, [data, range.start_ms, range.stop_ms]);

  // Values that come with a level move the scale; a level that is dragged does not, or it would run away.
  useEffect(() => plot.current?.redraw(false), [props.marks, props.levels, props.bands]);

  useEffect(() => {
    lines.forEach((line, index) => plot.current?.setSeries(index + 1, { show: !hidden.has(line.key) }));
  }, [hidden, shape, drawn.theme, drawn.zone]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = plot.current && cursorKeys(event, plot.current);
    if (typeof at === 'number') setSaid(valuesAt(plot.current!, lines, props.bands ?? [], at));
  };
  return (
    <div
      class="chart-canvas"
      role="group"
      aria-roledescription="chart"
      aria-label={name}
      aria-describedby={`${id}-told`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => setHover(null)}
    >
      <div ref={box} style={{ height: `${height}px` }} />
      <p id={`${id}-told`} class="unseen">
        {told} {props.levels?.map((each) => `${each.label}. `)}
        {props.marks?.length ? `${props.marks.length} events are marked. ` : ''}Arrow keys move the cursor.
      </p>
      <p class="unseen" aria-live="polite">
        {said}
      </p>
      {hover && <Tooltip hover={hover} lines={lines} hidden={hidden} theme={drawn.theme} />}
    </div>
  );
}

function valuesAt(plot: uPlot, lines: readonly Line[], bands: readonly Band[], index: number): string {
  const time_ms = plot.data[0][index]! * 1000;
  const told = lines
    .map((line, at) => [line, ownValue(line, plot.data, at + 1, index)] as const)
    .filter(([, value]) => typeof value === 'number')
    .map(([line, value]) => `${line.label} ${show(value, line.unit)}`);
  const band = labelAt(bands, time_ms);
  return `${showTime(time_ms)}: ${[told.join(', ') || 'no point', ...(band ? [band] : [])].join('; ')}`;
}

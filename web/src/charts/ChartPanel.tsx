// SPDX-License-Identifier: Apache-2.0
// A chart in a panel, with what every chart offers: table, CSV, exploring, copying what was asked.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { IconButton } from '../parts/Button';
import { copyText } from '../parts/Copy';
import type { EmptyProps } from '../parts/Empty';
import { Menu, type MenuItem } from '../parts/Menu';
import { Panel } from '../parts/Panel';
import type { Load } from '../state/load';
import { Chart, type ChartProps } from './Chart';
import { saveCsv } from './ChartTable';
import type { Line } from './line';

export interface ChartPanelProps<T> extends Pick<ChartProps, 'height' | 'legend' | 'fromZero'> {
  title: string;
  note?: ComponentChildren;
  load: Load<T>;
  /** The lines of an answer; called once an answer. */
  lines: (data: T) => readonly Line[];
  gap_ms?: (data: T) => number | undefined;
  empty?: (data: T) => EmptyProps | null | undefined;
  /** What stands under the title, such as that a coarser granularity was taken. */
  remarks?: (data: T) => readonly string[];
  /** The same in Explore. */
  exploreHref?: string;
  /** The request as a command, for copying. */
  request?: () => string;
  /** Further things to do with it. */
  more?: readonly MenuItem[];
}

export function ChartPanel<T>(props: ChartPanelProps<T>) {
  const { title, note, load, height = 200, empty } = props;
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const linesNow = (): readonly Line[] => (load.data.peek() === null ? [] : props.lines(load.data.peek()!));
  const isTable = view === 'table';
  const items: MenuItem[] = [
    { label: 'Save as CSV', icon: 'download', onChoose: () => saveCsv(title, linesNow()) },
    ...(props.exploreHref ? [{ label: 'Explore', icon: 'explore', href: props.exploreHref } as const] : []),
    ...(props.request
      ? [
          {
            label: 'Copy the API call',
            icon: 'copy',
            onChoose: () => void copyText(props.request!(), 'Copied'),
          } as const,
        ]
      : []),
    ...(props.more ?? []),
  ];
  return (
    <Panel
      title={title}
      note={note}
      load={load}
      height={height + 80}
      empty={empty}
      actions={
        <>
          <IconButton
            icon="table"
            label={`${title}: show as ${isTable ? 'a chart' : 'a table'}`}
            aria-pressed={isTable}
            onClick={() => setView(isTable ? 'chart' : 'table')}
          />
          <Menu label={`${title}: more`} icon="more" align="end" items={items} />
        </>
      }
    >
      {(data) => <Drawn {...props} data={data} view={view} height={height} />}
    </Panel>
  );
}

function Drawn<T>(props: ChartPanelProps<T> & { data: T; view: 'chart' | 'table'; height: number }) {
  const { data, title, view, height, legend, fromZero } = props;
  const lines = useLines(data, props.lines);
  return (
    <>
      {props.remarks?.(data).map((text) => (
        <p key={text} class="muted">
          {text}
        </p>
      ))}
      <Chart {...{ name: title, lines, view, height, legend, fromZero }} gap_ms={props.gap_ms?.(data)} />
    </>
  );
}

/** The lines of an answer stay the same object until the next answer, so that nothing is drawn twice. */
function useLines<T>(data: T, make: (data: T) => readonly Line[]): readonly Line[] {
  const [kept] = useState<{ data?: T; lines: readonly Line[] }>({ lines: [] });
  if (kept.data !== data) {
    kept.data = data;
    kept.lines = make(data);
  }
  return kept.lines;
}

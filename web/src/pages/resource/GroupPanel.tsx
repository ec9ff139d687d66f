// SPDX-License-Identifier: Apache-2.0
// The metrics of one unit: in one chart, or in small ones beside each other when there are many.

import { useMemo, useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { Chart } from '../../charts/Chart';
import { saveCsv } from '../../charts/ChartTable';
import { statistics, type Line, type Mark } from '../../charts/line';
import { show } from '../../charts/units';
import { IconButton } from '../../parts/Button';
import { copyText } from '../../parts/Copy';
import { Icon } from '../../parts/Icon';
import { Menu, type MenuItem } from '../../parts/Menu';
import { Panel, PanelFrame } from '../../parts/Panel';
import { useSeen } from '../../parts/useSeen';
import { useLoad } from '../../state/load';
import { showSpan } from '../../state/moment';
import { span, type Span } from '../../state/time';
import { href } from '../../state/url';
import { alarmHref } from '../alarm-edit/suggest';
import { mayChange } from '../alarms/rights';
import { LINES_MAX, type Drawn, type Group } from './groups';

type SeriesAnswer = Answer<'/v1/series', 'post'>;

const HEIGHT = 200;
const SMALL_HEIGHT = 124;
const POINTS = 700;
const SMALL_POINTS = 240;
/** The server reads so many metrics at once. */
const AT_ONCE = 100;

export interface GroupPanelProps {
  /** What the resource is called. */
  of: string;
  group: Group;
  method: string;
  raw: boolean;
  /** What happened to the resource. */
  marks: readonly Mark[];
}

export function GroupPanel({ of, group, method, raw, marks }: GroupPanelProps) {
  const [frame, seen] = useSeen<HTMLDivElement>();
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const many = group.metrics.length > LINES_MAX;
  const shown = group.metrics.slice(0, AT_ONCE);
  const body = bodyOf(shown, method, raw, span.value, many ? SMALL_POINTS : POINTS);
  const load = useLoad(body, (signal) => api.post('/v1/series', { body, signal }), { when: seen });
  const name = `${group.title} of ${of}`;
  const data = load.data.value;
  const lines = useMemo(() => (data ? linesOf(data, shown) : []), [data, group.unit]);
  const items: MenuItem[] = [
    { label: 'Explore', icon: 'explore', href: href('/explore', { metric: shown.map((each) => each.id) }) },
    { label: 'Save as CSV', icon: 'download', onChoose: () => saveCsv(name, lines) },
    { label: 'Copy the API call', icon: 'copy', onChoose: () => void copyText(callOf(body), 'API call copied') },
    ...(many ? [] : alarmItems(shown, lines, method)),
  ];
  const height = many ? 320 : HEIGHT + 90;
  return (
    <div ref={frame} class={many ? 'chart-group wide' : 'chart-group'}>
      {!seen ? (
        <PanelFrame title={group.title}>
          <div style={{ height: `${height}px` }} />
        </PanelFrame>
      ) : (
        <Panel
          title={group.title}
          note={<Note group={group} raw={raw} data={data} />}
          load={load}
          height={height}
          actions={
            <>
              <IconButton
                icon="table"
                label={`${group.title}: show as ${view === 'table' ? 'a chart' : 'a table'}`}
                aria-pressed={view === 'table'}
                onClick={() => setView(view === 'table' ? 'chart' : 'table')}
              />
              <Menu label={`${group.title}: more`} icon="more" items={items} align="end" />
            </>
          }
          empty={(answer) => (answer.series.some((each) => each.times_ms.length) ? null : emptyOf(group))}
        >
          {() =>
            many && view === 'chart' ? (
              <Multiples lines={lines} metrics={shown} method={method} of={of} marks={marks} />
            ) : (
              <Chart name={name} lines={lines} view={view} height={HEIGHT} marks={marks} />
            )
          }
        </Panel>
      )}
    </div>
  );
}

function bodyOf(
  metrics: readonly Drawn[],
  method: string,
  raw: boolean,
  { start_ms, stop_ms }: Span,
  points: number,
) {
  return {
    metrics: metrics.map((each) => each.id),
    method,
    granularity_s: null,
    start: new Date(start_ms).toISOString(),
    stop: new Date(stop_ms).toISOString(),
    points,
    // Null: counters as rates and everything else as it is.
    rate: raw ? false : null,
  };
}

/** The request as one would repeat it in a shell. */
function callOf(body: ReturnType<typeof bodyOf>): string {
  const url = `${window.location.origin}/api/v1/series`;
  const headers = `-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json'`;
  return `curl ${headers} \\\n  ${url} -d '${JSON.stringify(body)}'`;
}

/** The lines of an answer under the names that the page gives to its metrics. */
export function linesOf(answer: SeriesAnswer, metrics: readonly Drawn[]): Line[] {
  const labels = new Map(metrics.map((each) => [each.id, each.label]));
  return answer.series.map((each) => ({
    key: each.metric,
    label: labels.get(each.metric) ?? each.name ?? each.metric,
    unit: each.unit,
    times_ms: each.times_ms,
    values: each.values,
    href: href('/explore', { metric: each.metric }),
  }));
}

function emptyOf(group: Group) {
  const newest = Math.max(...group.metrics.map((each) => each.last_ms ?? -Infinity));
  return { kind: 'range' as const, last_ms: Number.isFinite(newest) ? newest : null };
}

/** What is to be known about what is drawn: rates, width of the steps, what was left out, what the server notes. */
function Note({ group, raw, data }: { group: Group; raw: boolean; data: SeriesAnswer | null }) {
  const told: string[] = [];
  const all = group.counters === group.metrics.length;
  const counters = all ? 'counters' : `${group.counters} of them counters`;
  if (group.counters) told.push(`${counters}, ${raw ? 'as counted' : 'shown as growth per second'}`);
  if (group.metrics.length > AT_ONCE) told.push(`the first ${AT_ONCE} of ${group.metrics.length}`);
  if (data?.granularity_s) told.push(`steps of ${showSpan(1000 * data.granularity_s)}`);
  if (data?.downsampled) told.push('thinned to its peaks');
  const notes = [...new Set(data?.notes.map((each) => each.text) ?? [])];
  return (
    <>
      {told.join(' · ')}
      {notes.length > 0 && (
        <span class="chart-notes" title={notes.join('\n')}>
          {' · '}
          {notes.length === 1 ? notes[0] : `${notes.length} notes: ${notes[0]}`}
        </span>
      )}
    </>
  );
}

/** An alarm about each of the metrics, for those who may make one. */
function alarmItems(metrics: readonly Drawn[], lines: readonly Line[], method: string): MenuItem[] {
  if (!mayChange()) return [];
  return metrics.map((each) => ({
    label: metrics.length === 1 ? 'New alarm' : `New alarm on ${each.label}`,
    icon: 'alarms',
    href: alarmHref(
      each,
      method,
      lines.find((line) => line.key === each.id),
    ),
  }));
}

/** One small chart a metric, all with one clock; those that show nothing but zero come last. */
function Multiples({
  lines,
  metrics,
  method,
  of,
  marks,
}: {
  lines: readonly Line[];
  metrics: readonly Drawn[];
  method: string;
  of: string;
  marks: readonly Mark[];
}) {
  const byId = new Map(metrics.map((each) => [each.id, each]));
  const may = mayChange();
  return (
    <ul class="multiples">
      {[...lines]
        .sort((one, other) => flatness(one) - flatness(other))
        .map((line) => (
          <li key={line.key}>
            <h3>
              <a href={line.href}>{line.label}</a>
              <span class="muted">{show(statistics(line).last, line.unit)}</span>
              {may && byId.has(line.key) && (
                <a
                  href={alarmHref(byId.get(line.key)!, method, line)}
                  class="button quiet alarm-link"
                  aria-label={`New alarm on ${line.label}`}
                  title={`New alarm on ${line.label}`}
                >
                  <Icon name="alarms" size={14} />
                </a>
              )}
            </h3>
            <Chart
              name={`${line.label} of ${of}`}
              lines={[line]}
              height={SMALL_HEIGHT}
              legend={false}
              marks={marks}
            />
          </li>
        ))}
    </ul>
  );
}

function flatness(line: Line): number {
  const { min, max } = statistics(line);
  return min === 0 && max === 0 ? 1 : max === null ? 2 : 0;
}

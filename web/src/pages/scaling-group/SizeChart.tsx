// SPDX-License-Identifier: Apache-2.0
// How many members a group had and was to have, with what it decided meanwhile.

import { useMemo, useState } from 'preact/hooks';

import { api } from '../../api/client';
import { Chart } from '../../charts/Chart';
import { saveCsv } from '../../charts/ChartTable';
import type { Line } from '../../charts/line';
import { IconButton } from '../../parts/Button';
import { Empty } from '../../parts/Empty';
import { Menu } from '../../parts/Menu';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { span } from '../../state/time';
import { href } from '../../state/url';
import { marksOf, VERDICTS, type Decision, type Group, type Verdict } from '../scaling/groups';
import { TYPE } from '../scaling/sizes';

const HEIGHT = 220;
/** More marks of a verdict than that hide each other. */
const DECISIONS_MAX = 500;
/** Groups are counted at least so often, unless nobody works on them. */
const GAP_MS_MIN = 300_000;

interface Answer {
  lines: Line[];
  gap_ms: number;
  decisions: readonly Decision[];
  /** Whether older decisions than these were left out. */
  more: boolean;
}

/** `seen` is anything that differs once the group was counted or decided anew. */
export function SizeChart(props: { group: Group; names: ReadonlyMap<string, string>; seen: unknown }) {
  const { group, names, seen } = props;
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const range = span.value;
  const load = useLoad(['size of group', group.id, range, seen, project.value], (signal) => ask(group.id, signal));
  const answer = load.data.value;
  const lines = answer?.lines ?? [];
  const title = `Members of ${group.name}`;
  return (
    <PanelFrame
      title="Members over time"
      note={answer?.more ? `the newest ${DECISIONS_MAX} decisions of each verdict are marked` : undefined}
      actions={
        lines.length > 0 && (
          <>
            <IconButton
              icon="table"
              label={`${title}: show as ${view === 'table' ? 'a chart' : 'a table'}`}
              aria-pressed={view === 'table'}
              onClick={() => setView(view === 'table' ? 'chart' : 'table')}
            />
            <Menu
              label={`${title}: more`}
              icon="more"
              align="end"
              items={[
                { label: 'Save as CSV', icon: 'download', onChoose: () => saveCsv(title, lines) },
                {
                  label: 'Its resource',
                  icon: 'resources',
                  href: href(`/resources/${encodeURIComponent(group.id)}`),
                },
              ]}
            />
          </>
        )
      }
    >
      <LoadBody load={load} height={HEIGHT + 60}>
        {(data) => <Drawn title={title} data={data} names={names} view={view} />}
      </LoadBody>
    </PanelFrame>
  );
}

function Drawn(props: { title: string; data: Answer; names: ReadonlyMap<string, string>; view: 'chart' | 'table' }) {
  const { title, data, names, view } = props;
  const { start_ms, stop_ms } = span.value;
  const marks = useMemo(() => {
    const inRange = data.decisions.filter(({ time_ms }) => start_ms <= time_ms && time_ms <= stop_ms);
    return marksOf(inRange, names);
  }, [data, names, start_ms, stop_ms]);
  if (!data.lines.length) {
    return <p class="muted">Its members have not been counted yet; that begins once somebody has looked at them.</p>;
  }
  if (data.lines.every((each) => !each.times_ms.length)) return <Empty kind="range" />;
  return (
    <div class="stack">
      <Chart name={title} lines={data.lines} view={view} height={HEIGHT} gap_ms={data.gap_ms} marks={marks} />
      {marks.length > 0 && (
        <ul class="row decision-key muted" aria-label="What marks mean">
          <li>
            <span class="mark-made" aria-hidden="true">
              ▼
            </span>{' '}
            accepted
          </li>
          <li>
            <span class="mark-refused" aria-hidden="true">
              ✕
            </span>{' '}
            refused or failed
          </li>
          <li>
            <span aria-hidden="true">▬</span> no change
          </li>
        </ul>
      )}
    </div>
  );
}

async function ask(id: string, signal: AbortSignal): Promise<Answer> {
  const { start_ms, stop_ms } = span.peek();
  const [pages, metrics] = await Promise.all([
    Promise.all(VERDICTS.map((verdict) => newest(id, verdict, signal))),
    metricsOf(id, signal),
  ]);
  const ids = ['members', 'desired'].flatMap((name) => metrics.find((each) => each.name === name)?.id ?? []);
  const told = {
    decisions: pages.flatMap(({ decisions }) => decisions),
    more: pages.some(({ decisions, next }) => next !== null && (decisions.at(-1)?.time_ms ?? 0) > start_ms),
  };
  if (!ids.length) return { lines: [], gap_ms: GAP_MS_MIN, ...told };
  // Members come whole: the most of a step is a number that there has been.
  const body = { metrics: ids, method: 'max', start: start_ms / 1000, stop: stop_ms / 1000 };
  const { series, granularity_s } = await api.post('/v1/series', { body, signal });
  const lines = series.map(({ metric, name, times_ms, values }): Line => {
    const label = name === 'members' ? 'members' : 'wanted';
    return { key: metric, label, unit: null, times_ms, values, steps: true };
  });
  return { lines, gap_ms: Math.max(GAP_MS_MIN, 1500 * (granularity_s ?? 0)), ...told };
}

/** Each verdict by itself: an alarm that repeats itself at the bounds would push out all that has changed anything. */
function newest(id: string, verdict: Verdict, signal: AbortSignal) {
  const query = { limit: DECISIONS_MAX, verdict };
  return api.get('/v1/scaling/groups/{id}/decisions', { path: { id }, query, signal });
}

/** The metrics of a group's own resource; none before it was counted for the first time. */
async function metricsOf(id: string, signal: AbortSignal): Promise<readonly { id: string; name: string }[]> {
  const { resources } = await api.get('/v1/resources', { query: { type: TYPE, match: id }, signal });
  const own = resources.find((each) => each.name === id);
  return own ? (await api.get('/v1/resources/{id}', { path: { id: own.id }, signal })).metrics : [];
}

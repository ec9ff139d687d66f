// SPDX-License-Identifier: Apache-2.0
// What rules saw over a range, each with its threshold, and the states over all of them: of the past, or of a preview.

import { useMemo, useState } from 'preact/hooks';

import { Chart } from '../../charts/Chart';
import { saveCsv } from '../../charts/ChartTable';
import type { Band, Level, Line } from '../../charts/line';
import { IconButton } from '../../parts/Button';
import { Empty } from '../../parts/Empty';
import { Menu, type MenuItem } from '../../parts/Menu';
import { PanelFrame } from '../../parts/Panel';
import { showSpan } from '../../state/moment';
import type { Span } from '../../state/time';
import { now } from '../../state/time';
import { href } from '../../state/url';
import { bandsOf, spentIn, type AlarmPast } from '../alarms/past';
import { comparison, isThreshold, METRICS, subjectOf, type Leaf, type Named } from '../alarms/rule';
import { StateChip } from '../alarms/states';
import { adviceFor } from './advice';

const HEIGHT = 220;
const SMALL_HEIGHT = 150;
const STRIP_HEIGHT = 64;

export interface PastProps {
  past: AlarmPast;
  leaves: readonly Leaf[];
  /** The names of what the rules look at, in their order. */
  named: readonly Named[] | null;
  span: Span;
  /** Why there is nothing to see, where that stands above already. */
  told?: string;
  /** Where the threshold of the only rule is dragged to. */
  onLevel?: ((value: number) => void) | undefined;
}

type Series = AlarmPast['series'][number];

export function PastPanels({ past, leaves, named, span, told, onLevel }: PastProps) {
  const bands = useMemo(() => bandsOf(past, span, now.peek()), [past, span.start_ms, span.stop_ms]);
  const many = past.series.length > 1;
  return (
    <div class={many ? 'chart-groups' : 'stack'}>
      {past.series.map((series, at) => {
        const place = leafOf(series, leaves, at);
        return (
          <SeriesPanel
            key={at}
            series={series}
            leaf={leaves[place]}
            named={named?.[place]}
            bands={bands}
            span={span}
            many={many}
            told={told}
            onLevel={many ? undefined : onLevel}
          />
        );
      })}
      {past.series.every((each) => !each.times_ms.length) && bands.length > 0 && (
        <PanelFrame title="States">
          <Chart name="States" lines={NO_LINES} range={span} height={STRIP_HEIGHT} legend={false} bands={bands} />
        </PanelFrame>
      )}
      <Spent bands={bands} />
    </div>
  );
}

const NO_LINES: readonly Line[] = [];

/** The place of the rule that a series is of; the same rule in two places has one series. */
function leafOf(series: Series, leaves: readonly Leaf[], at: number): number {
  const told = (rule: object): string =>
    JSON.stringify(
      Object.entries(rule)
        .filter(([key]) => key !== 'type')
        .sort(),
    );
  const found = leaves.findIndex((leaf) => isThreshold(leaf.type) && told(leaf.rule) === told(series.rule));
  return found < 0 ? Math.min(at, leaves.length - 1) : found;
}

function SeriesPanel(props: {
  series: Series;
  leaf: Leaf | undefined;
  named: Named | undefined;
  bands: readonly Band[];
  span: Span;
  many: boolean;
  told: string | undefined;
  onLevel?: ((value: number) => void) | undefined;
}) {
  const { series, named, bands, span, many, told, onLevel } = props;
  const leaf = props.leaf ?? { number: 1, type: '', rule: series.rule };
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const unit = named?.unit ?? null;
  const name = `${many ? `rule${leaf.number}: ` : ''}${subjectOf(leaf, named)}`;
  const compared = comparison(leaf.rule, unit);
  const step_s = Number(leaf.rule['granularity'] ?? 60);
  const periods = Number(leaf.rule['evaluation_periods'] ?? 1);
  const lines = useMemo(
    (): Line[] => [{ key: 'seen', label: seenBy(leaf), unit, times_ms: series.times_ms, values: series.values }],
    [series, unit],
  );
  const value = Number(leaf.rule['threshold']);
  const levels = useMemo(
    (): Level[] => (Number.isFinite(value) ? [{ value, unit, label: `threshold ${compared}` }] : []),
    [value, unit, compared],
  );
  const note = `${compared} · ${periods === 1 ? 'one step' : `${periods} steps`} of ${showSpan(1000 * step_s)}`;
  return (
    <PanelFrame
      title={name}
      note={note}
      actions={
        series.times_ms.length > 0 && (
          <>
            <IconButton
              icon="table"
              label={`${name}: show as ${view === 'table' ? 'a chart' : 'a table'}`}
              aria-pressed={view === 'table'}
              onClick={() => setView(view === 'table' ? 'chart' : 'table')}
            />
            <Menu label={`${name}: more`} icon="more" align="end" items={itemsOf(name, lines, named)} />
          </>
        )
      }
    >
      {series.missing && series.missing === told ? (
        <p class="muted">There is nothing to see; why that is so stands above.</p>
      ) : series.missing ? (
        <div class="notice warn">
          <p>
            <strong>There is nothing to see:</strong> {series.missing}.
          </p>
          <p>{adviceFor(series.missing, leaf.type)}</p>
        </div>
      ) : series.times_ms.length ? (
        <Chart
          name={name}
          lines={lines}
          range={span}
          view={view}
          height={many ? SMALL_HEIGHT : HEIGHT}
          gap_ms={1500 * step_s}
          levels={levels}
          bands={bands}
          {...(onLevel ? { onLevel } : {})}
        />
      ) : (
        <Empty kind="range" text="What the rule looks at is there, and has no value in this time." />
      )}
    </PanelFrame>
  );
}

/** What a line is of, in as few words as a legend has room for. */
function seenBy({ type, rule }: Leaf): string {
  const metrics = rule['metrics'];
  const what = type === METRICS && Array.isArray(metrics) ? `${metrics.length} metrics` : String(rule['metric']);
  return `${String(rule['aggregation_method'])} of ${what}`;
}

function itemsOf(name: string, lines: readonly Line[], named: Named | undefined): MenuItem[] {
  const csv: MenuItem = { label: 'Save as CSV', icon: 'download', onChoose: () => saveCsv(name, lines) };
  if (!named?.metrics.length) return [csv];
  return [csv, { label: 'Explore', icon: 'explore', href: href('/explore', { metric: named.metrics }) }];
}

/** The legend of the strip: for how long it was in which state. */
function Spent({ bands }: { bands: readonly Band[] }) {
  const spent = spentIn(bands);
  if (!spent.length) return null;
  return (
    <ul class="row spent" aria-label="Time in each state">
      {spent.map(({ state, ms }) => (
        <li key={state} class="row">
          <span class={`strip-sample ${state.split(' ')[0]}`} aria-hidden="true" />
          <StateChip state={state} /> <span class="muted">{showSpan(ms)}</span>
        </li>
      ))}
    </ul>
  );
}

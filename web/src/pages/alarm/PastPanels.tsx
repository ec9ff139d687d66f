// SPDX-License-Identifier: Apache-2.0
// What rules saw over a range, each with its threshold, and the states over all of them: of the past, or of a preview.

import { useMemo, useState } from 'preact/hooks';

import { Chart } from '../../charts/Chart';
import { saveCsv } from '../../charts/ChartTable';
import type { Band, Level, Line } from '../../charts/line';
import { show } from '../../charts/units';
import { IconButton } from '../../parts/Button';
import { Empty } from '../../parts/Empty';
import { groupBy } from '../../parts/group';
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
/** More lines are not told apart. */
const LINES_MAX = 20;

export interface PastProps {
  past: AlarmPast;
  leaves: readonly Leaf[];
  /** The names of what the rules look at, in their order. */
  named: readonly Named[] | null;
  span: Span;
  /** Why there is nothing to see, where that stands above already. */
  told?: string;
  /** What values have to be back behind once it fires. */
  recovery?: number | null | undefined;
  /** Where the threshold of the only rule is dragged to. */
  onLevel?: ((value: number) => void) | undefined;
}

type Series = AlarmPast['series'][number];

export function PastPanels({ past, leaves, named, span, told, recovery, onLevel }: PastProps) {
  const bands = useMemo(() => bandsOf(past, span, now.peek()), [past, span.start_ms, span.stop_ms]);
  const groups = useMemo(() => byRule(past.series), [past]);
  const many = groups.length > 1;
  return (
    <div class={many ? 'chart-groups' : 'stack'}>
      {groups.map((group, at) => {
        const place = leafOf(group[0]!, leaves, at);
        return (
          <SeriesPanel
            key={at}
            group={group}
            leaf={leaves[place]}
            named={named?.[place]}
            bands={bands}
            span={span}
            many={many}
            told={told}
            recovery={recovery}
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

const told = (rule: object): string =>
  JSON.stringify(
    Object.entries(rule)
      .filter(([key]) => key !== 'type')
      .sort(),
  );

/** The series of each rule: one, or one for each of its instances. */
function byRule(series: readonly Series[]): Series[][] {
  return [...groupBy(series, (each) => told(each.rule)).values()];
}

/** The place of the rule that a series is of; the same rule in two places has one series. */
function leafOf(series: Series, leaves: readonly Leaf[], at: number): number {
  const found = leaves.findIndex((leaf) => isThreshold(leaf.type) && told(leaf.rule) === told(series.rule));
  return found < 0 ? Math.min(at, leaves.length - 1) : found;
}

function SeriesPanel(props: {
  /** What a rule saw: one series, or those of its instances. */
  group: readonly Series[];
  leaf: Leaf | undefined;
  named: Named | undefined;
  bands: readonly Band[];
  span: Span;
  many: boolean;
  told: string | undefined;
  recovery: number | null | undefined;
  onLevel?: ((value: number) => void) | undefined;
}) {
  const { group, named, bands, span, many, told, recovery = null, onLevel } = props;
  const series = group[0]!;
  const hasValues = group.some((each) => each.times_ms.length > 0);
  const leaf = props.leaf ?? { number: 1, type: '', rule: series.rule };
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const unit = named?.unit ?? null;
  const name = `${many ? `rule${leaf.number}: ` : ''}${subjectOf(leaf, named)}`;
  const compared = comparison(leaf.rule, unit);
  const step_s = Number(leaf.rule['granularity'] ?? 60);
  const periods = Number(leaf.rule['evaluation_periods'] ?? 1);
  const lines = useMemo(
    (): Line[] =>
      group.slice(0, LINES_MAX).map(({ labels, times_ms, values }) => ({
        key: JSON.stringify(labels),
        label: labelsText(labels) || seenBy(leaf),
        unit,
        times_ms,
        values,
      })),
    [group, unit],
  );
  const value = Number(leaf.rule['threshold']);
  const levels = useMemo(
    (): Level[] => levelsOf(value, many ? null : recovery, compared, unit),
    [value, recovery, unit, compared, many],
  );
  const unseen = group.length - lines.length;
  const steps = `${periods === 1 ? 'one step' : `${periods} steps`} of ${showSpan(1000 * step_s)}`;
  const note = [...(unseen ? [`${lines.length} of ${group.length} instances`] : []), compared, steps].join(' · ');
  return (
    <PanelFrame
      title={name}
      note={note}
      actions={
        hasValues && (
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
      ) : hasValues ? (
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

/** The threshold, and the one that values have to be back behind. */
function levelsOf(value: number, recovery: number | null, compared: string, unit: string | null): Level[] {
  if (!Number.isFinite(value)) return [];
  const threshold = { value, unit, label: `threshold ${compared}` };
  if (recovery === null) return [threshold];
  return [threshold, { value: recovery, unit, label: `recovers at ${show(recovery, unit)}`, kind: 'good' }];
}

const labelsText = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map((pair) => pair.join('='))
    .join(', ');

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

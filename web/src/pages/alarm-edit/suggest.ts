// SPDX-License-Identifier: Apache-2.0
// From a chart to an alarm: what the editor begins with.

import { statistics, type Line } from '../../charts/line';
import { href } from '../../state/url';
import { METRICS, RESOURCE } from '../alarms/rule';
import { spanText } from '../settings/retention';

/** A metric on a chart, as far as an alarm needs to know it. */
export interface Charted {
  id: string;
  name: string;
  /** The unit of what is drawn. */
  unit: string;
  methods: readonly string[];
  granularities_s: readonly number[];
  /** Whether it is drawn as growth per second. */
  grows: boolean;
  of: { name: string; label: string; type: string; project_id: string | null };
}

const RATE = 'rate:mean';

/** The editor with a rule about a metric: just above the highest value in sight. */
export function alarmHref(metric: Charted, method: string, line: Pick<Line, 'values'> | undefined): string {
  const step_s = metric.granularities_s[0] ?? 60;
  const most = line ? statistics(line).max : null;
  // A rate is stored as what it grows by in a step, while charts tell it by the second.
  const factor = metric.grows ? step_s : 1;
  const byMetric = metric.grows && !metric.methods.includes(RATE);
  const draft = {
    name: `${metric.name} of ${metric.of.label} is high`,
    type: byMetric ? METRICS : RESOURCE,
    metric: metric.name,
    resource_id: metric.of.name,
    resource_type: metric.of.type,
    metrics: [metric.id],
    method: metric.grows ? RATE : methodOf(metric.methods, method),
    operator: 'gt',
    threshold: most === null ? '' : String(above(most * factor, metric.unit)),
    granularity: spanText(step_s),
    project: metric.of.project_id ?? '',
  };
  return href('/alarms/new', { draft: JSON.stringify(draft) });
}

function methodOf(kept: readonly string[], wanted: string): string {
  return kept.includes(wanted) || !kept.length ? wanted : (kept.find((each) => each === 'mean') ?? kept[0]!);
}

/** The next number of two digits above a value; of percentages one that can be exceeded. */
export function above(value: number, unit: string): number {
  if (value === 0) return 0;
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  const found = Number(((Math.floor(value / step) + 1) * step).toPrecision(12));
  return unit === '%' && value <= 100 && found >= 100 ? 99 : found;
}

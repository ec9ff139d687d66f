// SPDX-License-Identifier: Apache-2.0
// The resources that use most of their processors, each with how it went over the page's range.

import { Sparkline } from '../../charts/Sparkline';
import { show } from '../../charts/units';
import { DataTable, type Column } from '../../parts/DataTable';
import { narrow } from '../../parts/narrow';
import { PanelFrame } from '../../parts/Panel';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { span, type Span } from '../../state/time';
import { href } from '../../state/url';
import { latestOfAll } from '../resources/list';
import type { OverviewAnswer } from './Overview';

type Busy = OverviewAnswer['busiest']['hosts'][number];
type Small = Pick<Busy, 'times_ms' | 'values'>;

/** Above these a use of processors, in percent, is worth a look, or a worry. */
const WARM = 75;
const HOT = 90;
const SPARKLINE_POINTS = 60;
const SPARKLINE_PIXELS = { wide: 128, narrow: 72 };

export function Busiest({
  title,
  what,
  busy,
}: {
  title: string;
  what: 'hosts' | 'instances';
  busy: readonly Busy[];
}) {
  const ids = busy.map((each) => each.resource.id);
  const names = [...new Set(busy.map((each) => each.name))];
  const range = span.value;
  const load = useLoad(
    [ids, names, range, project.value],
    async (signal) => {
      const series = await latestOfAll(ids, names, range, SPARKLINE_POINTS, signal);
      return { range, of: new Map<string, Small>(series.map((each) => [each.metric, each])) };
    },
    { when: ids.length > 0 },
  );
  return (
    <PanelFrame title={title} note="mean of the last 15 minutes" busy={load.busy.value}>
      <DataTable
        name={`${title} by their use of processors`}
        rows={busy}
        columns={columnsOf(load.data.value)}
        rowKey={(row) => row.metric}
        rowHref={(row) => href(`/resources/${row.resource.id}`)}
        height={330}
        empty={NONE[what]}
      />
    </PanelFrame>
  );
}

const NONE = {
  hosts: 'No host has sent its use of processors in the last 15 minutes.',
  instances: 'No instance has sent its use of processors in the last 15 minutes.',
};

function columnsOf(small: { range: Span; of: ReadonlyMap<string, Small> } | null): Column<Busy>[] {
  const width = narrow.value ? SPARKLINE_PIXELS.narrow : SPARKLINE_PIXELS.wide;
  return [
    {
      key: 'name',
      title: 'Name',
      cell: (row) => <span title={row.resource.name}>{row.resource.label}</span>,
      sort: (row) => row.resource.label,
      fills: true,
    },
    {
      key: 'value',
      title: 'Use',
      number: true,
      width: '8.5rem',
      cell: (row) => <Use value={row.value} unit={row.unit} />,
      sort: (row) => row.value,
    },
    {
      key: 'chart',
      title: 'In this range',
      width: `${width + 16}px`,
      cell: (row) => {
        const shown = small?.of.get(row.metric);
        if (!small || !shown) return null;
        const { times_ms, values } = shown;
        return <Sparkline times_ms={times_ms} values={values} unit={row.unit} {...small.range} width={width} />;
      },
    },
  ];
}

/** A number with a bar as long as it is of a hundred percent. */
function Use({ value, unit }: { value: number; unit: string | null }) {
  const share = unit === '%' ? Math.min(100, Math.max(0, value)) : null;
  return (
    <span class="use">
      {share !== null && (
        <span class={share >= HOT ? 'use-bar hot' : share >= WARM ? 'use-bar warm' : 'use-bar'} aria-hidden="true">
          <span style={{ width: `${share}%` }} />
        </span>
      )}
      <span class="use-value">{show(value, unit)}</span>
    </span>
  );
}

// SPDX-License-Identifier: Apache-2.0
// What was found: chart or table, legend, and all ways of taking it along.

import { useMemo } from 'preact/hooks';

import { api } from '../../api/client';
import { Chart } from '../../charts/Chart';
import { saveCsv } from '../../charts/ChartTable';
import { Legend } from '../../charts/Legend';
import type { Line } from '../../charts/line';
import { Button } from '../../parts/Button';
import { copyText, saveFile } from '../../parts/Copy';
import { Empty } from '../../parts/Empty';
import { Menu, type MenuItem } from '../../parts/Menu';
import { LoadBody, Panel } from '../../parts/Panel';
import { useLoad, type Load } from '../../state/load';
import { showSpan } from '../../state/moment';
import { span } from '../../state/time';
import { href, params, setParams } from '../../state/url';
import { gnocchiBody, gnocchiCall, nativeCall, sqlOf } from './calls';
import { gapOf, linesOf, withoutHidden, type Explored } from './read';
import type { Wish } from './wish';

const HEIGHT = 360;
const LATEST_OF_MAX = 10;

export function Result({ wish, load }: { wish: Wish; load: Load<Explored> }) {
  const data = load.data.value;
  const lines = useMemo(() => (data ? linesOf(data, wish.compare) : []), [data]);
  const isTable = params.value.get('view') === 'table';
  const title = titleOf(wish, data);
  return (
    <Panel
      title={title}
      note={data && noteOf(data)}
      load={load}
      height={HEIGHT + 100}
      actions={
        <>
          <Button
            kind="quiet"
            icon="table"
            aria-pressed={isTable}
            onClick={() => setParams({ view: isTable ? null : 'table' })}
          >
            Table
          </Button>
          <Button kind="quiet" icon="download" disabled={!lines.length} onClick={() => saveCsv(title, lines)}>
            CSV
          </Button>
          <Menu label={`${title}: more`} icon="more" align="end" items={itemsOf(wish, title, data)} />
        </>
      }
    >
      {(read) => (
        <>
          <Notes read={read} />
          {lines.some((each) => each.times_ms.length) ? (
            <Drawn title={title} read={read} lines={lines} isTable={isTable} />
          ) : (
            <Nothing wish={wish} />
          )}
        </>
      )}
    </Panel>
  );
}

function Drawn({
  title,
  read,
  lines,
  isTable,
}: {
  title: string;
  read: Explored;
  lines: readonly Line[];
  isTable: boolean;
}) {
  const hide = params.value.getAll('hide').join('\n');
  const hidden = useMemo(() => new Set(hide ? hide.split('\n') : []), [hide]);
  const drawn = useMemo(() => withoutHidden(lines, hidden), [lines, hidden]);
  if (isTable) {
    return <Chart name={title} view="table" height={HEIGHT} lines={lines.filter((each) => !hidden.has(each.key))} />;
  }
  return (
    <div class="chart">
      <Chart name={title} lines={drawn} height={HEIGHT} legend={false} gap_ms={gapOf(read)} />
      <Legend
        name={title}
        lines={lines}
        hidden={hidden}
        onHidden={(next) => setParams({ hide: [...next] }, { replace: true })}
      />
    </div>
  );
}

/** What the server had to say about the answer. */
function Notes({ read: { now, earlier } }: { read: Explored }) {
  const notes = [...new Set([...now.notes, ...(earlier?.notes ?? [])])];
  if (!notes.length) return null;
  const shown = (
    <ul>
      {notes.map((each) => (
        <li key={each}>{each}</li>
      ))}
    </ul>
  );
  if (notes.length < 4) return <div class="explore-notes">{shown}</div>;
  return (
    <details class="explore-notes">
      <summary>{notes.length} notes</summary>
      {shown}
    </details>
  );
}

/** No point in the range: when there was one last, as far as single metrics were picked. */
function Nothing({ wish }: { wish: Wish }) {
  const ids = wish.mode === 'metrics' ? wish.metrics.slice(0, LATEST_OF_MAX) : [];
  const load = useLoad(['last', ids], (signal) => lastOf(ids, signal), { refresh: false, when: ids.length > 0 });
  if (!ids.length) return <Empty kind="range" />;
  return (
    <LoadBody load={load} height={180}>
      {({ last_ms }) => <Empty kind="range" last_ms={last_ms} />}
    </LoadBody>
  );
}

async function lastOf(ids: readonly string[], signal: AbortSignal): Promise<{ last_ms: number | null }> {
  const found = await Promise.all(ids.map((id) => api.get('/v1/search', { query: { q: id, limit: 1 }, signal })));
  const metrics = found.flatMap((each) => each.metrics);
  const owners = new Set(metrics.map((each) => each.resource?.id).filter((id) => id !== undefined));
  const resources = await Promise.all(
    [...owners].map((id) => api.get('/v1/resources/{id}', { path: { id }, signal })),
  );
  const times = resources
    .flatMap((each) => each.metrics)
    .filter((each) => ids.includes(each.id))
    .map((each) => each.latest?.time_ms ?? -Infinity);
  const last = Math.max(...times);
  return { last_ms: Number.isFinite(last) ? last : null };
}

function titleOf(wish: Wish, data: Explored | null): string {
  const names = [...new Set(data?.now.series.map((each) => each.name) ?? [])];
  if (wish.mode === 'expression') return 'Result';
  const what = names.length === 1 && names[0] ? names[0] : `${wish.metrics.length} metrics`;
  return `${what}, ${wish.method}`;
}

function noteOf({ now, earlier }: Explored): string {
  const count = now.series.length;
  const points = [...now.series, ...(earlier?.series ?? [])].reduce((sum, each) => sum + each.times_ms.length, 0);
  const told = [`${count === 1 ? 'one series' : `${count} series`}`, `${points.toLocaleString('en')} points`];
  if (now.granularity_s) told.push(`steps of ${showSpan(1000 * now.granularity_s)}`);
  if (now.downsampled) told.push('thinned to their peaks');
  return told.join(' · ');
}

function itemsOf(wish: Wish, title: string, data: Explored | null): MenuItem[] {
  const now = span.peek();
  const copy = (label: string, text: () => string): MenuItem => ({
    label: `Copy the ${label}`,
    icon: 'copy',
    onChoose: () => void copyText(text(), `${label} copied`),
  });
  const json: MenuItem = {
    label: 'Save as JSON',
    icon: 'download',
    onChoose: () => data && saveFile(`${title.replace(/[^\w.-]+/g, '_')}.json`, jsonOf(data), 'application/json'),
  };
  const sql: MenuItem = {
    label: 'The measures in SQL',
    icon: 'sql',
    href: href('/sql', { sql: sqlOf(wish.metrics), run: '1' }),
  };
  return [
    json,
    copy('API call', () => nativeCall(wish, now)),
    copy('Gnocchi call', () => gnocchiCall(wish, now)),
    copy('Gnocchi aggregates body', () => JSON.stringify(gnocchiBody(wish), null, 2)),
    ...(wish.mode === 'metrics' ? [sql] : []),
  ];
}

/** The answer as it is drawn, the earlier period at its own times. */
export function jsonOf({ now, earlier, offset_ms, span }: Explored): string {
  return `${JSON.stringify({ ...span, now, ...(earlier ? { earlier, offset_ms } : {}) }, null, 1)}\n`;
}

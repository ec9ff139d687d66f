// SPDX-License-Identifier: Apache-2.0
// Records that were refused or dropped, here or by agents: what came, at which station it ended, and why.

import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { actionsColumn } from '../../parts/actions';
import { Code } from '../../parts/Copy';
import { DataTable, type Column } from '../../parts/DataTable';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { usePaged } from '../../parts/paged';
import { showSecond } from '../../parts/second';
import { span } from '../../state/time';
import { param, setParams } from '../../state/url';

type Letter = Answer<'/v1/dead-letters', 'get'>['records'][number];

const HEIGHT = 320;
const station = param('station');
const cause = param('cause');

const COLUMNS: Column<Letter>[] = [
  { key: 'time', title: 'When', cell: (row) => showSecond(row.time_ms), width: '11rem' },
  { key: 'station', title: 'Station', cell: (row) => row.station, width: '9rem' },
  { key: 'cause', title: 'Cause', cell: (row) => <span title={row.cause}>{row.cause}</span>, width: '13rem' },
  { key: 'record', title: 'Record', cell: (row) => row.record, fills: true },
];

export function DeadLetters() {
  const [opened, setOpened] = useState<Letter | null>(null);
  const { start_ms, stop_ms } = span.value;
  const key = ['dead letters', start_ms, stop_ms, station.value, cause.value];
  const paged = usePaged<Letter>(key, async (marker, limit, signal) => {
    const query = {
      start: start_ms / 1000,
      stop: stop_ms / 1000,
      station: station.peek(),
      cause: cause.peek(),
      limit,
      marker: marker ?? null,
    };
    const { records, next } = await api.get('/v1/dead-letters', { query, signal });
    return { rows: records, next };
  });
  const filters = [station.value && `station ${station.value}`, cause.value && `cause ${cause.value}`].filter(
    Boolean,
  );
  const columns = [
    ...COLUMNS,
    actionsColumn<Letter>(
      (row) => `${row.station}, ${row.cause}, ${showSecond(row.time_ms)}`,
      (row) => [{ label: 'Open', onChoose: () => setOpened(row) }],
    ),
  ];
  return (
    <PanelFrame
      title="Dead letters"
      note="records that went no further, in the time range of the page; kept for a week"
    >
      <div class="row filters">
        <Field
          label="Station"
          value={station.value}
          onValue={(text) => setParams({ station: text }, { replace: true })}
        />
        <Field label="Cause" value={cause.value} onValue={(text) => setParams({ cause: text }, { replace: true })} />
      </div>
      <LoadBody
        load={paged.load}
        height={80}
        empty={({ rows }) => {
          if (rows.length) return null;
          if (!filters.length) return { kind: 'range', text: 'Nothing was refused or dropped.' };
          return { kind: 'filtered', filters, onClear: () => setParams({ station: null, cause: null }) };
        }}
      >
        {() => (
          <DataTable
            name="List of dead letters"
            rows={paged.rows}
            columns={columns}
            rowKey={(row) => paged.rows.indexOf(row)}
            height={HEIGHT}
            cards
            {...(paged.more ? { onMore: paged.more } : {})}
          />
        )}
      </LoadBody>
      {opened && (
        <Dialog title={`${opened.station}: ${opened.cause}`} onClose={() => setOpened(null)} wide>
          <p class="muted">{showSecond(opened.time_ms)}</p>
          <Code text={pretty(opened.record)} />
        </Dialog>
      )}
    </PanelFrame>
  );
}

/** JSON with its lines; anything else as it came. */
export function pretty(record: string): string {
  try {
    return JSON.stringify(JSON.parse(record), null, 2);
  } catch {
    return record;
  }
}

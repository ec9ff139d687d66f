// SPDX-License-Identifier: Apache-2.0
// The measures themselves: the metrics of the resource with their newest, and one metric's measures as they came.

import { useState } from 'preact/hooks';

import { api, fetchRaw, urlOf } from '../../api/client';
import { asProblem, isAbort, type Problem } from '../../api/problem';
import { show, showRaw } from '../../charts/units';
import { ageCell } from '../../parts/age';
import { Button } from '../../parts/Button';
import { saveFile } from '../../parts/Copy';
import { DataTable, type Column } from '../../parts/DataTable';
import { Panel, PanelFrame } from '../../parts/Panel';
import { ProblemBox } from '../../parts/ProblemBox';
import { useLoad } from '../../state/load';
import { showSpan } from '../../state/moment';
import { now, span } from '../../state/time';
import { params, setParams } from '../../state/url';
import { showTime, zone } from '../../state/zone';
import type { MetricOfResource } from './groups';
import { labelled, type Labelled, type Parts } from './parts';
import type { ResourceAnswer } from './ResourcePage';

type Measure = readonly [time_ms: number, value: number | null];

/** So many measures are shown; a file may have as many as the server gives. */
const SHOWN_MAX = 20_000;
const SAVED_MAX = 10_000_000;

export function Measures({ data, parts }: { data: ResourceAnswer; parts: Parts }) {
  const { resource } = data;
  const listed = labelled(data, parts);
  const asked = params.value.get('metric');
  const chosen = listed.find((each) => each.metric.id === asked) ?? listed[0];
  if (!chosen) return <p class="muted">This resource has no metrics.</p>;
  return (
    <div class="columns measures">
      <PanelFrame title="Metrics" note={`${listed.length}`}>
        <DataTable
          name={`Metrics of ${resource.label}`}
          rows={listed}
          columns={metricColumns((id) => setParams({ metric: id }, { replace: true }))}
          rowKey={(row) => row.metric.id}
          chosen={(row) => row.metric.id === chosen.metric.id}
        />
      </PanelFrame>
      <Points key={chosen.metric.id} of={resource.label} metric={chosen.metric} title={chosen.label} />
    </div>
  );
}

function metricColumns(onChoose: (id: string) => void): Column<Labelled>[] {
  return [
    {
      key: 'name',
      title: 'Metric',
      sort: ({ label }) => label,
      cell: ({ metric, label }) => (
        <button type="button" class="as-link" onClick={() => onChoose(metric.id)}>
          {label}
        </button>
      ),
    },
    {
      key: 'value',
      title: 'Newest',
      number: true,
      cell: ({ metric: { latest, unit } }) => (
        <span title={showRaw(latest?.value, unit)}>{show(latest?.value, unit)}</span>
      ),
    },
    {
      key: 'time',
      title: 'Of',
      sort: ({ metric }) => metric.latest?.time_ms ?? null,
      cell: ({ metric }) => ageCell(metric.latest?.time_ms ?? null, now.value),
    },
    {
      key: 'policy',
      title: 'Archive policy',
      sort: ({ metric }) => metric.policy,
      cell: ({ metric }) => <span title={keptBy(metric)}>{metric.policy}</span>,
    },
  ];
}

function keptBy({ granularities_s, methods }: MetricOfResource): string {
  return `kept by ${granularities_s.map((seconds) => showSpan(1000 * seconds)).join(', ')}: ${methods.join(', ')}`;
}

function Points({ of, metric, title }: { of: string; metric: MetricOfResource; title: string }) {
  const { start_ms, stop_ms } = span.value;
  const given = {
    path: { id: metric.id },
    query: { start: new Date(start_ms).toISOString(), stop: new Date(stop_ms).toISOString() },
  };
  const load = useLoad(
    ['measures', given],
    async (signal) =>
      (await api.get('/v1/metrics/{id}/measures', {
        ...given,
        query: { ...given.query, limit: SHOWN_MAX },
        signal,
      })) as unknown as { measures: Measure[]; next_ms: number | null },
  );
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saving, setSaving] = useState(false);
  const save = async (format: 'csv' | 'json'): Promise<void> => {
    setSaving(true);
    setProblem(null);
    const url = urlOf('/v1/metrics/{id}/measures', { ...given, query: { ...given.query, format, limit: SAVED_MAX } });
    try {
      const response = await fetchRaw('get', url);
      const type = format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json';
      saveFile(`${of} ${title}.${format}`.replace(/[^\w.-]+/g, '_'), await response.text(), type);
    } catch (error) {
      if (!isAbort(error)) setProblem(asProblem(error));
    } finally {
      setSaving(false);
    }
  };
  const columns: Column<Measure>[] = [
    { key: 'time', title: `Time (${zone.value})`, cell: ([time]) => showTime(time), sort: ([time]) => time },
    {
      key: 'value',
      title: metric.unit ? `Value (${metric.unit})` : 'Value',
      number: true,
      cell: ([, value]) => (value === null ? '—' : String(value)),
      sort: ([, value]) => value,
    },
    {
      key: 'shown',
      title: 'Reads as',
      number: true,
      cell: ([, value]) => <span class="muted">{show(value, metric.unit)}</span>,
    },
  ];
  const data = load.data.value;
  return (
    <Panel
      title={title}
      note={data ? countOf(data) : 'measures as they came'}
      load={load}
      height={400}
      actions={
        <>
          <Button icon="download" disabled={saving} onClick={() => void save('csv')}>
            CSV
          </Button>
          <Button icon="download" disabled={saving} onClick={() => void save('json')}>
            JSON
          </Button>
        </>
      }
      empty={({ measures }) => (measures.length ? null : { kind: 'range', last_ms: metric.latest?.time_ms ?? null })}
    >
      {({ measures }) => (
        <>
          {problem && <ProblemBox problem={problem} />}
          <DataTable
            name={`Measures of ${title}`}
            rows={measures}
            columns={columns}
            // Two measures of one time are told apart by their value; one metric keeps no two that are equal.
            rowKey={([time, value]) => `${time} ${value}`}
          />
        </>
      )}
    </Panel>
  );
}

function countOf({ measures, next_ms }: { measures: readonly Measure[]; next_ms: number | null }): string {
  const count = measures.length.toLocaleString('en');
  return next_ms === null ? `${count} measures in this range` : `the first ${count} of this range; files have all`;
}

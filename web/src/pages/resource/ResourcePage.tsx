// SPDX-License-Identifier: Apache-2.0
// One resource: who it is, its charts, its attributes and what they were, its measures, and how its data travel.

import { useEffect } from 'preact/hooks';

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import type { PageProps } from '..';
import { LoadBody, Skeleton } from '../../parts/Panel';
import { Tabs } from '../../parts/Tabs';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { params, setParams } from '../../state/url';
import { Attributes } from './Attributes';
import { Charts } from './Charts';
import { Head } from './Head';
import { Journey } from './Journey';
import { Measures } from './Measures';
import { NO_PARTS, useParts } from './parts';
import './resource.css';

/** Kept free while it loads; pixels. */
const HEIGHT = 500;

export type ResourceAnswer = Answer<'/v1/resources/{id}', 'get'>;

const TABS = [
  { key: 'charts', title: 'Charts' },
  { key: 'attributes', title: 'Attributes' },
  { key: 'data', title: 'Data' },
  { key: 'journey', title: 'Journey' },
] as const;

export default function ResourcePage({ params: { id = '' } }: PageProps) {
  const load = useLoad(['resource', id, project.value], (signal) =>
    api.get('/v1/resources/{id}', { path: { id }, signal }),
  );
  return (
    <LoadBody load={load} height={HEIGHT}>
      {(data) => <Loaded data={data} />}
    </LoadBody>
  );
}

function Loaded({ data }: { data: ResourceAnswer }) {
  const { resource } = data;
  const parts = useParts(resource);
  const asked = params.value.get('tab');
  const tab = TABS.find((each) => each.key === asked)?.key ?? 'charts';
  useEffect(() => {
    document.title = `${resource.label} · Nephoscope`;
  }, [resource.label]);
  // What belongs to it stands in the head and in the charts: without it both would be laid out twice.
  if (!parts.data.value && !parts.problem.value) return <Skeleton height={HEIGHT} />;
  return (
    <div class="stack">
      <Head data={data} parts={parts.data.value ?? NO_PARTS} />
      <Tabs
        label="About this resource"
        tabs={TABS}
        chosen={tab}
        onChoose={(key) => setParams({ tab: key === 'charts' ? null : key })}
      >
        {tab === 'charts' && <Charts data={data} parts={parts} />}
        {tab === 'attributes' && <Attributes resource={resource} />}
        {tab === 'data' && <Measures data={data} parts={parts.data.value ?? NO_PARTS} />}
        {tab === 'journey' && <Journey id={resource.id} />}
      </Tabs>
    </div>
  );
}

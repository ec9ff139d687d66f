// SPDX-License-Identifier: Apache-2.0
// The attributes of a resource as they are, and what changed from what to what, when.

import { Fragment } from 'preact';

import { api } from '../../api/client';
import { Copy } from '../../parts/Copy';
import { HistoryPanel } from '../../parts/HistoryPanel';
import { usePaged } from '../../parts/paged';
import { PanelFrame } from '../../parts/Panel';
import { showTime } from '../../state/zone';
import { ChangeTable } from './ChangeTable';
import type { ResourceAnswer } from './ResourcePage';
import { stepsOf, type Revision, type Step } from './revisions';

type Resource = ResourceAnswer['resource'];

const WORDS: Record<Step['kind'], { word: string; look: string }> = {
  first: { word: 'first known', look: 'chip good' },
  changed: { word: 'changed', look: 'chip' },
  ended: { word: 'ended', look: 'chip warn' },
  back: { word: 'back again', look: 'chip good' },
};

export function Attributes({ resource }: { resource: Resource }) {
  return (
    <div class="columns">
      <Now resource={resource} />
      <History id={resource.id} />
    </div>
  );
}

function Now({ resource }: { resource: Resource }) {
  const entries = Object.entries(resource.attributes).sort(([one], [other]) => one.localeCompare(other));
  const json = (): string => JSON.stringify(resource.attributes, null, 2);
  return (
    <PanelFrame title="Now" actions={entries.length > 0 && <Copy text={json} label="Copy as JSON" />}>
      {entries.length === 0 ? (
        <p class="muted">Resources of the type {resource.type} have no attributes.</p>
      ) : (
        <dl class="facts attributes">
          {entries.map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value === null || value === '' ? <span class="muted">not set</span> : String(value)}</dd>
            </Fragment>
          ))}
        </dl>
      )}
    </PanelFrame>
  );
}

function History({ id }: { id: string }) {
  const list = usePaged<Revision>(['history', id], async (marker, limit, signal) => {
    const query = { limit, ...(marker ? { marker } : {}) };
    const { revisions, next } = await api.get('/v1/resources/{id}/history', { path: { id }, query, signal });
    return { rows: revisions, next };
  });
  return (
    <HistoryPanel list={list}>
      {() =>
        stepsOf(list.rows, list.more === undefined).map((step) => (
          <li key={step.time_ms}>
            <p class="row">
              <time dateTime={new Date(step.time_ms).toISOString()}>{showTime(step.time_ms)}</time>
              <span class={WORDS[step.kind].look}>{WORDS[step.kind].word}</span>
            </p>
            {step.changes.length > 0 && <ChangeTable changes={step.changes} />}
          </li>
        ))
      }
    </HistoryPanel>
  );
}

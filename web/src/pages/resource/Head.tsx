// SPDX-License-Identifier: Apache-2.0
// Who a resource is: name, type, project, how long it has been there, and what belongs to it.

import { Fragment, type ComponentChildren } from 'preact';

import { Copy } from '../../parts/Copy';
import { showSpan } from '../../state/moment';
import { session } from '../../state/session';
import { now } from '../../state/time';
import { href } from '../../state/url';
import { showTime, zone } from '../../state/zone';
import { useProjects } from '../resources/projects';
import { pointerTo, shortName, wholeOf, type Parts } from './parts';
import type { ResourceAnswer } from './ResourcePage';

export function Head({ data: { resource, metrics }, parts }: { data: ResourceAnswer; parts: Parts }) {
  const { started_ms, ended_ms, revision_ms } = resource;
  const whole = wholeOf(resource, session.value?.sees_all ?? false);
  const projects = useProjects();
  const explored = metrics.slice(0, EXPLORED_MAX).map((each) => each.id);
  return (
    <header class="resource-head">
      <p class="crumbs muted">
        <a href={href('/resources')}>Resources</a> /{' '}
        <a href={href('/resources', { type: resource.type })}>{resource.type}</a>
      </p>
      <div class="row">
        <h1>{resource.label}</h1>
        <span class="chip">{resource.type}</span>
        {ended_ms !== null && <span class="chip warn">ended</span>}
        <a class="button plain" href={href('/explore', { metric: explored })}>
          Explore
        </a>
      </div>
      <dl class="identity">
        <Fact name="Id">
          <code>{resource.id}</code> <Copy text={resource.id} label="Copy the id" />
        </Fact>
        {resource.name !== resource.id && resource.name !== resource.label && (
          <Fact name="Its agent's id">
            <code>{resource.name}</code> <Copy text={resource.name} label="Copy its agent's id" />
          </Fact>
        )}
        {resource.project_id && (
          <Fact name="Project">
            <a href={href('/resources', { of: resource.project_id })} title={resource.project_id}>
              {projects.get(resource.project_id) ?? resource.project_id}
            </a>
          </Fact>
        )}
        {resource.user_id && <Fact name="User">{resource.user_id}</Fact>}
        {resource.creator && <Fact name="Made by">{resource.creator}</Fact>}
        <Fact name="Since">
          {showTime(started_ms)} <span class="muted">{since(started_ms, ended_ms)}</span>
        </Fact>
        {ended_ms !== null && <Fact name="Ended">{showTime(ended_ms)}</Fact>}
        {revision_ms !== started_ms && <Fact name="Changed">{showTime(revision_ms)}</Fact>}
        <Fact name="Zone">{zone.value}</Fact>
        {whole && (
          <Fact name={whole.word}>
            {whole.visible ? (
              <a href={href(`/resources/${encodeURIComponent(whole.name)}`)}>{whole.name}</a>
            ) : (
              whole.name
            )}
          </Fact>
        )}
        {resource.type === 'host' && (
          <Fact name="Runs">
            <a href={href('/resources', { type: 'instance', attr: [`host=${resource.name}`] })}>instances on it</a>
          </Fact>
        )}
        {parts.all.length > 0 && (
          <Fact name="Parts">
            {parts.all.slice(0, PARTS_SHOWN).map((part, index) => (
              <Fragment key={part.id}>
                {index > 0 && ', '}
                <a href={href(`/resources/${part.id}`)} title={part.type}>
                  {shortName(part, resource.label)}
                </a>
              </Fragment>
            ))}
            {parts.all.length > PARTS_SHOWN && (
              <>
                {' and '}
                <a href={href('/resources', { attr: [pointerTo(resource)] })}>
                  {parts.all.length - PARTS_SHOWN} more
                </a>
              </>
            )}
          </Fact>
        )}
      </dl>
    </header>
  );
}

/** So many metrics go along into Explore at most; more would be a tangle. */
const EXPLORED_MAX = 8;
const PARTS_SHOWN = 12;

function since(started_ms: number, ended_ms: number | null): string {
  const lived = (ended_ms ?? now.value) - started_ms;
  return ended_ms === null ? `for ${showSpan(lived)}` : `lived ${showSpan(lived)}`;
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

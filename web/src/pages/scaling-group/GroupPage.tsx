// SPDX-License-Identifier: Apache-2.0
// One scaling group: how it is and why, how many members it had, what its policies do, and what was decided.

import { Fragment } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Schema } from '../../api/operations';
import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { Icon } from '../../parts/Icon';
import { PageHead } from '../../parts/PageHead';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { Refusal } from '../../parts/Refusal';
import { showSecond } from '../../parts/second';
import { useSubmit } from '../../parts/useSubmit';
import { showSpan } from '../../state/moment';
import { project } from '../../state/session';
import { isLive, renew } from '../../state/time';
import { href } from '../../state/url';
import '../agents/agents.css';
import { useLive } from '../agents/live';
import '../alarm/alarm.css';
import '../alarms/alarms.css';
import { mayChange, workingIn } from '../alarms/rights';
import type { PageProps } from '../index';
import '../resource/resource.css';
import { conditionOf, type Group, type Policy } from '../scaling/groups';
import '../scaling/scaling.css';
import { ConditionChip, SizeBar } from '../scaling/states';
import { Decisions } from './Decisions';
import { DeleteDialog, SizeDialog } from './dialogs';
import { Members } from './Members';
import { Policies } from './Policies';
import { SizeChart } from './SizeChart';
import { Watched } from './Watched';

export type GroupDetail = Omit<Schema<'GroupDetail'>, 'policies'> & { policies: Policy[] };

/** Kept free while it loads; pixels. */
const HEIGHT = 600;

export default function GroupPage({ params }: PageProps) {
  const id = params.id!;
  const load = useLive(
    ['scaling group', id, project.value],
    async (signal) => (await api.get('/v1/scaling/groups/{id}', { path: { id }, signal })) as GroupDetail,
  );
  const group = load.data.value?.group;
  return (
    <div class="stack">
      <PageHead title={group?.name ?? 'Scaling group'} above={[{ name: 'Scaling', href: '/scaling' }]}>
        {group && <Actions group={group} onDone={load.reload} />}
      </PageHead>
      <div class="stack live">
        <LoadBody load={load} height={HEIGHT}>
          {(detail) => <Body detail={detail} onDone={load.reload} />}
        </LoadBody>
      </div>
    </div>
  );
}

function Body({ detail, onDone }: { detail: GroupDetail; onDone: () => void }) {
  const { group, policies, members, warnings } = detail;
  const names = useMemo(
    () => new Map(policies.map((each) => [each.id, each.name])),
    [JSON.stringify(policies.map((each) => [each.id, each.name]))],
  );
  // Decisions show in what they change, or in when the group was looked at last.
  const changes = [group.changed_ms, group.busy, group.desired, group.size];
  const seen = [...changes, group.looked_ms];
  useFollowed(changes);
  return (
    <div class="stack">
      <How group={group} warnings={warnings} />
      <SizeChart group={group} names={names} seen={seen} />
      <Watched group={group} policies={policies} members={members} />
      <Policies group={group} policies={policies} warnings={warnings} onDone={onDone} />
      <Members group={group} members={members} onDone={onDone} />
      <Decisions group={group} names={names} seen={seen} />
      <Definition group={group} />
    </div>
  );
}

/** Moves a range that ends now along when something has changed: it would end before what it is looked at for. */
function useFollowed(changes: unknown): void {
  const known = useRef(JSON.stringify(changes));
  const text = JSON.stringify(changes);
  useEffect(() => {
    if (text !== known.current && isLive.peek()) renew();
    known.current = text;
  }, [text]);
}

/** What can be done with it, for those who may. */
function Actions({ group, onDone }: { group: Group; onDone: () => void }) {
  const [open, setOpen] = useState<'size' | 'delete' | null>(null);
  const { id, paused } = group;
  const pausing = useSubmit(async () => {
    const where = { path: { id }, project: workingIn(group.project_id) };
    await api.patch('/v1/scaling/groups/{id}', { body: { paused: !paused }, ...where });
    announce(paused ? 'It goes on' : 'Nothing changes it any more');
    onDone();
  });
  if (!mayChange()) return null;
  return (
    <>
      <Button onClick={() => setOpen('size')}>Set size</Button>
      <a class="button plain" href={href(`/scaling/${encodeURIComponent(id)}/edit`)}>
        <Icon name="edit" />
        Edit
      </a>
      <Button icon={paused ? 'play' : 'stop'} disabled={pausing.busy} onClick={() => pausing.submit()}>
        {paused ? 'Resume' : 'Pause'}
      </Button>
      <Button kind="danger" icon="trash" onClick={() => setOpen('delete')}>
        Delete
      </Button>
      {pausing.problem && <Refusal problem={pausing.problem} />}
      {open === 'size' && <SizeDialog group={group} onClose={() => setOpen(null)} onDone={onDone} />}
      {open === 'delete' && <DeleteDialog group={group} onClose={() => setOpen(null)} />}
    </>
  );
}

/** Its condition in words; what is wrong, and what may not work as it is meant. */
function How({ group, warnings }: { group: Group; warnings: readonly string[] }) {
  const now_ms = Date.now();
  const condition = conditionOf(group, now_ms);
  const { problem, healthy, looked_ms, paused } = group;
  return (
    <>
      <p class="row group-how">
        <ConditionChip group={group} now_ms={now_ms} />
        <SizeBar group={group} />
        {condition !== 'paused' && paused && <span class="chip warn">paused</span>}
        {looked_ms !== null && (
          <span class="muted">looked at {showSpan(Math.max(1000, now_ms - looked_ms))} ago</span>
        )}
      </p>
      {problem && condition !== 'new' && (
        <div class={healthy ? 'notice warn' : 'notice bad'} role="status">
          <p>
            <strong>{healthy ? 'What went wrong last:' : 'Nothing changes until this is well again:'}</strong>{' '}
            {problem}
          </p>
          {!healthy && <p>It is looked at again by itself; signals are refused until then.</p>}
        </div>
      )}
      {warnings.length > 0 && (
        <div class="notice warn">
          <p>
            <strong>It may not work as it is meant:</strong>
          </p>
          <ul class="plain">
            {warnings.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** What it is made of. */
function Definition({ group }: { group: Group }) {
  const { actuator, options, cooldown_s, cooldown_out_s, cooldown_in_s, warm_up_s, changed_ms } = group;
  const seconds = (value: number | null): string => (value ? showSpan(1000 * value) : value === 0 ? 'none' : '');
  const facts: [string, string][] = [
    ['Id', group.id],
    ['Project', group.project_id || 'none'],
    ['Members made by', actuator],
    ...Object.entries(options).map(([name, value]): [string, string] => [`Option ${name}`, written(value)]),
    ['Cooldown', seconds(cooldown_s)],
    ['Cooldown after growing', seconds(cooldown_out_s)],
    ['Cooldown after shrinking', seconds(cooldown_in_s)],
    ['Warm-up of members', seconds(warm_up_s)],
    ['Changed', showSecond(changed_ms)],
  ];
  return (
    <PanelFrame title="Definition">
      <dl class="facts">
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
      </dl>
    </PanelFrame>
  );
}

const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

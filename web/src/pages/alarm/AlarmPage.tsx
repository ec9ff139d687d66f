// SPDX-License-Identifier: Apache-2.0
// One alarm: how it is and why, what its rules saw, who was told, what became of it.

import { useMemo, useRef, useState } from 'preact/hooks';

import { deleteAlarm, setState } from '../../api/aodh';
import { api } from '../../api/client';
import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { ConfirmDialog } from '../../parts/FormDialog';
import { Icon } from '../../parts/Icon';
import { Menu } from '../../parts/Menu';
import { PageHead } from '../../parts/PageHead';
import { LoadBody, Skeleton } from '../../parts/Panel';
import { Refusal } from '../../parts/Refusal';
import { showSecond } from '../../parts/second';
import { useSubmit } from '../../parts/useSubmit';
import { useLoad } from '../../state/load';
import { showSpan } from '../../state/moment';
import { project } from '../../state/session';
import { now, span } from '../../state/time';
import { href, navigate } from '../../state/url';
import '../agents/agents.css';
import { useLive } from '../agents/live';
import '../alarms/alarms.css';
import { switchAlarms } from '../alarms/Bulk';
import { within } from '../alarms/past';
import { mayChange, workingIn } from '../alarms/rights';
import { hasInstances, leavesOf } from '../alarms/rule';
import { ErrorChip, SilencedChip, STATES, StateChip, type AlarmView, type State } from '../alarms/states';
import type { PageProps } from '../index';
import '../resource/resource.css';
import { adviceFor } from './advice';
import './alarm.css';
import { Definition } from './Definition';
import { Deliveries } from './Deliveries';
import { History } from './History';
import { Instances } from './Instances';
import { silenceLink } from './links';
import { useNamed } from './named';
import { PastPanels } from './PastPanels';
import { RuleText } from './RuleText';

/** Kept free while it loads; pixels. */
const HEIGHT = 600;

export default function AlarmPage({ params }: PageProps) {
  const id = params.id!;
  const load = useLive(['alarm', id, project.value], (signal) =>
    api.get('/v1/alarms/{id}', { path: { id }, signal }),
  );
  const alarm = load.data.value?.alarm;
  return (
    <div class="stack">
      <PageHead title={alarm?.name ?? 'Alarm'} above={[{ name: 'Alarms', href: '/alarms' }]}>
        {alarm && <Actions alarm={alarm} onDone={load.reload} />}
      </PageHead>
      <div class="stack live">
        <LoadBody load={load} height={HEIGHT}>
          {({ alarm, instances, deliveries }) => (
            <div class="stack">
              <How alarm={alarm} />
              <Past alarm={alarm} />
              {(instances.length > 0 || hasInstances(alarm.type)) && <Instances alarm={alarm} seen={instances} />}
              <div class="columns">
                <Definition alarm={alarm} />
                <History id={alarm.id} seen={[alarm.since_ms, alarm.changed_ms]} />
              </div>
              <Deliveries alarm={alarm} deliveries={deliveries} onSent={load.reload} />
            </div>
          )}
        </LoadBody>
      </div>
    </div>
  );
}

/** What can be done with it, for those who may. */
function Actions({ alarm, onDone }: { alarm: AlarmView; onDone: () => void }) {
  const [deleting, setDeleting] = useState(false);
  const wanted = useRef<State>('ok');
  const { id, name, enabled } = alarm;
  const where = { project: workingIn(alarm.project_id) };
  const switching = useSubmit(async () => {
    await switchAlarms([alarm], !enabled);
    announce(enabled ? 'Switched off' : 'Switched on');
    onDone();
  });
  const setting = useSubmit(async () => {
    await setState(id, wanted.current, where);
    announce(`Set to ${wanted.current}`);
    onDone();
  });
  if (!mayChange()) return null;
  const problem = switching.problem ?? setting.problem;
  return (
    <>
      <a class="button plain" href={href(`/alarms/${encodeURIComponent(id)}/edit`)}>
        <Icon name="edit" />
        Edit
      </a>
      <a class="button plain" href={silenceLink(alarm)}>
        <Icon name="mute" />
        Silence
      </a>
      <Button icon={enabled ? 'stop' : 'play'} disabled={switching.busy} onClick={() => switching.submit()}>
        {enabled ? 'Switch off' : 'Switch on'}
      </Button>
      <Menu
        label="Set state"
        shown="Set state"
        align="end"
        items={STATES.map((state) => ({
          label: state,
          chosen: state === alarm.state,
          onChoose: () => {
            wanted.current = state;
            setting.submit();
          },
        }))}
      />
      <Button kind="danger" icon="trash" onClick={() => setDeleting(true)}>
        Delete
      </Button>
      {problem && <Refusal problem={problem} />}
      {deleting && (
        <ConfirmDialog
          title={`Delete ${name}?`}
          verb="Delete"
          text="Nobody is told of it any more. Its history is kept."
          onClose={() => setDeleting(false)}
          act={async () => {
            await deleteAlarm(id, where);
            announce('The alarm is deleted');
            navigate(href('/alarms'));
          }}
        />
      )}
    </>
  );
}

/** The state since when and why; what to do where it is not known, or could not be told. */
function How({ alarm }: { alarm: AlarmView }) {
  const { state, since_ms, reason, error, enabled, type, silenced_until_ms } = alarm;
  return (
    <>
      <p class="row alarm-how">
        {error ? <ErrorChip error={error} state={state} /> : <StateChip state={state} />}
        <span>
          since {showSecond(since_ms)} <span class="muted">({showSpan(Math.max(0, Date.now() - since_ms))})</span>
        </span>
        {!enabled && <span class="chip">switched off: it is not decided</span>}
        {silenced_until_ms !== null && (
          <span>
            <SilencedChip until_ms={silenced_until_ms} /> until {showSecond(silenced_until_ms)}
          </span>
        )}
      </p>
      {error && (
        <div class="notice bad" role="status">
          <p>
            <strong>It could not be decided:</strong> {error}
          </p>
          <p>The state is the one of before. It is tried again with the next decision.</p>
        </div>
      )}
      {state === 'insufficient data' ? (
        <div class="notice warn">
          <p>
            <strong>{type === 'event' ? 'No such event so far:' : 'There is not enough data to decide:'}</strong>{' '}
            {reason}
          </p>
          <p>{adviceFor(reason, type)}</p>
        </div>
      ) : (
        <p>
          {reason}
          {type === 'event' && (
            <span class="muted"> It stays so until somebody sets it back: no event says that it is over.</span>
          )}
        </p>
      )}
    </>
  );
}

function Past({ alarm }: { alarm: AlarmView }) {
  const { id, type, rule, reason, since_ms, changed_ms } = alarm;
  const leaves = useMemo(() => leavesOf(type, rule), [type, JSON.stringify(rule)]);
  const named = useNamed(leaves);
  const asked = within(span.value, leaves, now.value);
  const load = useLoad(['past', id, asked, since_ms, changed_ms], (signal) => {
    const query = { start: asked.start_ms / 1000, stop: asked.stop_ms / 1000 };
    return api.get('/v1/alarms/{id}/past', { path: { id }, query, signal });
  });
  const names = named.data.value;
  return (
    <>
      <RuleText type={type} rule={rule} named={names} />
      {asked !== span.value && (
        <p class="muted">The newest {showSpan(asked.stop_ms - asked.start_ms)} of the range are looked at.</p>
      )}
      {/* Units come with the names: without these everything would be drawn twice. */}
      {!names && named.busy.value ? (
        <Skeleton height={HEIGHT / 2} />
      ) : (
        <LoadBody load={load} height={HEIGHT / 2}>
          {(past) => (
            <PastPanels
              past={past}
              leaves={leaves}
              named={names}
              span={asked}
              told={reason}
              recovery={alarm.behaviour.recovery_threshold}
            />
          )}
        </LoadBody>
      )}
    </>
  );
}

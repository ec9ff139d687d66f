// SPDX-License-Identifier: Apache-2.0
// What a group's policies follow: the value of each target, and the states of alarms that signal.

import { useMemo } from 'preact/hooks';

import { api } from '../../api/client';
import type { Schema } from '../../api/operations';
import { Problem } from '../../api/problem';
import { Chart } from '../../charts/Chart';
import type { Level, Line } from '../../charts/line';
import { Panel } from '../../parts/Panel';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { now, span } from '../../state/time';
import { href } from '../../state/url';
import { bandsOf, within, type AlarmPast } from '../alarms/past';
import { leavesOf } from '../alarms/rule';
import { StateChip, type AlarmView } from '../alarms/states';
import type { Group, Member, Policy, Rule } from '../scaling/groups';

const HEIGHT = 150;
/** The server names at most so many alarms at once. */
const ALARMS_MAX = 1000;
/** More charts than that are not looked at, and each costs a question. */
const CHARTS_MAX = 6;
/** A search that names more would be too long to be asked. */
const MEMBERS_MAX = 200;

type Target = Extract<Rule, { type: 'target' }>;
type Targeting = Policy & { rule: Target };

const isTarget = (policy: Policy): policy is Targeting => policy.rule.type === 'target';

export function Watched(props: { group: Group; policies: readonly Policy[]; members: readonly Member[] }) {
  const { group, policies, members } = props;
  const targets = policies.filter(isTarget);
  const signalled = new Map(policies.flatMap((each) => (each.alarm_action ? [[each.alarm_action, each.name]] : [])));
  const alarms = useAlarms(group, [...signalled.keys()]);
  if (!targets.length && !alarms.length) return null;
  return (
    <div class="chart-groups">
      {targets.slice(0, CHARTS_MAX).map((each) => (
        <TargetPanel key={each.id} policy={each} members={members} />
      ))}
      {alarms.slice(0, CHARTS_MAX).map((each) => (
        <AlarmPanel key={each.id} alarm={each} signals={signalsOf(each, signalled)} />
      ))}
    </div>
  );
}

/** The mean that a target is about, beside what it is to be. */
function TargetPanel({ policy, members }: { policy: Targeting; members: readonly Member[] }) {
  const { metric, method, granularity, target } = policy.rule;
  const names = policy.rule.query ? [] : members.slice(0, MEMBERS_MAX).map((each) => each.resource_id);
  const range = span.value;
  const asks = policy.rule.query === '' && names.length > 0;
  const load = useLoad(
    ['target', policy.id, policy.rule, names, range, project.value],
    async (signal) => {
      const operations = `(aggregate mean (metric ${metric} ${method}))`;
      const asked = { start: range.start_ms / 1000, stop: range.stop_ms / 1000, granularity_s: granularity };
      const body = { operations, search: searchOf(names), resource_type: policy.rule.resource_type, ...asked };
      try {
        return await api.post('/v1/query', { body, signal });
      } catch (error) {
        // Nobody has measured it of a member so far.
        if (error instanceof Problem && error.status === 404) return NONE;
        throw error;
      }
    },
    { when: asks },
  );
  const data = load.data.value;
  const unit = data?.series[0]?.unit ?? null;
  const lines = useMemo(
    (): Line[] =>
      (data?.series ?? []).map(({ times_ms, values }) => ({
        key: 'mean',
        label: `mean of ${metric}`,
        unit,
        times_ms,
        values,
      })),
    [data],
  );
  const levels = useMemo((): Level[] => [{ value: target, unit, label: `target ${target}` }], [target, unit]);
  const title = `${metric} of its members`;
  if (!asks) return null;
  return (
    <Panel title={title} note={`target ${target}, by policy ${policy.name}`} load={load} height={HEIGHT + 60}>
      {({ series, granularity_s, notes }) =>
        series.length ? (
          <>
            <Chart
              name={title}
              lines={lines}
              levels={levels}
              height={HEIGHT}
              gap_ms={1500 * (granularity_s ?? granularity)}
            />
            {notes.map((each) => (
              <p key={each} class="muted">
                {each}
              </p>
            ))}
          </>
        ) : (
          <p class="muted">
            None of the members has a metric {metric}: resources of their names are looked for, such as {names[0]}.
          </p>
        )
      }
    </Panel>
  );
}

const NONE: Pick<Schema<'QueryAnswer'>, 'series' | 'granularity_s' | 'notes'> = {
  series: [],
  granularity_s: null,
  notes: [],
};

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Filter text for the resources that members are measured as: they are known by names, or by ids. */
export function searchOf(names: readonly string[]): string {
  // Filter text has no escapes; a name with marks of both kinds cannot be written.
  const quoted = (text: string): string => (text.includes('"') ? `'${text}'` : `"${text}"`);
  const listed = (some: readonly string[]): string => some.map(quoted).join(', ');
  const writable = names.filter((each) => !(each.includes('"') && each.includes("'")));
  const ids = writable.filter((each) => UUID.test(each));
  const called = `original_resource_id in [${listed(writable)}]`;
  return ids.length ? `${called} or id in [${listed(ids)}]` : called;
}

/** The states of an alarm, and what its rule saw. */
function AlarmPanel({ alarm, signals }: { alarm: AlarmView; signals: string }) {
  const leaves = useMemo(() => leavesOf(alarm.type, alarm.rule), [alarm.type, JSON.stringify(alarm.rule)]);
  const range = within(span.value, leaves, now.value);
  const { id, since_ms, changed_ms } = alarm;
  const load = useLoad(['past of alarm', id, range, since_ms, changed_ms, project.value], (signal) => {
    const query = { start: range.start_ms / 1000, stop: range.stop_ms / 1000 };
    return api.get('/v1/alarms/{id}/past', { path: { id }, query, signal });
  });
  return (
    <Panel
      title={<a href={href(`/alarms/${encodeURIComponent(id)}`)}>{alarm.name}</a>}
      note={
        <>
          <StateChip state={alarm.state} /> {signals}
        </>
      }
      load={load}
      height={HEIGHT + 60}
    >
      {(past) => <Past name={alarm.name} past={past} />}
    </Panel>
  );
}

function Past({ name, past }: { name: string; past: AlarmPast }) {
  const range = span.value;
  const bands = useMemo(() => bandsOf(past, range, now.peek()), [past, range.start_ms, range.stop_ms]);
  const lines = useMemo(
    (): Line[] =>
      past.series.map(({ times_ms, values }, at) => ({
        key: String(at),
        label: past.series.length > 1 ? `rule ${at + 1}` : 'what it sees',
        unit: null,
        times_ms,
        values,
      })),
    [past],
  );
  const levels = useMemo(
    (): Level[] =>
      past.series.flatMap(({ threshold }) =>
        threshold === null ? [] : [{ value: threshold, unit: null, label: `threshold ${threshold}` }],
      ),
    [past],
  );
  return <Chart name={`Alarm ${name}`} lines={lines} levels={levels} bands={bands} height={HEIGHT} />;
}

/** The alarms among whose actions are signals to some policies. */
function useAlarms(group: Group, actions: readonly string[]): readonly AlarmView[] {
  const load = useLoad(
    ['alarms of group', group.id, actions, project.value],
    async (signal) => {
      const { alarms } = await api.get('/v1/alarms', { query: { limit: ALARMS_MAX }, signal });
      return alarms.filter((each) => actionsOf(each).some((action) => actions.includes(action)));
    },
    { when: actions.length > 0 },
  );
  return (actions.length && load.data.value) || NO_ALARMS;
}

const NO_ALARMS: readonly AlarmView[] = [];

const actionsOf = ({ ok_actions, alarm_actions, insufficient_data_actions }: AlarmView): string[] => [
  ...alarm_actions,
  ...ok_actions,
  ...insufficient_data_actions,
];

function signalsOf(alarm: AlarmView, signalled: ReadonlyMap<string, string>): string {
  const names = new Set(actionsOf(alarm).flatMap((action) => signalled.get(action) ?? []));
  return `signals ${[...names].join(', ')}`;
}

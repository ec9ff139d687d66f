// SPDX-License-Identifier: Apache-2.0
// Every page of the application and an address at which there is something to see on it.

import { type APIRequestContext, expect } from '@playwright/test';

import { PAGES, type Page } from '../src/pages';
import { receiving } from './receiver';

/** Pages whose paths have parameters, or which show nothing by themselves: what to ask for, by path. */
const ADDRESSES: Record<string, (api: APIRequestContext) => Promise<string>> = {
  '/resources/:id': async (api) => `/resources/${(await anInstance(api)).id}?from=now-24h&to=now`,
  '/events': async (api) => {
    await someEvents(api);
    return '/events?from=now-24h&to=now';
  },
  '/alarms': async (api) => {
    await someAlarms(api);
    return '/alarms?from=now-6h&to=now';
  },
  '/alarms/new': async (api) => `/alarms/new?from=now-6h&to=now&draft=${await aDraft(api)}`,
  '/alarms/:id': async (api) => `/alarms/${(await someAlarms(api)).busy}?from=now-6h&to=now`,
  '/alarms/:id/edit': async (api) => `/alarms/${(await someAlarms(api)).either}/edit?from=now-6h&to=now`,
  '/silences': async (api) => {
    await someSilences(api);
    return '/silences';
  },
  '/routing': async (api) => `/routing?of=${await someRoutes(api)}`,
  '/scaling': async (api) => {
    await someGroups(api);
    return '/scaling';
  },
  '/scaling/:id': async (api) => `/scaling/${(await someGroups(api)).id}`,
  '/scaling/:id/edit': async (api) => `/scaling/${(await someGroups(api)).id}/edit`,
  '/agents': async (api) => {
    await anAgent(api);
    return '/agents';
  },
  '/agents/:name': async (api) => `/agents/${encodeURIComponent(await anAgent(api))}`,
  '/explore': async (api) => `/explore?metric=${await aMetric(api, 'cpu_util')}&from=now-24h&to=now`,
};

/** Pages that show one thing at a time: the names of all but the first of their tabs. */
const TABS: Record<string, readonly string[]> = {
  '/resources/:id': ['attributes', 'data', 'journey'],
  '/settings': ['tokens', 'policies', 'projects', 'users', 'audit'],
};

export interface View {
  /** A file's name and a test's. */
  name: string;
  page: Page;
  tab: string;
}

/** All pages that need a login, from the list that the application itself has, and all their tabs. */
export const SHOWN: readonly View[] = PAGES.filter((page) => !page.open).flatMap((page) => {
  const name = page.path.slice(1).replaceAll('/', '-').replaceAll(':', '');
  const tabs = ['', ...(TABS[page.path] ?? [])];
  return tabs.map((tab) => ({ name: tab ? `${name}-${tab}` : name, page, tab }));
});

/** Where to look at a view. */
export async function addressOf({ page, tab }: View, api: APIRequestContext): Promise<string> {
  const known = ADDRESSES[page.path];
  if (!known && page.path.includes(':')) throw new Error(`places.ts does not know where to see ${page.path}`);
  const address = known ? await known(api) : page.path;
  return tab ? `${address}${address.includes('?') ? '&' : '?'}tab=${tab}` : address;
}

export interface Found {
  id: string;
  /** What people call it. */
  name: string;
  project_id: string;
}

interface Listed {
  id: string;
  project_id: string;
  attributes: { display_name: string };
}

/** An instance that is measured now; of one project, if that is asked for. */
export async function anInstance(api: APIRequestContext, project = ''): Promise<Found> {
  const answer = await api.get('/api/v1/resources', {
    params: { type: 'instance', project, ended: false, limit: 1 },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  const [found] = ((await answer.json()) as { resources: Listed[] }).resources;
  expect(found, 'there is no instance').toBeDefined();
  return { id: found!.id, name: found!.attributes.display_name, project_id: found!.project_id };
}

const KINDS = ['compute.instance.create', 'compute.instance.reboot', 'volume.attach', 'network.create'];
const HOUR_MS = 3_600_000;

/** Have an instance lead an eventful life over the last day, and give it; another call adds nothing to it. */
export async function someEvents(api: APIRequestContext): Promise<Found> {
  const instance = await anInstance(api);
  const last = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const events = Array.from({ length: 48 }, (_, n) => {
    const started_ms = last - (n / 2) * HOUR_MS;
    const trait = (name: string, value: string | number, type = 'text') => ({ name, type, value });
    return {
      id: `${instance.id}/${started_ms}`,
      type: `${KINDS[n % KINDS.length]}.${n % 3 ? 'end' : 'start'}`,
      generated_ns: 1e6 * started_ms,
      traits: [
        trait('project_id', instance.project_id),
        trait('instance_id', instance.id),
        trait('display_name', instance.name),
        trait('state', n % 2 ? 'active' : 'building'),
        trait('memory_mb', 2048, 'integer'),
        trait('launched_at', 1e6 * started_ms, 'datetime'),
      ],
      raw: { event_type: KINDS[n % KINDS.length], payload: { number: n, instance_id: instance.id } },
    };
  });
  const { csrf } = (await (await api.get('/api/v1/session')).json()) as { csrf: string };
  const answer = await api.post('/api/v1/events', { data: { events }, headers: { 'X-CSRF-Token': csrf } });
  expect(answer.status(), await answer.text()).toBe(202);
  return instance;
}

const THRESHOLD = 'gnocchi_resources_threshold';
const GONE = 'http://127.0.0.1:9/nobody';

/** What a rule says of the load of an instance, by the hour: the cloud's data may end a while ago. */
function load({ id }: Found, threshold: number, given: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    metric: 'cpu_util',
    resource_id: id,
    resource_type: 'instance',
    aggregation_method: 'mean',
    comparison_operator: 'gt',
    threshold,
    evaluation_periods: 1,
    granularity: 3600,
    ...given,
  };
}

/** The ids of alarms of an instance's project, one in each state and more; those that are there are not made again. */
export async function someAlarms(api: APIRequestContext) {
  const instance = await anInstance(api);
  const parts = [load(instance, 0), load(instance, 99)].map((rule) => ({ type: THRESHOLD, ...rule }));
  const tells = { alarm_actions: [GONE], severity: 'critical' };
  const { project_id, name } = instance;
  const made = (about: string, type: string, rule: Record<string, unknown>, more = {}): Promise<string> =>
    anAlarm(api, project_id, { name: `${about}: ${name}`, type, [`${type}_rule`]: rule, ...more });
  return {
    instance,
    busy: await made('busy', THRESHOLD, load(instance, 0), tells),
    quiet: await made('quiet', THRESHOLD, load(instance, 1000)),
    either: await made('either', 'composite', { or: parts }),
    wrong: await made('wrong', THRESHOLD, load(instance, 50, { granularity: 7 })),
    failing: await made('failing', 'event', { event_type: 'compute.instance.*.error' }),
  };
}

/** A request of an instance's project, with what a change needs. */
async function asked(api: APIRequestContext, method: string, address: string, project: string, data: object) {
  const { csrf } = (await (await api.get('/api/v1/session')).json()) as { csrf: string };
  const headers = { 'X-CSRF-Token': csrf, 'Nephoscope-Project': project };
  const answer = await api.fetch(`/api/v1${address}`, { method, data, headers });
  expect(answer.ok(), `${method} ${address}: ${await answer.text()}`).toBe(true);
  return (await answer.json()) as Record<string, unknown>;
}

const is = (label: string, value: string, op = '=') => ({ label, op, value });

const WORK = 'disks are being changed, ask Mia';

/** A silence in force and one to come, in an instance's project; those that are there are not made again. */
export async function someSilences(api: APIRequestContext): Promise<void> {
  const { project_id } = await anInstance(api);
  const there = await asked(api, 'GET', '/silences?state=active', project_id, {});
  if ((there['silences'] as { comment: string }[]).some((each) => each.comment === WORK)) return;
  const make = (data: object) => asked(api, 'POST', '/silences', project_id, data);
  const matchers = [is('name', 'failing: .*', '=~'), is('severity', 'low')];
  await make({ matchers, until: '+4 hours', comment: WORK });
  await make({
    matchers: [is('severity', 'low')],
    from: '+5 hours',
    until: '+9 hours',
    comment: 'a night of upgrades',
  });
}

/** The project of an instance, with contact points, routes, a timing and an inhibition. */
export async function someRoutes(api: APIRequestContext): Promise<string> {
  const { project_id } = await anInstance(api);
  const { revision } = await asked(api, 'GET', '/routing', project_id, {});
  if (revision) return project_id;
  for (const [name, target] of [
    ['pager', 'http://127.0.0.1:9/page'],
    ['mail to the team', 'http://127.0.0.1:9/mail'],
  ]) {
    await asked(api, 'POST', '/contact-points', project_id, { name, targets: [target] });
  }
  const nights = [{ start_time: '22:00', end_time: '24:00' }];
  await asked(api, 'PUT', '/routing', project_id, {
    revision,
    routes: [
      {
        matchers: [is('severity', 'critical')],
        contact_point: 'pager',
        group_by: ['name'],
        routes: [{ matchers: [is('type', 'event')], contact_point: 'mail to the team', group_wait_s: 60 }],
      },
      { contact_point: 'mail to the team', mute_timings: ['nights'], repeat_interval_s: 86_400 },
    ],
    mute_timings: [
      { name: 'nights', intervals: [{ times: nights, weekdays: ['monday:friday'], location: 'Europe/Ljubljana' }] },
    ],
    inhibitions: [
      { name: 'switch', source: [is('name', 'switch is down')], target: [is('severity', 'low')], equal: ['rack'] },
    ],
  });
  return project_id;
}

/** Wait until a scaling group has so many members, and nothing changes it. */
export async function sized(api: APIRequestContext, id: string, size: number): Promise<void> {
  const now = async (): Promise<unknown> => {
    const { group } = (await (await api.get(`/api/v1/scaling/groups/${id}`)).json()) as { group: object };
    const { size, busy } = group as { size: number; busy: boolean };
    return busy ? 'busy' : size;
  };
  await expect.poll(now, { timeout: 60_000 }).toBe(size);
}

let grown: Promise<Found> | null = null;

/**
 * A group that grew, was refused more, and is watched, of a project with all kinds of users; and one that is lost.
 *
 * Its receiver ends with this process, so another one makes its own.
 */
export function someGroups(api: APIRequestContext): Promise<Found> {
  return (grown ??= aGrownGroup(api));
}

async function aGrownGroup(api: APIRequestContext): Promise<Found> {
  const { id: instance, project_id } = await anInstance(api, 'web-shop');
  const name = `web-${process.pid}`;
  const call = (method: string, address: string, data: object = {}) =>
    asked(api, method, `/scaling${address}`, project_id, data);
  const common = { actuator: 'webhook', min_size: 0, max_size: 8 };
  const { groups } = (await (await api.get('/api/v1/scaling/groups')).json()) as { groups: Found[] };
  if (!groups.some((each) => each.name === 'lost')) {
    await call('POST', '/groups', { ...common, name: 'lost', min_size: 1, options: { url: GONE } });
  }
  const options = { url: await receiving(instance) };
  const made = await call('POST', '/groups', { ...common, name, desired: 2, options });
  const { id } = made['group'] as Found;
  const policy = (called: string, rule: object, enabled = true) =>
    call('POST', `/groups/${id}/policies`, { name: called, rule, enabled });
  const by = { type: 'adjustment', adjustment_type: 'change_in_capacity' };
  const up = await policy('up', { ...by, scaling_adjustment: 1 });
  const rush = { ...by, adjustment_type: 'percent_change_in_capacity', scaling_adjustment: 50 };
  const { id: rushing } = await policy('rush', rush);
  // Switched off, or it would change the group while it is looked at.
  await policy('busy', { type: 'target', metric: 'cpu_util', target: 60, granularity: 300 }, false);
  await policy('morning', { type: 'schedule', cron: '0 7 * * 1-5', timezone: 'Europe/Ljubljana', desired: 4 });
  const rule = load({ id: instance, name: '', project_id }, 1000);
  const definition = { name: `${name} is busy`, type: THRESHOLD, alarm_actions: [String(up['alarm_action'])] };
  await anAlarm(api, project_id, { ...definition, [`${THRESHOLD}_rule`]: rule });
  await sized(api, id, 2);
  await call('PATCH', `/groups/${id}`, { cooldown_s: 3600 });
  await call('POST', `/policies/${String(rushing)}/signal`);
  await sized(api, id, 3);
  await call('POST', `/policies/${String(up['id'])}/signal`);
  return { id, name, project_id };
}

/** The id of an alarm of a project, made unless there is one of its name. */
async function anAlarm(
  api: APIRequestContext,
  project_id: string,
  definition: { name: string; [field: string]: unknown },
): Promise<string> {
  const there = await api.get('/api/v1/alarms', { params: { match: definition.name } });
  const [known] = ((await there.json()) as { alarms: { id: string }[] }).alarms;
  if (known) return known.id;
  const { csrf } = (await (await api.get('/api/v1/session')).json()) as { csrf: string };
  const headers = { 'X-CSRF-Token': csrf, 'Nephoscope-Project': project_id };
  const answer = await api.post('/aodh/v2/alarms', { data: definition, headers });
  expect(answer.status(), await answer.text()).toBe(201);
  return ((await answer.json()) as { alarm_id: string }).alarm_id;
}

/** A draft of an alarm about an instance, as the address has it. */
async function aDraft(api: APIRequestContext): Promise<string> {
  const { id, project_id } = await anInstance(api);
  const draft = { name: 'new', metric: 'cpu_util', resource_id: id, threshold: '20', project: project_id };
  return encodeURIComponent(JSON.stringify(draft));
}

/** The name of an agent that has just reported, with one publisher that takes nothing; twice, so that it has rates. */
export async function anAgent(api: APIRequestContext): Promise<string> {
  const { csrf } = (await (await api.get('/api/v1/session')).json()) as { csrf: string };
  for (const [turn, counted] of [1000, 1600].entries()) {
    const data = { ...AGENT, started_ns: 1e6 * STARTED_MS, time_ns: 1e6 * Date.now(), ...countedTo(counted) };
    const answer = await api.post('/api/v1/agents', { data, headers: { 'X-CSRF-Token': csrf } });
    expect(answer.status(), await answer.text()).toBe(200);
    if (!turn) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return AGENT.name;
}

const STARTED_MS = Date.now() - HOUR_MS;
const QUEUES = ['notifications.info', 'notifications.error', 'notifications.sample'];
const AGENT = {
  name: 'rack 7/compute-01',
  version: '1.0',
  interval_s: 10,
  sources: [
    { name: 'instances', interval_s: 60, meters: ['cpu', 'memory.*', 'disk.device.*'], families: ['libvirt'] },
    { name: 'switches', interval_s: 300, meters: ['hardware.*'], families: ['snmp'] },
  ],
  shared: { group: 'central', held: 22, slots: 64 },
};

/** What it says once everything has been counted so far. */
function countedTo(counted: number): Record<string, unknown> {
  const last = { ended_ns: 1e6 * Date.now(), seconds: 0.42, late_s: 0, samples: 120 };
  const away = { away: true, waiting: 131, waiting_bytes: 2_400_000, trouble: 'connection refused' };
  return {
    tasks: [
      { name: '60s', interval_s: 60, shared: false, cycles: counted, samples: counted, families: ['libvirt'], last },
      { name: '300s shared', interval_s: 300, shared: true, families: ['snmp'] },
    ],
    families: [{ name: 'libvirt' }, { name: 'snmp', errors: counted / 100 }],
    brokers: [{ address: 'rabbit-1.example:5672', connected: true, queues: QUEUES, received: 2 * counted }],
    pipelines: [
      {
        takes: 'meters',
        sources: [
          { name: 'everything', takes: ['*'], sinks: ['store', 'archive'], taken: 3 * counted },
          { name: 'cpu', takes: ['cpu'], sinks: ['cpu_util'], taken: counted },
          { name: 'images', takes: ['image.*'], sinks: ['hourly_image_traffic'] },
        ],
        sinks: [
          { name: 'store', entered: 3 * counted, outlets: [0] },
          { name: 'cpu_util', entered: counted, steps: [{ name: 'rate_of_change', out: counted }], outlets: [0] },
          { name: 'archive', entered: 3 * counted, outlets: [1] },
          {
            name: 'hourly_image_traffic',
            steps: [{ name: 'unit_conversion' }, { name: 'aggregator' }],
            outlets: [0],
          },
        ],
      },
      {
        takes: 'events',
        sources: [{ name: 'everything', takes: ['*'], sinks: ['store'], taken: counted }],
        sinks: [{ name: 'store', entered: counted, outlets: [0] }],
      },
    ],
    outlets: [
      { name: 'nephoscope://', sent: 4 * counted },
      { name: 'udp://collector.example:4952', ...away, trouble_ns: 1e6 * Date.now() },
      { name: 'dead letters', sent: 3 },
    ],
    drops: [{ station: 'notifications', cause: 'poison', records: 3 }],
  };
}

/** Ids of metrics of that name. */
export async function someMetrics(api: APIRequestContext, name: string, count: number): Promise<string[]> {
  const answer = await api.get('/api/v1/metrics', { params: { match: name, limit: count } });
  expect(answer.status(), await answer.text()).toBe(200);
  const found = (await answer.json()) as { id: string }[];
  expect(found.length, `metrics called ${name}`).toBe(count);
  return found.map((each) => each.id);
}

/** The id of a metric of that name. */
export async function aMetric(api: APIRequestContext, name: string): Promise<string> {
  return (await someMetrics(api, name, 1))[0]!;
}

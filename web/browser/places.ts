// SPDX-License-Identifier: Apache-2.0
// Every page of the application and an address at which there is something to see on it.

import { type APIRequestContext, expect } from '@playwright/test';

import { PAGES, type Page } from '../src/pages';

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

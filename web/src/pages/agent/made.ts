// SPDX-License-Identifier: Apache-2.0
// Made-up agents for tests.

import type { AgentBrief } from '../agents/State';
import type { AgentDetail, Broker, Flow, Outlet, Sink, Source, Task } from './layout';

export const NOON = Date.UTC(2026, 0, 1, 12);

export function flow(per_s: number | null, total = 1000): Flow {
  return { total, per_s };
}

export function brief(given: Partial<AgentBrief> = {}): AgentBrief {
  return {
    name: 'compute-1',
    project_id: 'p',
    version: '1.2',
    started_ms: NOON - 3_600_000,
    seen_ms: NOON,
    every_s: 10,
    state: 'ok',
    troubles: [],
    ...given,
  };
}

export function task(given: Partial<Task> = {}): Task {
  return {
    name: '60s',
    interval_s: 60,
    shared: false,
    cycles: 3,
    overruns: 0,
    samples: flow(0.5),
    last: { ended_ms: NOON, seconds: 0.25, late_s: 0, samples: 30 },
    in_trouble: false,
    ...given,
  };
}

export function broker(given: Partial<Broker> = {}): Broker {
  return {
    address: 'broker:5672',
    connected: true,
    queues: ['notifications.info'],
    received: flow(4),
    acknowledged: flow(4),
    redelivered: 0,
    reconnects: 0,
    ...given,
  };
}

export function source(name: string, sinks: string[], per_s: number | null = 5): Source {
  return { name, takes: ['*'], sinks, taken: flow(per_s) };
}

export function sink(name: string, outlets: number[], steps: string[] = [], per_s: number | null = 5): Sink {
  return { name, entered: flow(per_s), steps: steps.map((each) => ({ name: each, out: flow(per_s) })), outlets };
}

export function outlet(name: string, given: Partial<Outlet> = {}): Outlet {
  return {
    name,
    away: false,
    waiting: 0,
    waiting_bytes: 0,
    sent: flow(5),
    refused: flow(0, 0),
    lost: flow(0, 0),
    trouble: '',
    trouble_ms: null,
    in_trouble: false,
    ...given,
  };
}

/** Polls and listens; samples go by two sinks to the server and to a collector, events to the server. */
export function detail(given: Partial<AgentDetail> = {}): AgentDetail {
  return {
    agent: brief(),
    window_s: 60,
    sources: [{ name: 'vms', interval_s: 60, meters: ['cpu'], families: ['libvirt'] }],
    tasks: [task()],
    families: [{ name: 'libvirt', errors: 0, timeouts: 0, overruns: 0, in_trouble: false }],
    shared: null,
    brokers: [broker()],
    pipelines: [
      {
        takes: 'meters',
        sources: [source('all', ['store', 'rates']), source('idle', ['rates'], 0)],
        sinks: [sink('store', [0, 1]), sink('rates', [0], ['rate_of_change', 'filter'])],
      },
      { takes: 'events', sources: [source('all', ['store'])], sinks: [sink('store', [0])] },
    ],
    outlets: [outlet('nephoscope://'), outlet('udp://collector:4952'), outlet('dead letters')],
    drops: [],
    ...given,
  };
}

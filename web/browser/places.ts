// SPDX-License-Identifier: Apache-2.0
// Every page of the application and an address at which there is something to see on it.

import { type APIRequestContext, expect } from '@playwright/test';

import { PAGES, type Page } from '../src/pages';

/** Pages whose paths have parameters, or which show nothing by themselves: what to ask for, by path. */
const ADDRESSES: Record<string, (api: APIRequestContext) => Promise<string>> = {
  '/resources/:id': async (api) => `/resources/${(await anInstance(api)).id}?from=now-24h&to=now`,
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

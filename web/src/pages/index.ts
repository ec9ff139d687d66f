// SPDX-License-Identifier: Apache-2.0
// Every page, one row each; README.md says how to add one.

import type { ComponentType } from 'preact';

import type { IconName } from '../parts/Icon';

export interface PageProps {
  /** What stood at the `:names` of the path. */
  params: Record<string, string>;
}

export interface Page {
  /** `/resources/:id`; `:name` stands for one part of a path. */
  path: string;
  title: string;
  load: () => Promise<{ default: ComponentType<PageProps> }>;
  /** An entry in the navigation; `key` goes there after `g`. */
  nav?: { icon: IconName; key: string };
  /** Whether the page's time range matters to it (default true). */
  timed?: boolean;
  /** Whether it can be seen without being signed in (default false). */
  open?: boolean;
}

export const PAGES: readonly Page[] = [
  {
    path: '/overview',
    title: 'Overview',
    load: () => import('./overview/Overview'),
    nav: { icon: 'overview', key: 'o' },
  },
  {
    path: '/resources',
    title: 'Resources',
    load: () => import('./resources/Resources'),
    nav: { icon: 'resources', key: 'r' },
  },
  { path: '/resources/:id', title: 'Resource', load: () => import('./resource/ResourcePage') },
  { path: '/explore', title: 'Explore', load: () => import('./explore/Explore'), nav: { icon: 'explore', key: 'e' } },
  { path: '/events', title: 'Events', load: () => import('./events/Events'), nav: { icon: 'events', key: 'v' } },
  { path: '/alarms', title: 'Alarms', load: () => import('./alarms/Alarms'), nav: { icon: 'alarms', key: 'l' } },
  { path: '/alarms/new', title: 'New alarm', load: () => import('./alarm-edit/Editor') },
  { path: '/alarms/:id', title: 'Alarm', load: () => import('./alarm/AlarmPage') },
  { path: '/alarms/:id/edit', title: 'Edit alarm', load: () => import('./alarm-edit/Editor') },
  {
    path: '/silences',
    title: 'Silences',
    load: () => import('./silences/Silences'),
    nav: { icon: 'mute', key: 'i' },
    timed: false,
  },
  {
    path: '/routing',
    title: 'Routing',
    load: () => import('./routing/Routing'),
    nav: { icon: 'route', key: 't' },
    timed: false,
  },
  {
    path: '/scaling',
    title: 'Scaling',
    load: () => import('./scaling/Scaling'),
    nav: { icon: 'scaling', key: 'c' },
  },
  { path: '/scaling/new', title: 'New group', load: () => import('./scaling-group/Editor'), timed: false },
  { path: '/scaling/:id', title: 'Scaling group', load: () => import('./scaling-group/GroupPage') },
  { path: '/scaling/:id/edit', title: 'Edit group', load: () => import('./scaling-group/Editor'), timed: false },
  {
    path: '/agents',
    title: 'Agents',
    load: () => import('./agents/Agents'),
    nav: { icon: 'agents', key: 'a' },
    timed: false,
  },
  { path: '/agents/:name', title: 'Agent', load: () => import('./agent/AgentPage'), timed: false },
  { path: '/sql', title: 'SQL', load: () => import('./sql/Sql'), nav: { icon: 'sql', key: 'q' } },
  { path: '/status', title: 'Status', load: () => import('./status/Status'), nav: { icon: 'status', key: 's' } },
  {
    path: '/settings',
    title: 'Settings',
    load: () => import('./settings/Settings'),
    nav: { icon: 'settings', key: ',' },
  },
  { path: '/login', title: 'Sign in', load: () => import('./login/Login'), timed: false, open: true },
];

/** Where `/` leads. */
export const HOME = '/overview';

/** The page at a path and its parameters, or null. */
export function pageAt(path: string): { page: Page; params: Record<string, string> } | null {
  for (const page of PAGES) {
    const params = match(page.path, path);
    if (params) return { page, params };
  }
  return null;
}

function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.replace(/\/+$/, '').split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decoded(given[index]!);
    else if (part !== given[index]) return null;
  }
  return params;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

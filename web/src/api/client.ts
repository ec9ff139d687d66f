// SPDX-License-Identifier: Apache-2.0
// The one way to the server: typed by the OpenAPI document, with the session's cookie, CSRF value and project.

import { signal } from '@preact/signals';

import type { Address, Answer, Body, Method, Query } from './operations';
import { Problem, problemOf, type Asked } from './problem';

export interface Arguments<A extends string, M extends Method> {
  /** Values for the `{…}` in the address. */
  path?: Record<string, string>;
  query?: Partial<Query<A, M>>;
  body?: Body<A, M>;
  signal?: AbortSignal | undefined;
  /** The project to work in, where it is not the page's. */
  project?: string | undefined;
}

/** What the session gives to every request; `src/state/session.ts` keeps it up to date. */
export const credentials = {
  csrf: '',
  /** The project chosen, `*` for all that one may see, '' for the default one. */
  project: (): string => '',
  /** Called when the server does not know the caller any more. */
  onUnauthenticated: (_: Problem): void => {},
};

/** Whether the server answered last time; the shell shows a banner while it does not. */
export const reachable = signal(true);

const RETRIES = 2;
const RETRY_S_MAX = 5;
const SAFE = new Set<Method>(['get']);

export const api = {
  get: <A extends Address<'get'>>(address: A, given: Arguments<A, 'get'> = {}): Promise<Answer<A, 'get'>> =>
    ask('get', address, given),
  post: <A extends Address<'post'>>(address: A, given: Arguments<A, 'post'> = {}): Promise<Answer<A, 'post'>> =>
    ask('post', address, given),
  put: <A extends Address<'put'>>(address: A, given: Arguments<A, 'put'> = {}): Promise<Answer<A, 'put'>> =>
    ask('put', address, given),
  patch: <A extends Address<'patch'>>(address: A, given: Arguments<A, 'patch'> = {}): Promise<Answer<A, 'patch'>> =>
    ask('patch', address, given),
  delete: <A extends Address<'delete'>>(
    address: A,
    given: Arguments<A, 'delete'> = {},
  ): Promise<Answer<A, 'delete'>> => ask('delete', address, given),
};

/** The address of an operation with its arguments, for links and downloads. */
export function urlOf<A extends Address<'get'>>(
  address: A,
  given: Pick<Arguments<A, 'get'>, 'path' | 'query'> = {},
): string {
  return written(address, given.path, given.query as Record<string, unknown> | undefined);
}

/** The answer itself, for downloads: nothing of it is read. */
export async function fetchRaw(method: Method, url: string, signal?: AbortSignal): Promise<Response> {
  return send(method, { method: method.toUpperCase(), url }, { signal });
}

export interface Given {
  body?: unknown;
  signal?: AbortSignal | undefined;
  project?: string | undefined;
}

/** Ask an address that is not among the typed operations, such as one of another dialect. */
export async function request<T>(method: Method, url: string, given: Given = {}): Promise<T> {
  const asked: Asked = { method: method.toUpperCase(), url };
  if (given.body !== undefined) asked.body = given.body;
  const response = await send(method, asked, given);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

async function ask<A extends string, M extends Method>(
  method: M,
  address: A,
  given: Arguments<A, M>,
): Promise<Answer<A, M>> {
  const url = written(address, given.path, given.query as Record<string, unknown> | undefined);
  return request<Answer<A, M>>(method, url, given);
}

/** Ask, and ask again where that can do no harm: a GET that met a busy server. */
async function send(method: Method, asked: Asked, given: Omit<Given, 'body'>): Promise<Response> {
  for (let tries = 0; ; tries++) {
    const response = await once(asked, given);
    if (response.ok) return response;
    const problem = await problemOf(response, asked);
    if (problem.status === 401) credentials.onUnauthenticated(problem);
    const wait = problem.retryAfterS ?? 2 ** tries * 0.5;
    if (!SAFE.has(method) || problem.status !== 503 || tries >= RETRIES || wait > RETRY_S_MAX) throw problem;
    await pause(wait * 1000, given.signal);
  }
}

async function once(asked: Asked, { signal, project: wanted }: Omit<Given, 'body'>): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json' });
  const project = wanted ?? credentials.project();
  if (project) headers.set('Nephoscope-Project', project);
  if (asked.body !== undefined) headers.set('Content-Type', 'application/json');
  if (asked.method !== 'GET' && credentials.csrf) headers.set('X-CSRF-Token', credentials.csrf);
  const request: RequestInit = { method: asked.method, headers, credentials: 'same-origin', cache: 'no-store' };
  if (asked.body !== undefined) request.body = JSON.stringify(asked.body);
  if (signal) request.signal = signal;
  try {
    const response = await fetch(asked.url, request);
    reachable.value = true;
    return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    reachable.value = false;
    throw new Problem(0, 'No answer from the server', error instanceof Error ? error.message : '', asked);
  }
}

function written(address: string, path: Record<string, string> = {}, query: Record<string, unknown> = {}): string {
  const filled = address.replace(/{(\w+)}/g, (_, name: string) => {
    const value = path[name];
    if (value === undefined) throw new Error(`${address}: no value for ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== '') search.append(name, String(each));
    }
  }
  const text = search.toString();
  return `/api${filled}${text ? `?${text}` : ''}`;
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

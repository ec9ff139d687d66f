// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { api, credentials, reachable, request, urlOf } from './client';
import { Problem } from './problem';

const sent = vi.fn<typeof fetch>();

function answer(status: number, body: unknown = null, headers: Record<string, string> = {}): Response {
  return new Response(body === null ? null : JSON.stringify(body), { status, headers });
}

function requestAt(index: number): { url: string; init: RequestInit; headers: Headers } {
  const [url, init] = sent.mock.calls[index]!;
  return { url: String(url), init: init!, headers: new Headers(init!.headers) };
}

beforeEach(() => {
  vi.stubGlobal('fetch', sent);
  sent.mockReset();
  credentials.csrf = 'c5rf';
  credentials.project = () => 'p1';
  credentials.onUnauthenticated = vi.fn();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('fills in the address and leaves out what is not given', async () => {
  sent.mockResolvedValue(answer(200, {}));
  await api.get('/v1/resources/{id}/history', { path: { id: 'a/b c' }, query: { limit: 5, marker: undefined } });
  expect(requestAt(0).url).toBe('/api/v1/resources/a%2Fb%20c/history?limit=5');
  expect(urlOf('/v1/search', { query: { q: 'web & co' } })).toBe('/api/v1/search?q=web+%26+co');
});

it('says the project, and proves itself where it changes something', async () => {
  sent.mockImplementation(async () => answer(200, {}));
  await api.get('/v1/status');
  await api.delete('/v1/tokens/{id}', { path: { id: 't' } });
  expect(requestAt(0).headers.get('Nephoscope-Project')).toBe('p1');
  expect(requestAt(0).headers.has('X-CSRF-Token')).toBe(false);
  expect(requestAt(1).headers.get('X-CSRF-Token')).toBe('c5rf');
});

it('an answer without a body is undefined', async () => {
  sent.mockResolvedValue(answer(204));
  expect(await api.delete('/v1/session')).toBeUndefined();
});

it('a refusal is a problem with everything that a panel shows', async () => {
  const body = { title: 'Bad Request', status: 400, detail: 'no such unit', cause: 'unit', field: ['body', 'unit'] };
  sent.mockResolvedValue(answer(400, body, { 'X-Request-Id': 'abc' }));
  const problem = await api.get('/v1/status').catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(Problem);
  expect(problem).toMatchObject({
    status: 400,
    detail: 'no such unit',
    reason: 'unit',
    field: ['body', 'unit'],
    requestId: 'abc',
    asked: { method: 'GET', url: '/api/v1/status' },
  });
});

it('another dialect is asked in the same way, in another project if need be', async () => {
  sent.mockResolvedValue(answer(200, 'ok'));
  expect(await request('put', '/aodh/v2/alarms/a/state', { body: 'ok', project: 'p2' })).toBe('ok');
  const { url, init, headers } = requestAt(0);
  expect([url, init.body, headers.get('Nephoscope-Project'), headers.get('X-CSRF-Token')]).toEqual([
    '/aodh/v2/alarms/a/state',
    '"ok"',
    'p2',
    'c5rf',
  ]);
});

it.each([
  [
    400,
    "Invalid input for field/attribute granularity. Value: '0'. Value should be greater or equal to 1",
    400,
    ['granularity'],
  ],
  [400, { cause: 'Resource type does not exist', reason: '', detail: 'vm' }, 400, []],
  // Who is refused an action is known all the same.
  [401, 'You are not authorized to create action: log:', 403, []],
])('a fault of Aodh is a problem of ours: %s %s', async (status, faultstring, told, field) => {
  sent.mockResolvedValue(answer(status, { error_message: { faultcode: 'Client', faultstring, debuginfo: null } }));
  const detail = typeof faultstring === 'string' ? faultstring : 'Resource type does not exist: vm';
  await expect(request('post', '/aodh/v2/alarms')).rejects.toMatchObject({ status: told, detail, field });
  expect(credentials.onUnauthenticated).not.toHaveBeenCalled();
});

it('a page of a proxy is a problem too', async () => {
  sent.mockResolvedValue(new Response('<html>', { status: 502, statusText: 'Bad Gateway' }));
  await expect(api.get('/v1/status')).rejects.toMatchObject({ status: 502, title: 'Bad Gateway' });
});

it('a busy server is asked again, but only for reading', async () => {
  vi.useFakeTimers();
  sent.mockImplementation(async () => answer(503, {}, { 'Retry-After': '1' }));
  sent
    .mockImplementationOnce(async () => answer(503, {}))
    .mockImplementationOnce(async () => answer(200, { good: 1 }));
  const read = api.get('/v1/status');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await read).toEqual({ good: 1 });
  await expect(api.delete('/v1/session')).rejects.toMatchObject({ status: 503, retryAfterS: 1 });
  expect(sent).toHaveBeenCalledTimes(3);
});

it('who is not known any more is told to sign in', async () => {
  sent.mockResolvedValue(answer(401, { title: 'Unauthorized' }));
  await expect(api.get('/v1/status')).rejects.toMatchObject({ status: 401 });
  expect(credentials.onUnauthenticated).toHaveBeenCalledOnce();
});

it('a server that does not answer is noticed, and noticed when it is back', async () => {
  sent.mockRejectedValueOnce(new TypeError('Failed to fetch')).mockResolvedValueOnce(answer(200, {}));
  await expect(api.get('/v1/status')).rejects.toMatchObject({ status: 0 });
  expect(reachable.value).toBe(false);
  await api.get('/v1/status');
  expect(reachable.value).toBe(true);
});

it('cancelling is no problem of the server', async () => {
  const stop = new AbortController();
  sent.mockImplementation(async (_, init) => {
    stop.abort();
    throw init!.signal!.reason;
  });
  await expect(api.get('/v1/status', { signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(reachable.value).toBe(true);
});

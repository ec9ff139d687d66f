// SPDX-License-Identifier: Apache-2.0

import { expect, it, vi } from 'vitest';

import { api } from '../../api/client';
import { SORTED_HERE_MAX } from './choices';
import { latestOfAll, sortedHere } from './list';
import { row, series } from './made';

const FILTERS = { type: 'instance', project: '', match: '', attributes: [], ended: false };
const SPAN = { start_ms: 0, stop_ms: 3_600_000 };
const never = new AbortController().signal;

function serve(rows: ReturnType<typeof row>[], total = rows.length) {
  const answer = async (_: string, { query }: { query: { marker?: string; limit: number } }) => {
    const from = Number(query.marker ?? 0);
    const resources = rows.slice(from, from + query.limit);
    return { resources, next: from + resources.length < rows.length ? String(from + resources.length) : null, total };
  };
  return vi.spyOn(api, 'get').mockImplementation(answer as unknown as typeof api.get);
}

it('rows are sorted by an attribute over all pages', async () => {
  const host = (at: number): string => `host-${(at * 7) % 450}`;
  const rows = Array.from({ length: 450 }, (_, at) => row(`r${at}`, { attributes: { host: host(at) } }));
  const asked = serve(rows);
  const found = await sortedHere(FILTERS, 'a.host', SPAN, never);
  expect(found.rows.slice(0, 3).map((each) => each.attributes['host'])).toEqual(['host-0', 'host-1', 'host-2']);
  expect(found.rows).toHaveLength(450);
  expect(found.next).toBeNull();
  expect(asked).toHaveBeenCalledTimes(2);
});

it('rows are sorted by the newest value of a metric, those without one last', async () => {
  serve([row('idle'), row('none'), row('busy')]);
  vi.spyOn(api, 'post').mockResolvedValue({ series: [series('idle', 'cpu', 3), series('busy', 'cpu', 90)] } as never);
  const found = await sortedHere(FILTERS, '-m.cpu', SPAN, never);
  expect(found.rows.map((each) => each.id)).toEqual(['busy', 'idle', 'none']);
});

it('too many rows are not brought here', async () => {
  const asked = serve([row('first')], SORTED_HERE_MAX + 1);
  const found = await sortedHere(FILTERS, 'name', SPAN, never);
  expect(found.unsorted).toBe(true);
  expect(asked).toHaveBeenCalledTimes(1);
});

it('the newest values of many are asked for two hundred resources at a time', async () => {
  const asked = vi.spyOn(api, 'post').mockResolvedValue({ series: [] } as never);
  await latestOfAll(
    Array.from({ length: 450 }, (_, at) => `r${at}`),
    ['cpu'],
    SPAN,
    1,
    never,
  );
  const counts = asked.mock.calls.map(([, given]) => (given as { body: { ids: string[] } }).body.ids.length);
  expect(counts).toEqual([200, 200, 50]);
});

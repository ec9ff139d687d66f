// SPDX-License-Identifier: Apache-2.0
// How long people wait. Each figure is printed; the limits are wide, as tests share the machine with others.

import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { charts, expect, painted, settled, test } from './harness';
import { anInstance, someMetrics } from './places';

const BUILT = '../src/nephoscope/web/assets';
const SCRIPT_BYTES_MAX = 150_000;
const CHART_MS = { goal: 1000, limit: 3000 };
const POINTS = { lines: 10, each: 10_000, goal: 300, limit: 900 };

function tell(what: string, found: number, goal: number, unit: string): void {
  process.stdout.write(`${what}: ${Math.round(found)} ${unit}, goal ${goal}\n`);
}

test('all scripts together are small', () => {
  const scripts = readdirSync(BUILT).filter((name) => name.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(0);
  const sizes = scripts.map((name) => gzipSync(readFileSync(`${BUILT}/${name}`)).length);
  const bytes = sizes.reduce((one, other) => one + other, 0);
  tell(`scripts, gzip, ${scripts.length} files`, bytes, SCRIPT_BYTES_MAX, 'bytes');
  expect(bytes).toBeLessThan(SCRIPT_BYTES_MAX);
});

for (const kind of ['overview', 'resource'] as const) {
  test(`the first chart of the ${kind} page is there at once`, async ({ page, api }) => {
    const address = kind === 'overview' ? '/overview' : `/resources/${(await anInstance(api)).id}`;
    await page.goto('/login');
    await settled(page);
    const began = Date.now();
    await page.goto(`${address}?from=now-6h&to=now`);
    await painted(charts(page).first());
    const waited = Date.now() - began;
    tell(`first chart of ${kind}, from navigation`, waited, CHART_MS.goal, 'ms');
    expect(waited).toBeLessThan(CHART_MS.limit);
  });
}

test('a hundred thousand points are drawn without a pause', async ({ page, api }) => {
  const metrics = await someMetrics(api, 'cpu_util', POINTS.lines);
  await page.addInitScript(() => {
    const kept = window as unknown as { longTasks: PerformanceEntry[] };
    kept.longTasks = [];
    new PerformanceObserver((list) => kept.longTasks.push(...list.getEntries())).observe({ type: 'longtask' });
  });
  const stop = Math.floor(Date.now() / 1000) * 1000;
  const step = 1000;
  await page.route('**/api/v1/series', async (route) => {
    const times = Array.from({ length: POINTS.each }, (_, at) => stop - (POINTS.each - at) * step);
    const series = metrics.map((metric, line) => ({
      metric,
      name: 'cpu_util',
      unit: '%',
      resource: { id: metric, name: `web-${line}`, label: `web-${line}`, type: 'instance' },
      rate: false,
      times_ms: times,
      values: times.map((_, at) => 50 + 40 * Math.sin(at / 300 + line) + (at % 7)),
    }));
    const rest = {
      granularity_s: 1,
      downsampled: false,
      method: 'mean',
      start_ms: times[0],
      stop_ms: stop,
      notes: [],
    };
    await route.fulfill({ json: { series, ...rest } });
  });
  const [from, to] = [stop - POINTS.each * step, stop].map((each) => new Date(each).toISOString());
  const asked = metrics.map((metric) => `metric=${metric}`).join('&');
  await page.goto(`/explore?${asked}&from=${from}&to=${to}`);
  await settled(page);
  await painted(charts(page).first());
  await page.waitForTimeout(1000);
  const { answered, tasks } = await page.evaluate(() => {
    const answers = performance.getEntriesByType('resource').filter((each) => each.name.includes('/api/v1/series'));
    const last = answers.at(-1) as PerformanceResourceTiming | undefined;
    const kept = (window as unknown as { longTasks: PerformanceEntry[] }).longTasks;
    return {
      answered: last?.responseEnd ?? 0,
      tasks: kept.map((each) => ({ start: each.startTime, duration: each.duration })),
    };
  });
  expect(answered).toBeGreaterThan(0);
  const after = tasks.filter((each) => each.start + each.duration > answered);
  const spent = after.reduce((sum, each) => sum + each.duration, 0);
  tell(`${POINTS.lines * POINTS.each} points: work in the page after the answer`, spent, POINTS.goal, 'ms');
  expect(spent).toBeLessThan(POINTS.limit);
});

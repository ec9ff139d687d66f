// SPDX-License-Identifier: Apache-2.0
// How long people wait. Each figure is printed beside its goal. As tests share the machine with others, what is judged
// is the best of a few tries, and by twice the goal.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import type { APIRequestContext, Page } from '@playwright/test';

import { PAGES } from '../src/pages';
import { charts, expect, painted, seen, settled, test } from './harness';
import { addressOf, anInstance, SHOWN, someMetrics } from './places';

const BUILT = '../src/nephoscope/web';
const SCRIPT_BYTES_MAX = 150_000;
const TRIES = 4;
const CHART_MS = 1000;
const POINTS = { lines: 10, each: 10_000 };
const DRAWN_MS = 300;
const HOVER_MS = 16;
const MOVES = 100;
/** Two of sixty a second. */
const FRAME_MS = 34;
const FRAMES = 120;

function tell(what: string, found: number, goal: number, unit: string): void {
  process.stdout.write(`${what}: ${Math.round(found)} ${unit}, goal ${goal}\n`);
}

test('the scripts that any one page loads are small', async ({ page, api }) => {
  test.slow();
  const loaded = new Set<string>();
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.js')) loaded.add(pathname);
  });
  let largest = { path: '', bytes: 0 };
  for (const { path } of PAGES) {
    const view = SHOWN.find((each) => each.page.path === path);
    const address = view ? await addressOf(view, api) : path;
    // From nothing, as whoever comes by a link.
    await page.goto('about:blank');
    loaded.clear();
    await page.goto(address);
    await settled(page);
    await seen(page);
    const bytes = [...loaded].reduce((sum, script) => sum + compressed(script), 0);
    process.stdout.write(`${path}: ${loaded.size} scripts, gzip, ${bytes} bytes\n`);
    expect(loaded.size, `scripts of ${path}`).toBeGreaterThan(0);
    expect(bytes, `scripts of ${path}`).toBeLessThan(SCRIPT_BYTES_MAX);
    if (bytes > largest.bytes) largest = { path, bytes };
  }
  tell(`scripts of the largest page, ${largest.path}`, largest.bytes, SCRIPT_BYTES_MAX, 'bytes');
});

/** What a built script takes on its way to a browser, bytes. */
const compressed = (path: string): number => gzipSync(readFileSync(BUILT + path)).length;

/** The least that is found in a few tries; no more are made once the goal is reached. */
async function best(what: string, goal: number, measure: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let attempt = 0; attempt < TRIES && least > goal; attempt++) least = Math.min(least, await measure());
  tell(what, least, goal, 'ms');
  return least;
}

for (const kind of ['overview', 'resource'] as const) {
  test(`the first chart of the ${kind} page is there at once`, async ({ page, api }) => {
    const address = kind === 'overview' ? '/overview' : `/resources/${(await anInstance(api)).id}`;
    // A server that has just begun knows no rates of itself yet.
    test.setTimeout(240_000);
    await expect(async () => {
      await page.goto(`${address}?from=now-6h&to=now`);
      await expect(charts(page).first().locator('canvas').first()).toBeVisible({ timeout: 5_000 });
    }).toPass({ timeout: 150_000 });
    const waited = await best(`first chart of ${kind}, from navigation`, CHART_MS, async () => {
      await page.goto('/login');
      await settled(page);
      const began = Date.now();
      await page.goto(`${address}?from=now-6h&to=now`);
      await painted(charts(page).first());
      return Date.now() - began;
    });
    expect(waited).toBeLessThan(2 * CHART_MS);
  });
}

test('a hundred thousand points are drawn without a pause', async ({ page, api }) => {
  await noted(page);
  const address = await manyPoints(page, api);
  const spent = await best(`${POINTS.lines * POINTS.each} points: work in the page`, DRAWN_MS, async () => {
    await page.goto(address);
    await settled(page);
    await painted(charts(page).first());
    await page.waitForTimeout(500);
    return workAfterAnswer(page);
  });
  expect(spent).toBeLessThan(2 * DRAWN_MS);
});

test('the cursor keeps up with the pointer over a hundred thousand points', async ({ page, api }) => {
  await page.goto(await manyPoints(page, api));
  await settled(page);
  await painted(charts(page).first());
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Performance.enable');
  const worked = async (): Promise<number> => {
    const { metrics } = await protocol.send('Performance.getMetrics');
    return 1000 * metrics.find((each) => each.name === 'TaskDuration')!.value;
  };
  const box = (await charts(page).first().locator('.u-over').boundingBox())!;
  const spent = await best('one step of the pointer: work in the page', HOVER_MS, async () => {
    const before = await worked();
    for (let step = 0; step < MOVES; step++) {
      await page.mouse.move(box.x + ((step + 0.5) / MOVES) * box.width, box.y + box.height / 2);
    }
    return ((await worked()) - before) / MOVES;
  });
  await expect(page.locator('.tooltip')).toBeVisible();
  expect(spent).toBeLessThan(2 * HOVER_MS);
});

for (const kind of ['list', 'resource'] as const) {
  test(`scrolling through a ${kind} keeps its pace`, async ({ page, api }) => {
    const address = kind === 'list' ? '/resources?ended=1' : `/resources/${(await anInstance(api)).id}`;
    const box = kind === 'list' ? '.resource-list .table-box' : 'html';
    const frame = await best(`scrolling through a ${kind}: a frame, 95th of 100`, FRAME_MS, async () => {
      await page.goto(address);
      await settled(page);
      return page.locator(box).evaluate(scrolled, FRAMES);
    });
    expect(frame).toBeLessThan(2 * FRAME_MS);
  });
}

/** Scroll an element by a bit a frame; what 95 of 100 frames take at most, ms. Runs in the page. */
async function scrolled(node: Element, frames: number): Promise<number> {
  const taken: number[] = [];
  let last = performance.now();
  for (let frame = 0; frame < frames; frame++) {
    node.scrollTop += 30;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    taken.push(now - last);
    last = now;
  }
  return taken.sort((one, other) => one - other)[Math.floor(frames * 0.95)]!;
}

/** Have the page note what takes long, from its start on. */
async function noted(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: PerformanceEntry[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: 'longtask' });
  });
}

/** Milliseconds of long work since the last answer with points came. */
async function workAfterAnswer(page: Page): Promise<number> {
  const { answered, tasks } = await page.evaluate(() => {
    const answers = performance.getEntriesByType('resource').filter((each) => each.name.includes('/api/v1/series'));
    const { longTasks } = window as unknown as { longTasks: PerformanceEntry[] };
    return {
      answered: (answers.at(-1) as PerformanceResourceTiming | undefined)?.responseEnd ?? 0,
      tasks: longTasks.map((each) => ({ end: each.startTime + each.duration, duration: each.duration })),
    };
  });
  expect(answered).toBeGreaterThan(0);
  return tasks.filter((each) => each.end > answered).reduce((sum, each) => sum + each.duration, 0);
}

/** Answer for the server with lines of ten thousand points; the address at which Explore draws them. */
async function manyPoints(page: Page, api: APIRequestContext): Promise<string> {
  const metrics = await someMetrics(api, 'cpu_util', POINTS.lines);
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
  return `/explore?${asked}&from=${from}&to=${to}`;
}

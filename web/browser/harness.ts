// SPDX-License-Identifier: Apache-2.0
// What every spec starts from: `import { test, expect } from './harness'`.
//
//     test.use({ who: 'owner' });
//     test('a chart can be zoomed', async ({ page }) => {
//       await page.goto('/explore');
//       await settled(page);
//       …
//
// A test begins signed in (as the operator unless it says otherwise), and fails when the page logged an error.

import { mkdirSync } from 'node:fs';

import { type APIRequestContext, type Locator, type Page, expect, test as base } from '@playwright/test';

import { violations as axeViolations } from './axe';
import { OUT, PASSWORD, USERS, type Who } from './world';

export { expect };

/** Nobody scrolls further. */
const SCREENS_MAX = 20;

interface Options {
  /** Who is signed in when the test begins. */
  who: Who;
  theme: 'light' | 'dark';
  /** Messages of the console that the test provokes, such as those of refused requests. */
  expected: RegExp | null;
}

interface Fixtures {
  /** The requests of whoever is signed in, with what a change needs. */
  api: APIRequestContext;
}

export const test = base.extend<Options & Fixtures>({
  who: ['operator', { option: true }],
  theme: ['light', { option: true }],
  expected: [null, { option: true }],
  colorScheme: async ({ theme }, use) => use(theme),
  context: async ({ context, who }, use) => {
    if (who !== 'nobody') await signIn(context.request, USERS[who], PASSWORD);
    await use(context);
  },
  api: async ({ context }, use) => use(context.request),
  page: async ({ page, expected }, use) => {
    const said: string[] = [];
    page.on('pageerror', (error) => said.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') said.push(`${message.text()} (${message.location().url})`);
    });
    await use(page);
    expect(
      said.filter((each) => !expected?.test(each)),
      'what the page logged as errors',
    ).toEqual([]);
  },
});

/** Sign in behind the page's back; the context keeps the cookie. */
export async function signIn(request: APIRequestContext, user: string, password: string): Promise<void> {
  const answer = await request.post('/api/v1/session', { data: { user, password } });
  expect(answer.status(), `${user} cannot sign in: ${await answer.text()}`).toBe(200);
}

/** Wait until everything on the page is loaded. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('#main')).not.toBeEmpty();
  await expect(page.locator('#main .skeleton, [aria-busy="true"]')).toHaveCount(0);
}

/** Have the page sum up how far things move that nobody touched: 1 is everything by a screen. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const kept = { shifts: 0 };
    Object.assign(window, { kept });
    new PerformanceObserver((list) => {
      for (const each of list.getEntries()) kept.shifts += (each as PerformanceEntry & { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** What `watchShifts` has summed up. */
export async function shifts(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { kept: { shifts: number } }).kept.shifts);
}

/** The charts of a page. */
export function charts(page: Page): Locator {
  return page.locator('[aria-roledescription="chart"]');
}

/** Wait until a chart has painted something other than one colour. */
export async function painted(chart: Locator): Promise<void> {
  const canvas = chart.locator('canvas').first();
  await expect(canvas).toBeVisible();
  const colours = (node: Element): number => {
    const { width, height } = node as HTMLCanvasElement;
    const pixels = (node as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data;
    return new Set(new Uint32Array(pixels.buffer)).size;
  };
  await expect.poll(() => canvas.evaluate(colours), { message: 'colours on the canvas' }).toBeGreaterThan(1);
}

/** Drag over a chart, from one share of its width to another. */
export async function drag(page: Page, chart: Locator, from: number, to: number): Promise<void> {
  const box = (await chart.locator('.u-over').boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + from * box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + ((from + to) / 2) * box.width, y, { steps: 3 });
  await page.mouse.move(box.x + to * box.width, y, { steps: 3 });
  await page.mouse.up();
}

/** The page-wide range as the address has it. */
export function rangeOf(page: Page): { from: string | null; to: string | null } {
  const { searchParams } = new URL(page.url());
  return { from: searchParams.get('from'), to: searchParams.get('to') };
}

/** Everything that axe finds wrong, in words. */
export async function violations(page: Page): Promise<string[]> {
  return axeViolations(page, ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
}

/** Scroll through the page, as much of it loads only when it is seen. */
export async function seen(page: Page): Promise<void> {
  const down = (): Promise<boolean> =>
    page.evaluate(() => {
      window.scrollBy(0, window.innerHeight);
      return window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 1;
    });
  for (let screens = 0; screens < SCREENS_MAX && !(await down()); screens++) await page.waitForTimeout(100);
  await page.waitForTimeout(100);
  await settled(page);
  await page.evaluate(() => window.scrollTo(0, 0));
}

/** Keep a picture of the whole page for people to look at. */
export async function keep(page: Page, name: string): Promise<void> {
  mkdirSync(`${OUT}/screens`, { recursive: true });
  await page.screenshot({ path: `${OUT}/screens/${name}.png`, fullPage: true });
}

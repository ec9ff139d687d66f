// SPDX-License-Identifier: Apache-2.0
// The address is the state: links, the back button, zooming.

import { charts, drag, expect, painted, rangeOf, settled, test } from './harness';
import { aMetric, anInstance } from './places';

const HOUR_MS = 3_600_000;

test('a link shows a colleague the same view', async ({ page, api, browser, baseURL }) => {
  const metric = await aMetric(api, 'cpu_util');
  await page.goto(`/explore?metric=${metric}&from=now-12h&to=now-2h&tz=Europe/Berlin`);
  await settled(page);
  await painted(charts(page).first());
  const colleague = await browser.newContext({
    storageState: await page.context().storageState(),
    baseURL: baseURL!,
  });
  const other = await colleague.newPage();
  await other.goto(page.url());
  await settled(other);
  await painted(charts(other).first());
  const names = (one: typeof page): Promise<(string | null)[]> =>
    charts(one).evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
  expect(await names(other)).toEqual(await names(page));
  await expect(other.getByRole('button', { name: 'Time zone: Europe/Berlin' })).toBeVisible();
  await colleague.close();
});

test('dragging over a chart zooms the whole page, back and double click zoom out', async ({ page, api }) => {
  await page.goto(`/resources/${(await anInstance(api)).id}?from=now-24h&to=now`);
  await settled(page);
  const chart = charts(page).first();
  await painted(chart);
  await drag(page, chart, 0.25, 0.5);
  await expect.poll(() => rangeOf(page).from).not.toBe('now-24h');
  const { from, to } = rangeOf(page);
  const hours = (Date.parse(to!) - Date.parse(from!)) / HOUR_MS;
  expect(hours).toBeGreaterThan(5);
  expect(hours).toBeLessThan(7);
  await settled(page);
  await page.goBack();
  await expect.poll(() => rangeOf(page)).toEqual({ from: 'now-24h', to: 'now' });
  await page.goForward();
  await expect.poll(() => rangeOf(page)).toEqual({ from, to });
  await settled(page);
  await charts(page).first().locator('.u-over').dblclick();
  await expect
    .poll(() => Date.parse(rangeOf(page).to!) - Date.parse(rangeOf(page).from!))
    .toBeGreaterThan(9 * HOUR_MS);
});

test('the back button leads through the pages that were seen', async ({ page }) => {
  await page.goto('/overview?from=now-6h&to=now');
  await settled(page);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Resources' }).click();
  await expect(page).toHaveURL(/\/resources\?.*from=now-6h/);
  await settled(page);
  await page.goBack();
  await expect(page).toHaveURL(/\/overview\?from=now-6h&to=now$/);
});

test('a chosen range and zone stand in the address and go along to other pages', async ({ page }) => {
  await page.goto('/overview');
  await settled(page);
  await page.getByRole('button', { name: /^Time range/ }).click();
  await page.getByRole('button', { name: 'Last 6 hours' }).click();
  await expect.poll(() => rangeOf(page)).toEqual({ from: 'now-6h', to: 'now' });
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Resources' }).click();
  await expect(page).toHaveURL(/\/resources\?from=now-6h&to=now/);
});

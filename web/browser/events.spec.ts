// SPDX-License-Identifier: Apache-2.0
// What happened: found, counted over time, opened, and shown around the charts of what it happened to.

import { charts, drag, expect, painted, rangeOf, settled, signIn, test, violations } from './harness';
import { someEvents } from './places';
import { PASSWORD, USERS } from './world';

const DAY = 'from=now-24h&to=now';

test('events are counted in bars, and dragging over these zooms the page', async ({ page, api }) => {
  await someEvents(api);
  await page.goto(`/events?${DAY}`);
  await settled(page);
  await painted(charts(page).first());
  const all = await page.getByText(/events · steps of/).textContent();
  await drag(page, charts(page).first(), 0.2, 0.6);
  await settled(page);
  expect(rangeOf(page).from).toMatch(/^\d{4}-/);
  const some = await page.getByText(/events · steps of/).textContent();
  expect(countOf(some)).toBeLessThan(countOf(all));
});

test('filters narrow list and bars alike, and stand in the address', async ({ page, api }) => {
  await someEvents(api);
  await page.goto(`/events?${DAY}`);
  await settled(page);
  await page.getByRole('button', { name: 'Filter by type' }).click();
  await page.getByLabel('Type', { exact: true }).fill('volume.*');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(page).toHaveURL(/type=volume\.\*/);
  await settled(page);
  const table = page.getByRole('region', { name: 'Events', exact: true });
  const types = await table.locator('tbody tr td:nth-child(2)').allTextContents();
  expect(types.length).toBeGreaterThan(5);
  expect(types.filter((each) => !each.startsWith('volume.'))).toEqual([]);
  await page.getByRole('button', { name: 'Without volume.*' }).click();
  await page.getByRole('button', { name: 'Filter by an expression' }).click();
  await page.getByLabel('Expression', { exact: true }).fill("traits.state = building and type like '%.start'");
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await settled(page);
  await expect(table.getByText('state active')).toHaveCount(0);
  await expect(table.getByText('state building').first()).toBeVisible();
});

test('an event opens with everything that it says, and leads to its resource', async ({ page, api }) => {
  const instance = await someEvents(api);
  await page.goto(`/events?${DAY}&q=${encodeURIComponent(instance.name)}`);
  await settled(page);
  await page.locator('.resource-list tbody tr').first().locator('td').nth(3).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(`"instance_id": "${instance.id}"`)).toBeVisible();
  await expect(dialog.getByRole('row', { name: /memory_mb 2048 integer/ })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('link', { name: instance.id }).click();
  await settled(page);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(instance.name);
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the charts of a resource bear marks of what happened to it', async ({ page, api }) => {
  const instance = await someEvents(api);
  await page.goto(`/resources/${instance.id}?${DAY}`);
  await settled(page);
  const chart = charts(page).first();
  await painted(chart);
  await expect(chart).toContainText('events are marked');
  const list = page.getByRole('region', { name: 'Events of this resource' });
  await expect(list.getByText('compute.instance.reboot.end').first()).toBeAttached();
});

test.describe('a member of another project', () => {
  test.use({ who: 'stranger' });

  test('sees nothing of it', async ({ page, api, playwright, baseURL }) => {
    const context = await playwright.request.newContext({ baseURL: baseURL! });
    await signIn(context, USERS.owner, PASSWORD);
    const instance = await someEvents(context);
    await context.dispose();
    const answer = await api.get('/api/v1/events', { params: { resource: instance.id } });
    expect(await answer.json()).toEqual({ events: [], next: null });
    await page.goto(`/events?${DAY}&q=${encodeURIComponent(instance.name)}`);
    await settled(page);
    await expect(page.locator('.resource-list tbody tr')).toHaveCount(0);
  });
});

/** The number that a text begins with. */
function countOf(text: string | null): number {
  return parseInt((text ?? '').replaceAll(',', ''));
}

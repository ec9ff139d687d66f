// SPDX-License-Identifier: Apache-2.0
// The overview, the list of resources and the page of one, as people use them.

import { readFileSync } from 'node:fs';

import { charts, drag, expect, painted, rangeOf, seen, settled, signIn, test } from './harness';
import { anInstance } from './places';
import { PASSWORD, SERVER, USERS } from './world';

test.describe('the overview', () => {
  test('shows the operator whether the platform is well, and leads to what is busy', async ({ page }) => {
    await page.goto('/overview');
    await settled(page);
    await expect(page.getByRole('list', { name: 'Figures of the platform' }).getByRole('listitem')).toHaveCount(6);
    await expect(page.getByRole('region', { name: 'Platform' }).getByRole('listitem').first()).toBeVisible();
    await painted(charts(page).first());
    const busiest = page.getByRole('region', { name: 'Busiest instances', exact: true });
    const first = busiest.getByRole('link').first();
    const name = await first.textContent();
    await first.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name!);
  });

  test.describe('of an owner', () => {
    test.use({ who: 'owner' });

    test('has what is theirs and nothing of the platform', async ({ page, api }) => {
      const { project_id } = await anInstance(api);
      await page.goto('/overview');
      await settled(page);
      await expect(page.getByRole('region', { name: 'What there is' }).getByRole('link').first()).toBeVisible();
      await expect(page.getByRole('region', { name: 'Platform' })).toHaveCount(0);
      const answer = await api.get('/api/v1/overview');
      const { platform, busiest } = (await answer.json()) as {
        platform: unknown;
        busiest: { instances: { resource: { project_id: string } }[] };
      };
      expect(platform).toBeNull();
      expect(new Set(busiest.instances.map((each) => each.resource.project_id))).toEqual(new Set([project_id]));
    });
  });
});

test.describe('the list of resources', () => {
  const rows = '.resource-list tbody tr:not(.spacer)';

  test('is narrowed by type, text and attribute, each of which stands in the address', async ({ page }) => {
    await page.goto('/resources');
    await settled(page);
    await page.getByLabel('Type').selectOption('instance');
    await expect(page.getByRole('columnheader', { name: 'cpu_util' })).toBeVisible();
    await page.getByLabel('Name or id').fill('web-shop');
    await expect(page).toHaveURL(/q=web-shop/);
    await settled(page);
    const found = await page.locator(`${rows} td:first-child`).allTextContents();
    for (const name of found) expect(name).toContain('web-shop');
    const zone = await page.locator(`${rows} td:nth-child(5)`).first().textContent();
    await page.getByRole('button', { name: 'Filter by an attribute' }).click();
    await page.getByLabel('Attribute', { exact: true }).fill('availability_zone');
    await page.getByLabel('is', { exact: true }).fill(zone!);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await expect(page).toHaveURL(/attr=availability_zone/);
    await settled(page);
    const address = page.url();
    await page.reload();
    await settled(page);
    expect(page.url()).toBe(address);
    expect(new Set(await page.locator(`${rows} td:nth-child(5)`).allTextContents())).toEqual(new Set([zone]));
    await page.goBack();
    await expect(page).not.toHaveURL(/attr=/);
  });

  test('is sorted by the newest value of a metric, the highest first', async ({ page }) => {
    await page.goto('/resources?type=instance&col=m.vcpus');
    await settled(page);
    await page.getByRole('button', { name: 'vcpus' }).click();
    await expect(page.getByRole('columnheader', { name: 'vcpus' })).toHaveAttribute('aria-sort', 'descending');
    await settled(page);
    await expect(page.locator('.cell-waiting')).toHaveCount(0);
    const values = (await page.locator(`${rows} .cell-value`).allTextContents()).map(parseFloat);
    expect(values.length).toBeGreaterThan(10);
    expect(values).toEqual([...values].sort((one, other) => other - one));
  });

  test('keeps only rows in sight in the page while one scrolls through all of them', async ({ page }) => {
    await page.goto('/resources?type=instance&ended=1');
    await settled(page);
    const total = Number((await page.locator('.count').textContent())!.replaceAll(',', ''));
    const box = page.locator('.resource-list .table-box');
    const counted = async (): Promise<number> => Number(await box.locator('table').getAttribute('aria-rowcount')) - 1;
    expect(await counted()).toBe(total);
    await expect
      .poll(async () => {
        await box.evaluate((node) => node.scrollTo(0, node.scrollHeight));
        return Number(await page.locator(rows).last().getAttribute('aria-rowindex')) - 1;
      })
      .toBe(total);
    expect(await page.locator(rows).count()).toBeLessThan(90);
    // Values come for the rows that came into sight last.
    await expect(page.locator(`${rows} .sparkline`).last()).toBeVisible();
  });

  test('takes other columns, and is exported with them', async ({ page }) => {
    await page.goto('/resources?type=instance&q=web-shop');
    await settled(page);
    await page.getByRole('button', { name: 'Choose the columns' }).click();
    await page.getByRole('checkbox', { name: 'image_ref' }).check();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('columnheader', { name: 'image_ref' })).toBeVisible();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export the list' }).click();
    await page.getByRole('button', { name: /CSV/ }).click();
    const file = await download;
    const [head, ...lines] = readFileSync(await file.path(), 'utf-8')
      .trim()
      .split('\r\n');
    expect(head).toMatch(/^Id,Name,.*cpu_util,cpu_util unit.*image_ref/);
    const total = Number((await page.locator('.count').textContent())!.replaceAll(',', ''));
    expect(lines).toHaveLength(total);
    expect(lines[0]).toMatch(/^[0-9a-f-]{36},web-shop/);
  });

  test('says which filters leave nothing over, and clears them', async ({ page }) => {
    await page.goto('/resources?q=there-is-no-such-thing');
    await expect(page.getByText('Nothing matches')).toBeVisible();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect(page.locator(rows).first()).toBeVisible();
  });
});

test.describe('a resource', () => {
  test('has one chart a unit; dragging over one zooms them all, and back goes back', async ({ page, api }) => {
    const { id, name } = await anInstance(api);
    await page.goto(`/resources/${id}?from=now-6h&to=now`);
    await settled(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    await seen(page);
    expect(await charts(page).count()).toBeGreaterThan(4);
    await painted(charts(page).first());
    await drag(page, charts(page).first(), 0.25, 0.75);
    await expect.poll(() => rangeOf(page).from).toMatch(/^\d{4}-/);
    await page.goBack();
    expect(rangeOf(page)).toEqual({ from: 'now-6h', to: 'now' });
  });

  test('says that counters are shown as growth per second, and shows them as counted', async ({ page, api }) => {
    const { id } = await anInstance(api);
    await page.goto(`/resources/${id}?from=now-6h&to=now`);
    await settled(page);
    await expect(page.getByText('shown as growth per second').first()).toBeVisible();
    await page.getByRole('checkbox', { name: 'Counters as growth per second' }).uncheck();
    await expect(page).toHaveURL(/counters=raw/);
    await expect(page.getByText('as counted').first()).toBeVisible();
  });

  test('leads into Explore with its metric chosen', async ({ page, api }) => {
    const { id } = await anInstance(api);
    await page.goto(`/resources/${id}`);
    await settled(page);
    await page.getByRole('button', { name: 'cpu_util: more' }).click();
    await page.getByRole('link', { name: 'Explore' }).last().click();
    await expect(page).toHaveURL(/\/explore\?.*metric=[0-9a-f-]{36}/);
  });

  test('tells what changed from what to what', async ({ page, api }) => {
    const query = { type: 'instance', sort: '-revision', limit: 1 };
    const answer = await api.get('/api/v1/resources', { params: query });
    const [changed] = ((await answer.json()) as { resources: { id: string }[] }).resources;
    await page.goto(`/resources/${changed!.id}?tab=attributes`);
    await settled(page);
    await expect(page.getByText('flavor_name').first()).toBeVisible();
    const history = page.getByRole('region', { name: 'History' });
    await expect(history.getByText('first known')).toBeVisible();
    await expect(history.locator('.changed-from').first()).not.toBeEmpty();
    await expect(history.locator('.changed-to').first()).not.toBeEmpty();
  });

  test('gives its measures as a table and as a file', async ({ page, api }) => {
    const { id } = await anInstance(api);
    await page.goto(`/resources/${id}?tab=data&from=now-6h&to=now`);
    await settled(page);
    await page.getByRole('button', { name: 'cpu_util', exact: true }).click();
    await expect(page).toHaveURL(/metric=/);
    await settled(page);
    const table = page.getByRole('region', { name: 'Measures of cpu_util' });
    await expect(table.getByRole('row').nth(5)).toBeVisible();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const lines = readFileSync(await (await download).path(), 'utf-8')
      .trim()
      .split('\r\n');
    expect(lines[0]).toBe('time,value');
    expect(lines.length).toBe(Number(await table.locator('table').getAttribute('aria-rowcount')));
  });

  test('shows how its data travel', async ({ page, api }) => {
    const { id } = await anInstance(api);
    await page.goto(`/resources/${id}?tab=journey`);
    await settled(page);
    await expect(page.locator('.journey h3').first()).toHaveText('index');
    await expect(page.locator('.stop').nth(2)).toBeVisible();
  });

  test('without points in the range says when the last one was, and goes there', async ({ page, api }) => {
    const { id } = await anInstance(api);
    await page.goto(`/resources/${id}?from=now-2y&to=now-700d`);
    await settled(page);
    await page.getByRole('button', { name: 'Go there' }).first().click();
    await settled(page);
    await painted(charts(page).first());
  });

  test.describe('of a project that is not theirs', () => {
    test.use({ who: 'stranger', expected: /404/ });

    test('is not there for its neighbours', async ({ page, playwright }) => {
      const owner = await playwright.request.newContext({ baseURL: SERVER });
      await signIn(owner, USERS.owner, PASSWORD);
      const { id, name } = await anInstance(owner);
      await owner.dispose();
      await page.goto(`/resources/${id}`);
      await expect(page.getByText('Not Found')).toBeVisible();
      await expect(page.getByText(name)).toHaveCount(0);
    });
  });
});

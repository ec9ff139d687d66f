// SPDX-License-Identifier: Apache-2.0
// Scaling groups: the list, the page of one, making and changing them by hand, and who may do what.

import type { Page } from '@playwright/test';

import { charts, expect, keep, painted, settled, signIn, test, violations } from './harness';
import { sized, someGroups } from './places';
import { receiving } from './receiver';
import { PASSWORD, SERVER, USERS } from './world';

const row = (page: Page, name: string) =>
  page.locator('.scaling-list tbody tr').filter({ has: page.getByRole('link', { name, exact: true }) });
const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test.describe('the list', () => {
  test('tells how each group is, and leads to one', async ({ page, api }) => {
    const { name } = await someGroups(api);
    await page.goto('/overview');
    await settled(page);
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await expect(page).toHaveURL(/\/scaling/);
    await settled(page);
    await expect(row(page, 'lost').locator('.chip.bad')).toHaveText('unhealthy');
    await expect(row(page, 'lost').locator('.reason.bad')).toContainText('may not be sent to');
    await expect(row(page, name).getByRole('img', { name: '3 of 3 members, 0 to 8 allowed' })).toBeVisible();
    await expect(row(page, name)).toContainText('may not grow from 3 to 4: cooldown until');
    await expect(row(page, name).locator('.sparkline')).toBeVisible();
    await row(page, name).locator('td').nth(3).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  });
});

test.describe('the page of one', () => {
  test('draws members with decisions, whose reasons are under the pointer', async ({ page, api }) => {
    const { id } = await someGroups(api);
    await page.goto(`/scaling/${id}?from=now-15m&to=now`);
    await settled(page);
    const chart = charts(page).first();
    await painted(chart);
    await expect(page.getByRole('list', { name: 'What marks mean' })).toBeVisible();
    // Where decisions are is known by their times.
    const answer = await api.get(`/api/v1/scaling/groups/${id}/decisions`);
    const { decisions } = (await answer.json()) as { decisions: { verdict: string; time_ms: number }[] };
    const refused = decisions.find((each) => each.verdict === 'refused')!;
    const box = (await chart.locator('.u-over').boundingBox())!;
    const at = await page.evaluate(() => Date.now());
    const share = 1 - (at - refused.time_ms) / 900_000;
    for (const shift of [0, 2, 4, -2, -4, 6, 8]) {
      await page.mouse.move(box.x + share * box.width + shift, box.y + 60);
      if (await page.locator('.tooltip', { hasText: 'cooldown until' }).isVisible()) break;
    }
    await expect(page.locator('.tooltip')).toContainText('signal to up');
    await expect(page.locator('.tooltip')).toContainText('cooldown until');
  });

  test('shows what policies follow, members, and decisions by their verdict', async ({ page, api }) => {
    const { id, name } = await someGroups(api);
    await page.goto(`/scaling/${id}?from=now-6h&to=now`);
    await settled(page);
    await expect(page.getByRole('group', { name: 'cpu_util of its members' })).toContainText('target 60');
    await expect(page.getByRole('group', { name: `Alarm ${name} is busy` })).toContainText('threshold 1000');
    await expect(panel(page, 'Members').getByText('in rack 1')).toBeVisible();
    await expect(panel(page, 'Policies')).toContainText('Keeps the mean of cpu_util of its members at 60');
    await expect(page.locator('.notice.warn')).toContainText('does not grow by percent');
    await page.getByLabel('Verdict').selectOption('refused');
    await expect(page).toHaveURL(/verdict=refused/);
    await expect(panel(page, 'Decisions').getByText('accepted', { exact: true })).toHaveCount(1);
    await expect(panel(page, 'Decisions').locator('tbody .chip.warn').first()).toHaveText('refused');
    await page.getByLabel('Verdict').selectOption('no change');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect(page).not.toHaveURL(/verdict=/);
  });
});

test.describe('by hand', () => {
  test.use({ who: 'owner' });

  test('a group is made, follows a policy, is set, paused, kept and deleted', async ({ page, api }) => {
    test.setTimeout(180_000);
    const name = `by-hand-${Date.now()}`;
    await page.goto('/scaling/new');
    await settled(page);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Members at most').fill('4');
    await page.getByLabel('Members are').selectOption('webhook');
    await expect(page.getByText('still needs address')).toBeVisible();
    await page.getByLabel('Address').fill(`${await receiving()}&group=${name}`);
    await page.getByLabel('Cooldown', { exact: true }).fill('0 s');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make group' }).click();
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    await sized(api, id, 1);

    await page.getByRole('button', { name: 'New policy' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Name').fill('up');
    await sheet.getByLabel('Members', { exact: true }).fill('+2');
    expect(await violations(page)).toEqual([]);
    await sheet.getByRole('button', { name: 'Make policy' }).click();
    await expect(sheet).toHaveCount(0);
    await page.getByRole('button', { name: 'Try: up' }).click();
    await expect(panel(page, 'Policies')).toContainText('would grow from 1 to 3');
    await page.getByRole('button', { name: 'Signal: up' }).click();
    await sheet.getByRole('button', { name: 'Signal' }).click();
    await expect(sheet).toContainText('grows from 1 to 3');
    await keep(page, 'scaling-signalled');
    await sheet.getByRole('button', { name: 'Close' }).last().click();
    await expect(panel(page, 'Decisions').getByText('signal to up')).toBeVisible();
    await sized(api, id, 3);

    await page.getByRole('button', { name: 'up: more' }).click();
    await page.getByRole('button', { name: 'Address' }).click();
    await sheet.getByRole('button', { name: 'Show it' }).click();
    const [, address] = /'(http[^']+)'/.exec((await sheet.locator('pre').textContent())!)!;
    await sheet.getByRole('button', { name: 'Make another one' }).click();
    await expect(sheet.locator('pre')).not.toContainText(address!);
    expect((await api.post(address!)).status()).toBe(404);
    await sheet.getByRole('button', { name: 'Close' }).last().click();

    await page.getByRole('button', { name: 'Set size' }).click();
    await sheet.getByLabel('Members now').fill('9');
    await expect(sheet.getByText('expected 1 to 4')).toBeVisible();
    await sheet.getByLabel('Members now').fill('2');
    await sheet.getByRole('button', { name: 'Set', exact: true }).click();
    await sized(api, id, 2);
    await expect(panel(page, 'Members').locator('tbody tr')).toHaveCount(2);
    await page
      .getByRole('button', { name: /^Keep: / })
      .first()
      .click();
    await expect(page.getByRole('button', { name: /^Keep no more: / })).toBeVisible();
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.locator('.group-how')).toContainText('paused');
    await page.getByRole('button', { name: 'Set size' }).click();
    await sheet.getByLabel('Members now').fill('3');
    await sheet.getByRole('button', { name: 'Set', exact: true }).click();
    await expect(sheet.getByRole('alert')).toContainText('may not grow from 2 to 3: the group is paused');
    await sheet.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(page.locator('.group-how')).not.toContainText('paused');

    await page.getByRole('link', { name: 'Edit' }).click();
    await settled(page);
    await page.getByLabel('Warm-up').fill('90 s');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(panel(page, 'Definition')).toContainText('1 min 30 s');
    await page.getByRole('button', { name: 'Delete' }).click();
    await expect(sheet.getByRole('button', { name: 'Delete' })).toBeDisabled();
    await sheet.getByLabel(/^Its members/).selectOption('remove');
    await sheet.getByRole('button', { name: 'Delete' }).click();
    await expect(page).toHaveURL(/\/scaling$/);
    const gone = async (): Promise<number> => (await api.get(`/api/v1/scaling/groups/${id}`)).status();
    await expect.poll(gone, { timeout: 60_000 }).toBe(404);
  });

  test.describe('is refused', () => {
    test.use({ expected: /40[04]/ });

    test('what the server does not take, at its field', async ({ page }) => {
      await page.goto('/scaling/new');
      await settled(page);
      await page.getByLabel('Name', { exact: true }).fill('7 of nine');
      await page.getByLabel('Members at most').fill('4');
      await page.getByLabel('Command', { exact: true }).fill('rm');
      await page.getByRole('button', { name: 'Make group' }).click();
      await expect(page.locator('.field', { hasText: 'Name' }).first()).toContainText('expected a letter');
      await page.getByLabel('Name', { exact: true }).fill('seven');
      await page.getByRole('button', { name: 'Make group' }).click();
      await expect(page.locator('.field', { has: page.getByLabel('Command', { exact: true }) })).toContainText(
        'there is none of that name in [scale] commands',
      );
      await page.getByLabel('Members at least').fill('9');
      await page.getByRole('button', { name: 'Make group' }).click();
      await expect(page.locator('.field', { hasText: 'Members at most' })).toContainText('min_size <= max_size');
    });
  });
});

test.describe('a viewer', () => {
  test.use({ who: 'viewer' });

  test('sees groups of its project and may try policies, and is offered nothing to change', async ({
    page,
    playwright,
  }) => {
    const others = await playwright.request.newContext({ baseURL: SERVER });
    await signIn(others, USERS.owner, PASSWORD);
    const { id } = await someGroups(others);
    await page.goto('/scaling');
    await settled(page);
    await expect(page.getByText('New group')).toHaveCount(0);
    await page.goto(`/scaling/${id}`);
    await settled(page);
    for (const name of ['Set size', 'Pause', 'Delete', 'New policy', 'Signal: up', 'up: more']) {
      await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
    }
    await page.getByRole('button', { name: 'Try: up' }).click();
    await expect(panel(page, 'Policies')).toContainText('would be refused: cooldown until');
    await others.dispose();
  });
});

test.describe('in a project without groups', () => {
  test.use({ who: 'stranger', expected: /404/ });

  for (const theme of ['light', 'dark'] as const) {
    test.describe(`in ${theme}`, () => {
      test.use({ theme });

      test('one is taught how they are made, and refused those of others in words', async ({ page }) => {
        await page.goto('/scaling');
        await settled(page);
        await expect(page.getByText('No scaling group yet')).toBeVisible();
        await expect(page.locator('pre')).toContainText('nephoscope scale create web');
        expect(await violations(page)).toEqual([]);
        await keep(page, `scaling-nothing-${theme}-1440`);
        await page.goto('/scaling/nothing-here');
        await expect(page.locator('#main').getByRole('alert')).toContainText('Scaling group nothing-here not found');
      });
    });
  }
});

// SPDX-License-Identifier: Apache-2.0
// Silences: from an alarm, from several, with a look at what is silenced; longer, over, again; and who may do what.

import type { Page } from '@playwright/test';

import { expect, keep, settled, signIn, test, violations } from './harness';
import { someAlarms, someSilences } from './places';
import { PASSWORD, USERS } from './world';

const RANGE = 'from=now-6h&to=now';

const listed = (page: Page, comment: string) => page.locator('#main tbody tr').filter({ hasText: comment });
const sheet = (page: Page) => page.getByRole('dialog');

/** End what is in force of this comment. */
async function end(page: Page, comment: string): Promise<void> {
  await listed(page, comment).getByRole('button', { name: /^End/ }).click();
  await sheet(page).getByRole('button', { name: 'End it' }).click();
  await expect(sheet(page)).toHaveCount(0);
  await expect(listed(page, comment)).toHaveCount(0);
}

test('an alarm is silenced from its page, marked, found by it, and told of again', async ({ page, api }) => {
  const { wrong, instance } = await someAlarms(api);
  const name = `wrong: ${instance.name}`;
  await page.goto(`/alarms/${wrong}?${RANGE}`);
  await settled(page);
  await page.getByRole('link', { name: 'Silence', exact: true }).click();
  await expect(sheet(page)).toContainText('One alarm fits now.');
  await expect(sheet(page).getByRole('link', { name })).toBeVisible();
  await sheet(page).getByRole('button', { name: 'Silence', exact: true }).click();
  await expect(sheet(page)).toHaveCount(0);
  await expect(listed(page, name)).toContainText(`alarm_id="${wrong}"`);

  await listed(page, name)
    .getByRole('button', { name: /^Extend/ })
    .click();
  await sheet(page).getByLabel('Longer by').selectOption('4 hours');
  await sheet(page).getByRole('button', { name: 'Extend' }).click();
  await expect(listed(page, name)).toContainText(/in (4 h 59 min|5 h)/);

  await page.goto(`/alarms/${wrong}?${RANGE}`);
  await settled(page);
  await expect(page.locator('.alarm-how .silenced')).toHaveText('silenced');
  await page.goto(`/alarms?q=${instance.name}&${RANGE}`);
  await settled(page);
  const row = page.locator('.alarm-list tbody tr').filter({ hasText: name });
  await expect(row.locator('.silenced')).toHaveText('silenced');
  await page.getByLabel('Silenced').selectOption('Not silenced');
  await expect(page).toHaveURL(/silenced=no/);
  await expect(row).toHaveCount(0);

  await page.goto('/silences');
  await settled(page);
  await end(page, name);
  await page.getByRole('tab', { name: 'Over' }).click();
  await settled(page);
  await listed(page, name)
    .first()
    .getByRole('button', { name: /^Again/ })
    .click();
  await expect(sheet(page).getByLabel('Value')).toHaveValue(wrong);
});

test('several are silenced together', async ({ page, api }) => {
  const { instance } = await someAlarms(api);
  await page.goto(`/alarms?q=${instance.name}&${RANGE}`);
  await settled(page);
  for (const name of ['either', 'failing']) {
    await page.getByRole('checkbox', { name: new RegExp(`Choose ${name}: `) }).check();
  }
  await page.getByRole('button', { name: 'Silence the chosen alarms' }).click();
  await page.getByRole('button', { name: 'for 1 hour' }).click();
  const row = page.locator('.alarm-list tbody tr').filter({ hasText: `either: ${instance.name}` });
  await expect(row.locator('.silenced')).toBeVisible();
  await page.goto('/silences');
  await settled(page);
  await end(page, `either: ${instance.name}`);
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test.describe(`in ${theme} at ${width} px`, () => {
      test.use({ theme, viewport: { width, height: 900 }, expected: /400/ });

      test('what is wrong stands at its field, and a silence to come begins by itself', async ({ page, api }) => {
        await someAlarms(api);
        await page.goto('/silences?new=1');
        await settled(page);
        await sheet(page).getByLabel('Label').fill('name');
        await sheet(page).getByLabel('Comparison').selectOption('=~ matches');
        await sheet(page).getByLabel('Value').fill('a(b');
        await expect(sheet(page).locator('.matcher .field-problem')).toContainText('matchers[0].value');
        await sheet(page).getByLabel('Value').fill('quiet.*');
        await expect(sheet(page).locator('.silence-what strong')).toBeVisible();
        await sheet(page).getByLabel('For').selectOption('until …');
        await sheet(page).getByLabel('Until').fill('soon');
        await expect(sheet(page).getByText('A time such as 18:00')).toBeVisible();
        await expect(sheet(page).getByRole('button', { name: 'Silence', exact: true })).toBeDisabled();
        await sheet(page).getByLabel('From').fill('now+1d');
        await sheet(page).getByLabel('Until').fill('now+2d');
        await expect(sheet(page).locator('.silence-end')).toContainText('after 1 d');
        await keep(page, `silences-new-${theme}-${width}`);
        expect(await violations(page)).toEqual([]);
      });

      test('tells what silences are good for where there is none', async ({ page }) => {
        await page.route('**/api/v1/silences?*', (route) => route.fulfill({ json: { silences: [], next: null } }));
        await page.goto('/silences');
        await settled(page);
        await expect(page.getByText('nobody is told of the alarms that it is about')).toBeVisible();
        await keep(page, `silences-empty-${theme}-${width}`);
        expect(await violations(page)).toEqual([]);
      });
    });
  }
}

test.describe('who may only look', () => {
  test.use({ who: 'viewer' });

  test('sees silences, and is offered no button that changes one', async ({ page, playwright, baseURL }) => {
    const context = await playwright.request.newContext({ baseURL: baseURL! });
    await signIn(context, USERS.owner, PASSWORD);
    await someSilences(context);
    await context.dispose();
    await page.goto('/silences?new=1');
    await settled(page);
    await expect(listed(page, 'disks are being changed')).toBeVisible();
    await expect(sheet(page)).toHaveCount(0);
    for (const name of [/^New silence/, /^Extend/, /^End/]) {
      await expect(page.getByRole('button', { name })).toHaveCount(0);
    }
  });
});

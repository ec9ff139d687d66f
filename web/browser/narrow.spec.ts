// SPDX-License-Identifier: Apache-2.0
// On a telephone: nothing has to be looked for at the side.

import { expect, settled, test, violations } from './harness';
import { OwnServer } from './servers';

const PASSWORD = 'a password of my own';
const TABS = ['tokens', 'policies', 'projects', 'users', 'audit'];

test.use({ viewport: { width: 390, height: 844 } });

const ADDRESSES = ['/overview', '/status', ...TABS.map((tab) => `/settings?tab=${tab}`)];

for (const address of ADDRESSES) {
  test(`nothing of ${address} scrolls to the side`, async ({ page }) => {
    await page.goto(address);
    await settled(page);
    await expect(page.locator('#main .panel').first()).toBeVisible();
    const aside = await page
      .locator('#main *')
      .evaluateAll((all) =>
        all
          .filter(
            (each) => /auto|scroll/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth + 1,
          )
          .map((each) => each.className || each.tagName),
      );
    expect(aside).toEqual([]);
  });
}

test.describe('an administrator', () => {
  test.use({ who: 'nobody', expected: /401/ });

  test('finds what can be done with a user in sight, in any window', async ({ page }) => {
    const server = new OwnServer();
    try {
      await server.start();
      const { request } = page.context();
      const session = `${server.url}/api/v1/session`;
      await request.post(session, { data: { user: 'admin', password: server.password } });
      const { csrf } = (await (await request.get(session)).json()) as { csrf: string };
      const data = { old: server.password, new: PASSWORD };
      await request.post(`${session}/password`, { data, headers: { 'X-CSRF-Token': csrf } });
      for (const width of [390, 900, 1440]) {
        await page.setViewportSize({ width, height: 844 });
        await page.goto(`${server.url}/settings?tab=users`);
        await settled(page);
        const box = await page.getByRole('button', { name: 'Delete: agent' }).boundingBox();
        expect(box!.x + box!.width, `at ${width} px`).toBeLessThanOrEqual(width);
        await page.getByRole('button', { name: 'Roles: agent' }).click();
        await expect(page.getByRole('dialog', { name: 'Roles of agent' })).toBeVisible();
      }
    } finally {
      await page.goto('about:blank');
      await server.remove();
    }
  });
});

const LONGEST = 'from=2026-11-27T05:00:12Z&to=2026-11-28T06:00:13Z&tz=America/Argentina/Buenos_Aires&refresh=300';

for (const range of ['from=now-1h&to=now', LONGEST]) {
  test(`the bar takes two lines, and tells range and zone: ${range}`, async ({ page }) => {
    await page.goto(`/status?${range}`);
    await settled(page);
    const bar = page.getByRole('banner');
    const buttons = await bar.locator('button, a, input').evaluateAll((all) =>
      all.map((each) => {
        const { left, right, top, bottom } = each.getBoundingClientRect();
        return { left, right, middle: (top + bottom) / 2 };
      }),
    );
    const lines: number[] = [];
    for (const { left, right, middle } of buttons) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(390);
      if (!lines.some((line) => Math.abs(line - middle) < 10)) lines.push(middle);
    }
    expect(lines).toHaveLength(2);
    await expect(bar.getByRole('button', { name: /^Time range/ })).toBeVisible();
    await expect(bar.getByRole('button', { name: /^Time zone/ })).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
}

test('what the bar has no room for is reached by keys', async ({ page }) => {
  await page.goto('/status');
  await settled(page);
  await page.getByRole('button', { name: /^Account/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Theme: As the system' })).toBeFocused();
  await page.keyboard.press('Home');
  await expect(page.getByRole('link', { name: /^demo-operator/ })).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('t');
  await page.getByLabel('Refresh by itself').selectOption('5 s');
  await expect(page).toHaveURL(/refresh=5/);
});

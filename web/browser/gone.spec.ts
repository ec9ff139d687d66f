// SPDX-License-Identifier: Apache-2.0
// The server goes away under an open page, and comes back.

import { expect, settled, test } from './harness';
import { OwnServer } from './servers';

const PASSWORD = 'a password of my own';

test.use({ who: 'nobody', expected: /ERR_|Failed to load resource|401/ });

test('a page says that the server is gone, keeps what it has, and goes on by itself', async ({ page }) => {
  test.setTimeout(120_000);
  const server = new OwnServer();
  try {
    await server.start();
    const request = page.context().request;
    await request.post(`${server.url}/api/v1/session`, { data: { user: 'admin', password: server.password } });
    const session = (await (await request.get(`${server.url}/api/v1/session`)).json()) as { csrf: string };
    const changed = await request.post(`${server.url}/api/v1/session/password`, {
      data: { old: server.password, new: PASSWORD },
      headers: { 'X-CSRF-Token': session.csrf },
    });
    expect(changed.status()).toBe(204);
    await page.goto(`${server.url}/overview`);
    await settled(page);
    const shown = await page.locator('#main').innerText();
    await server.stop();
    await page.keyboard.press('r');
    const banner = page.getByText('The server does not answer.', { exact: false }).first();
    await expect(banner).toBeVisible();
    expect(shown.length).toBeGreaterThan(100);
    await expect(page.locator('#main')).toContainText(shown.split('\n')[0]!);
    await server.start();
    await expect(banner).toBeHidden({ timeout: 20_000 });
    await settled(page);
    await expect(page.locator('#main .problem')).toHaveCount(0);
  } finally {
    await server.remove();
  }
});

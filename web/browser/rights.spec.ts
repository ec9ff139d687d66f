// SPDX-License-Identifier: Apache-2.0
// What one may not see is not shown, and a link to it is refused in words.

import { expect, settled, signIn, test } from './harness';
import { anInstance, type Found } from './places';
import { PASSWORD, SERVER, USERS } from './world';

test.use({ who: 'owner', expected: /40[134]/ });

async function foreign(playwright: { request: { newContext(options: object): Promise<never> } }): Promise<Found> {
  const request = await playwright.request.newContext({ baseURL: SERVER });
  const api = request as unknown as Parameters<typeof signIn>[0];
  await signIn(api, USERS.stranger, PASSWORD);
  return anInstance(api);
}

test("another project's resource is refused where it would be shown", async ({ page, playwright }) => {
  const theirs = await foreign(playwright as never);
  await page.goto(`/resources/${theirs.id}`);
  await expect(page.locator('#main').getByRole('alert').first()).toBeVisible();
  await expect(page.locator('#main')).not.toContainText(theirs.name);
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
});

test("another project's resources are neither listed nor found", async ({ page, playwright }) => {
  const theirs = await foreign(playwright as never);
  await page.goto(`/resources?match=${encodeURIComponent(theirs.name)}`);
  await settled(page);
  await expect(page.locator('#main').getByText(theirs.name, { exact: true })).toHaveCount(0);
  await page.keyboard.press('/');
  await page.keyboard.type(theirs.name);
  await expect(page.getByText('Nothing found')).toBeVisible();
});

test('a link into a project that is not ours ends in our own', async ({ page }) => {
  await page.goto('/overview?project=payments');
  await settled(page);
  await expect(page).not.toHaveURL(/project=payments/);
});

test.describe('a viewer', () => {
  test.use({ who: 'viewer' });

  test('is told by the server what it may not do, and is not offered it', async ({ page, api }) => {
    const session = (await (await api.get('/api/v1/session')).json()) as { csrf: string };
    const refused = await api.post('/api/v1/users', {
      data: { name: 'made-by-a-viewer', password: 'long enough for anybody' },
      headers: { 'X-CSRF-Token': session.csrf },
    });
    expect(refused.status()).toBe(403);
    await page.goto('/settings');
    await settled(page);
    await expect(page.getByRole('link', { name: 'Users' })).toHaveCount(0);
    await expect(page.getByRole('tab', { name: 'Users' })).toHaveCount(0);
  });

  test('cannot change anything without the token that pages have', async ({ api }) => {
    const refused = await api.post('/api/v1/tokens', { data: { name: 'forged' } });
    expect(refused.status()).toBe(403);
  });
});

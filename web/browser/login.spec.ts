// SPDX-License-Identifier: Apache-2.0
// Signing in and out.

import { expect, keep, settled, test, violations } from './harness';
import { OwnServer } from './servers';
import { PASSWORD, USERS } from './world';

test.use({ who: 'nobody', expected: /401|429/ });

test('a password opens the page that was asked for', async ({ page }) => {
  await page.goto('/overview?from=now-6h&to=now');
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel('User').fill(USERS.owner);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/overview\?from=now-6h&to=now$/);
  await settled(page);
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
});

test('a wrong password is refused in words, and nothing else is shown', async ({ page }) => {
  await page.goto('/login');
  await page.getByLabel('User').fill(USERS.viewer);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).not.toBeEmpty();
  await expect(page).toHaveURL(/\/login/);
  await page.goto('/overview');
  await expect(page).toHaveURL(/\/login/);
});

test('a link to the login page leads nowhere but into the application', async ({ page }) => {
  await page.goto('/login?next=//example.org/');
  await page.getByLabel('User').fill(USERS.owner);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/overview');
});

test('the first password of a server has to be changed before anything else', async ({ page }) => {
  const server = new OwnServer();
  try {
    await server.start();
    await page.goto(`${server.url}/`);
    await page.getByLabel('User').fill('admin');
    await page.getByLabel('Password').fill(server.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByLabel('Present password')).toBeVisible();
    await page.goto(`${server.url}/overview`);
    await expect(page.getByLabel('Present password')).toBeVisible();
    await keep(page, 'login-change-light-1440');
    await page.getByLabel('Present password').fill(server.password);
    await page.getByLabel('New password', { exact: true }).fill('a password of my own');
    await page.getByLabel('New password again').fill('a password of my own');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
  } finally {
    // What the page still asks for must not meet a server that is gone.
    await page.goto('about:blank');
    await server.remove();
  }
});

test.describe('signed in', () => {
  test.use({ who: 'owner' });

  test('signing out ends the session for other tabs, too', async ({ page, context }) => {
    await page.goto('/overview');
    await page.getByRole('button', { name: /^Signed in as/ }).click();
    await page
      .getByRole('button', { name: 'Sign out' })
      .or(page.getByRole('menuitem', { name: 'Sign out' }))
      .click();
    await expect(page).toHaveURL(/\/login/);
    const other = await context.newPage();
    await other.goto('/overview');
    await expect(other).toHaveURL(/\/login/);
  });
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test.describe(`in ${theme} at ${width} px`, () => {
      test.use({ theme, viewport: { width, height: 900 } });

      test('the login page can be used by everybody', async ({ page }) => {
        await page.goto('/login');
        await expect(page.getByLabel('User')).toBeFocused();
        await keep(page, `login-${theme}-${width}`);
        expect(await violations(page)).toEqual([]);
      });
    });
  }
}

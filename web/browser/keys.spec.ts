// SPDX-License-Identifier: Apache-2.0
// What can be done without a mouse.

import { PAGES } from '../src/pages';
import { charts, expect, painted, settled, test } from './harness';
import { anInstance } from './places';

test('g and a letter go to a page', async ({ page }) => {
  await page.goto('/overview');
  await settled(page);
  for (const target of PAGES.filter((each) => each.nav)) {
    await page.keyboard.press('g');
    await page.keyboard.press(target.nav!.key);
    await expect(page).toHaveURL(new RegExp(`${target.path}(\\?|$)`));
    await page.locator('#main').focus();
  }
});

test('a question mark opens the sheet of keys, Escape closes it', async ({ page }) => {
  await page.goto('/overview');
  await settled(page);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await expect(sheet).toBeVisible();
  await expect(sheet.getByText('Search everything')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
});

test('a slash leads to the search, which leads to a resource', async ({ page, api }) => {
  const { id, name } = await anInstance(api);
  await page.goto('/overview');
  await settled(page);
  await page.keyboard.press('/');
  await expect(page.locator('#search')).toBeFocused();
  await page.keyboard.type(name);
  await expect(page.getByRole('listbox', { name: 'Found' }).getByRole('option').first()).toContainText(name);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/resources/${id}`));
});

test('t opens the time range, brackets shift it', async ({ page }) => {
  await page.goto('/overview?from=2026-01-01T10:00:00Z&to=2026-01-01T12:00:00Z');
  await settled(page);
  await page.keyboard.press('[');
  await expect(page).toHaveURL(/from=2026-01-01T09(:|%3A)00/);
  await page.keyboard.press('t');
  await expect(page.getByLabel('Range in words')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Range in words')).toBeHidden();
});

test('arrows move the cursor of a chart, which tells where it is', async ({ page, api }) => {
  await page.goto(`/resources/${(await anInstance(api)).id}?from=now-24h&to=now`);
  await settled(page);
  const chart = charts(page).first();
  await painted(chart);
  await chart.focus();
  await page.keyboard.press('End');
  await expect(chart.locator('[aria-live="polite"]')).toContainText(/\d/);
  const last = await chart.locator('[aria-live="polite"]').textContent();
  await page.keyboard.press('ArrowLeft');
  await expect(chart.locator('[aria-live="polite"]')).not.toHaveText(last!);
});

test('everything in the bar can be reached by Tab, and one sees where one is', async ({ page }) => {
  await page.goto('/overview');
  await settled(page);
  const seen = new Set<string>();
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    const { name, marked } = await page.evaluate(() => {
      const node = document.activeElement!;
      const style = getComputedStyle(node);
      const marks = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
      // A field in a frame is marked by its frame.
      const around = node.parentElement && getComputedStyle(node.parentElement).outlineStyle !== 'none';
      return {
        name: node.getAttribute('aria-label') ?? node.textContent?.trim() ?? '',
        marked: marks || Boolean(around) || node === document.body,
      };
    });
    seen.add(name);
    expect(marked, `no focus to be seen on “${name}”`).toBe(true);
  }
  const reached = [...seen].join(', ');
  for (const wanted of ['Skip to the content', 'Search', 'Time range', 'Time zone', 'Theme', 'Help', 'Signed in']) {
    expect(
      [...seen].some((name) => name.startsWith(wanted)),
      `${wanted} is not reached: ${reached}`,
    ).toBe(true);
  }
});

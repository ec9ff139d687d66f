// SPDX-License-Identifier: Apache-2.0
// SQL: writing with completion, running, errors at their place, stopping in the engine, links, chart and files.

import { readFileSync } from 'node:fs';

import type { Page } from '@playwright/test';

import { charts, expect, painted, settled, test, violations } from './harness';

const editor = (page: Page) => page.getByRole('textbox', { name: 'SQL' });
const rows = (page: Page) => page.getByRole('region', { name: 'Rows of the result' }).getByRole('row');
const linkTo = (sql: string) => `/sql?run=1&from=now-24h&to=now&sql=${encodeURIComponent(sql)}`;
/** Far more pairs than any limit of time allows. */
const ENDLESS = 'SELECT count() FROM measures a, measures b, measures c WHERE a.value > b.value + c.value';

test('the first example runs as it stands, and is in the history afterwards', async ({ page }) => {
  await page.goto('/sql?from=now-24h&to=now');
  await settled(page);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(rows(page).nth(1)).toBeVisible();
  await page.getByRole('button', { name: 'History of this browser' }).click();
  await expect(page.getByRole('button', { name: /^SELECT .* rows in/ })).toHaveCount(1);
});

test('all examples are statements that the server runs', async ({ page }) => {
  await page.goto('/sql?from=now-24h&to=now');
  await settled(page);
  await page.getByRole('button', { name: 'Examples' }).click();
  const titles = await page.locator('.menu button').allTextContents();
  expect(titles.length).toBeGreaterThan(5);
  await page.keyboard.press('Escape');
  for (const title of titles) {
    await page.getByRole('button', { name: 'Examples' }).click();
    const answered = page.waitForResponse((each) => each.url().endsWith('/api/v1/sql'));
    await page.getByRole('button', { name: title }).click();
    expect((await answered).status(), title).toBe(200);
  }
});

test('a statement is written with completion and run by keys', async ({ page }) => {
  await page.goto('/sql');
  await settled(page);
  await editor(page).fill('');
  await editor(page).pressSequentially('SELECT count() AS n FROM reso');
  await expect(page.getByRole('option', { name: /^resources/ })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(editor(page)).toHaveValue('SELECT count() AS n FROM resources');
  await page.keyboard.press('Control+Enter');
  await expect(rows(page)).toHaveCount(2);
  await expect(page.getByRole('columnheader', { name: 'n', exact: true })).toBeVisible();
});

test('columns are put in where the cursor is', async ({ page }) => {
  await page.goto('/sql');
  await settled(page);
  await editor(page).fill('SELECT ');
  await page.getByRole('button', { name: /^value/ }).click();
  await expect(editor(page)).toHaveValue('SELECT value');
  await expect(editor(page)).toBeFocused();
});

test('a link shows a colleague the same rows, as a chart too, and follows the range', async ({ page }) => {
  const sql = 'SELECT toStartOfHour(time) AS hour, count() AS n FROM measures WHERE time >= $from GROUP BY hour';
  await page.goto(linkTo(sql));
  await expect(rows(page).nth(1)).toBeVisible();
  await page.getByRole('button', { name: 'Chart', exact: true }).click();
  await painted(charts(page).first());
  expect(new URL(page.url()).searchParams.get('view')).toBe('chart');
  const again = page.waitForRequest((each) => each.url().endsWith('/api/v1/sql'));
  await page.getByRole('button', { name: /^Time range/ }).click();
  await page.getByRole('button', { name: 'Last 6 hours' }).click();
  expect((await again).postDataJSON()).toMatchObject({ sql: expect.stringContaining('toDateTime64') });
});

test('rows are saved as CSV', async ({ page }) => {
  await page.goto(linkTo("SELECT 'a,b' AS text, 1 AS number FROM resources LIMIT 1"));
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Export the result' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  expect(readFileSync(await (await download).path(), 'utf-8')).toBe('text,number\r\n"a,b",1\r\n');
});

test('the page is accessible with rows and with a chart', async ({ page }) => {
  const sql = 'SELECT toStartOfHour(time) AS hour, count() AS n FROM measures WHERE time >= $from GROUP BY hour';
  await page.goto(linkTo(sql));
  await expect(rows(page).nth(1)).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Chart', exact: true }).click();
  await painted(charts(page).first());
  expect(await violations(page)).toEqual([]);
});

test.describe('what does not end well', () => {
  test.use({ expected: /40[04]/ });

  test('an error is marked in the statement', async ({ page }) => {
    await page.goto(linkTo('SELECT time,\n  tme\nFROM measures WHERE time > $from'));
    await expect(page.getByRole('alert')).toContainText('tme');
    await expect(page.locator('.sql-wrong')).toHaveText('tme');
  });

  test('a long statement tells how far it is, and is stopped in the engine', async ({ page }) => {
    await page.goto(linkTo(ENDLESS));
    await expect(page.getByRole('progressbar', { name: 'Rows read' })).toBeVisible();
    const began = Date.now();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByText('Cancelled; the engine has stopped')).toBeVisible();
    expect(Date.now() - began).toBeLessThan(8_000);
    await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
  });
});

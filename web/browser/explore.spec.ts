// SPDX-License-Identifier: Apache-2.0
// Explore: picking metrics, expressions and their errors, comparing, the address that keeps all of it.

import type { Page } from '@playwright/test';

import { charts, expect, painted, settled, test, violations } from './harness';
import { aMetric } from './places';

const legend = (page: Page) => page.getByRole('region', { name: 'Legend' });

test('metrics are picked by keys alone and taken away again', async ({ page }) => {
  await page.goto('/explore?from=now-24h&to=now');
  await settled(page);
  const box = page.getByRole('combobox', { name: 'Find metrics' });
  await box.fill('cpu_util');
  await expect(page.getByRole('option', { name: /cpu_util/ }).first()).toBeVisible();
  await box.press('Enter');
  await box.press('ArrowDown');
  await box.press('Enter');
  await box.press('Escape');
  await expect.poll(() => new URL(page.url()).searchParams.getAll('metric').length).toBe(2);
  await settled(page);
  await painted(charts(page).first());
  await expect(legend(page).getByRole('row')).toHaveCount(3);
  await page
    .getByRole('button', { name: /^Remove .*cpu_util/ })
    .first()
    .click();
  await expect.poll(() => new URL(page.url()).searchParams.getAll('metric').length).toBe(1);
  await page.goBack();
  await expect(legend(page).getByRole('row')).toHaveCount(3);
});

test('a resource leads to its metrics', async ({ page }) => {
  await page.goto('/explore?from=now-24h&to=now');
  await settled(page);
  await page.getByRole('combobox', { name: 'Find metrics' }).fill('web-shop');
  await page
    .getByRole('option', { name: /show its metrics/ })
    .first()
    .click();
  await page.getByRole('option', { name: 'cpu_util' }).click();
  await settled(page);
  await expect(charts(page)).toHaveCount(1);
});

test('an earlier period, hidden lines and the table stand in the address', async ({ page, api }) => {
  const metric = await aMetric(api, 'cpu_util');
  await page.goto(`/explore?metric=${metric}&from=now-6h&to=now`);
  await settled(page);
  await page.getByLabel('Compare with').selectOption({ label: 'a day before' });
  await expect(legend(page).getByText('(1d earlier)')).toBeVisible();
  await legend(page).getByRole('button', { pressed: true }).first().click();
  await expect(legend(page).getByRole('button', { pressed: false })).toHaveCount(1);
  await page.reload();
  await settled(page);
  await expect(legend(page).getByRole('button', { pressed: false })).toHaveCount(1);
  await page.getByRole('button', { name: 'Table' }).click();
  await expect(page.getByRole('columnheader', { name: /1d earlier/ })).toBeVisible();
  expect(new URL(page.url()).searchParams.get('view')).toBe('table');
});

test('an expression is drawn in groups, one line each', async ({ page }) => {
  const expression = '(aggregate mean (metric cpu_util mean))';
  await page.goto('/explore?by=expression&from=now-24h&to=now');
  await settled(page);
  await page.getByRole('textbox', { name: 'Expression' }).fill(expression);
  await page.getByRole('button', { name: 'Group by nothing' }).click();
  await page.getByRole('checkbox', { name: 'project_id' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Draw' }).click();
  await settled(page);
  await painted(charts(page).first());
  expect(await legend(page).getByRole('row').count()).toBeGreaterThan(2);
  expect(new URL(page.url()).searchParams.get('expr')).toBe(expression);
});

test.describe('an expression that is wrong', () => {
  test.use({ expected: /400/ });

  test('is shown with the place of its error', async ({ page }) => {
    await page.goto(`/explore?expr=${encodeURIComponent('(agregate mean (metric cpu_util mean))')}`);
    await expect(page.locator('mark')).toHaveText('agregate');
    await expect(page.getByRole('alert')).toContainText("'agregate' operation invalid");
  });
});

test('nothing in the range leads to the last point', async ({ page, api }) => {
  const metric = await aMetric(api, 'cpu_util');
  await page.goto(`/explore?metric=${metric}&from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z`);
  await settled(page);
  await page.getByRole('button', { name: 'Go there' }).click();
  await settled(page);
  await painted(charts(page).first());
});

test('the page at its beginning and with an expression is accessible', async ({ page }) => {
  await page.goto('/explore');
  await settled(page);
  expect(await violations(page)).toEqual([]);
  await page.goto(
    `/explore?from=now-24h&to=now&expr=${encodeURIComponent('(aggregate mean (metric cpu_util mean))')}`,
  );
  await settled(page);
  expect(await violations(page)).toEqual([]);
});

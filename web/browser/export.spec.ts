// SPDX-License-Identifier: Apache-2.0
// Taking data along: files that hold what the page shows.

import { readFileSync } from 'node:fs';

import { charts, expect, painted, settled, test } from './harness';
import { aMetric } from './places';

test('the points of a chart are saved with their unit and all their digits', async ({ page, api }) => {
  const metric = await aMetric(api, 'cpu_util');
  await page.goto(`/explore?metric=${metric}&from=now-6h&to=now`);
  await settled(page);
  await painted(charts(page).first());
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /CSV/ }).first().click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  const [head, ...rows] = readFileSync(await file.path(), 'utf-8')
    .trim()
    .split(/\r?\n/);
  expect(head).toContain('time UTC');
  expect(head).toContain('%');
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.at(-1)).toMatch(/\d{4}-\d\d-\d\dT.*,\d/);
});

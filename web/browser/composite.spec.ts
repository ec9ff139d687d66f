// SPDX-License-Identifier: Apache-2.0
// The editor of composite rules: parts within each other, moved with the keyboard, with what is wrong at each.

import type { Page } from '@playwright/test';

import { charts, expect, keep, painted, seen, settled, test, violations } from './harness';
import { someAlarms } from './places';

const RANGE = 'from=now-6h&to=now';

const part = (page: Page, number: number) => page.getByRole('article', { name: `rule${number}`, exact: true });

interface Instance {
  id: string;
  project_id: string;
}

/** Fields of a rule about an instance; steps of an hour, as the cloud's data may end a while ago. */
const about = ({ id }: Instance, threshold: string) => ({
  metric: 'cpu_util',
  resource_id: id,
  threshold,
  granularity: '1 h',
  periods: '1',
});

function address({ project_id }: Instance, draft: object): string {
  const given = encodeURIComponent(JSON.stringify({ name: 'composed', type: 'composite', ...draft }));
  return `/alarms/new?${RANGE}&project=${project_id}&draft=${given}`;
}

/** What an entry of a part's menu does, with the keyboard alone. */
async function move(page: Page, number: number, what: string): Promise<void> {
  await page.getByRole('button', { name: `rule${number}: more`, exact: true }).focus();
  await page.keyboard.press('Enter');
  const entry = page.getByRole('button', { name: what, exact: true });
  for (let turn = 0; turn < 8 && !(await entry.evaluate((node) => node === document.activeElement)); turn++) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

test('from one rule to a group of several, made and changed', async ({ page, api }) => {
  const { instance } = await someAlarms(api);
  const name = `composed at ${Date.now()}`;
  const draft = { ...about(instance, '0'), name, type: 'gnocchi_resources_threshold' };
  await page.goto(address(instance, draft));
  await settled(page);
  await page.getByLabel('Type', { exact: true }).selectOption('composite');
  await expect(part(page, 1)).toContainText(/mean of cpu_util of instance .* > 0/);
  await expect(page.getByText(/^in alarm once/)).toBeVisible();

  await page.getByRole('button', { name: 'Add a group' }).first().click();
  await expect(page.getByText('still needs a rule in each group')).toBeVisible();
  await move(page, 1, 'Into the group after it');
  await expect(part(page, 1).getByRole('button', { name: 'rule1', exact: true })).toBeFocused();
  await expect(page.getByRole('group', { name: 'Group of rule1', exact: true })).toContainText('cpu_util');
  await move(page, 1, 'The same once more');
  const second = part(page, 2);
  await second.getByRole('button', { name: 'rule2', exact: true }).click();
  await second.getByLabel(/^Threshold/).fill('1000');
  await expect(page.getByText(/^never in alarm/)).toBeVisible();
  await settled(page);
  await expect(charts(page)).toHaveCount(2);
  await painted(charts(page).first());

  await page.getByRole('button', { name: 'Make alarm' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.locator('.rule-text')).toContainText('All of these:');
  await settled(page);
  await page.getByRole('link', { name: 'Edit' }).click();
  await settled(page);
  await move(page, 2, 'Out of its group');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.rule-text > ol > li')).toHaveCount(2);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL(/\/alarms\?/);
});

test.describe('what the server refuses', () => {
  test.use({ expected: /400/ });

  test('stands at the field of the part that it is about', async ({ page, api }) => {
    const { instance } = await someAlarms(api);
    const parts = { or: [about(instance, '0'), { and: [about(instance, '1'), about(instance, '2')] }] };
    await page.goto(address(instance, { parts }));
    await settled(page);
    await page.getByRole('button', { name: 'rule3', exact: true }).click();
    await part(page, 3).getByLabel('Step', { exact: true }).fill('40000 d');
    await expect(
      part(page, 3)
        .locator('.field', { hasText: 'Step' })
        .getByText(/lower or equal/),
    ).toBeVisible();
    await part(page, 3).getByLabel('Type of rule').selectOption('series');
    await part(page, 3).getByLabel('Resources that match').fill('{"no": "search"}');
    await expect(part(page, 3).locator('.field-problem')).toBeVisible();
    await expect(part(page, 1).locator('.field-problem')).toHaveCount(0);
  });
});

test('a link to parts that are being written shows a colleague the same, as does their JSON', async ({
  page,
  api,
}) => {
  const { instance } = await someAlarms(api);
  await page.goto(address(instance, { parts: { or: [about(instance, '12')] } }));
  await settled(page);
  await page.getByRole('button', { name: 'rule1', exact: true }).click();
  await part(page, 1)
    .getByLabel(/^Threshold/)
    .fill('16.5');
  await expect(page).toHaveURL(/16\.5/);
  await page.reload();
  await settled(page);
  await expect(part(page, 1)).toContainText('> 16.5');
  await page.getByRole('tab', { name: 'As JSON' }).click();
  const text = page.getByLabel('Rule, as JSON');
  await expect(text).toHaveValue(/"threshold": 16.5/);
  await text.fill((await text.inputValue()).replace('16.5', '17'));
  await page.getByRole('tab', { name: 'Parts' }).click();
  await expect(part(page, 1)).toContainText('> 17');
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test.describe(`in ${theme} at ${width} px`, () => {
      test.use({ theme, viewport: { width, height: 900 } });

      test('every kind of part can be read by everybody, and nothing lies at the side', async ({ page, api }) => {
        const { instance } = await someAlarms(api);
        await page.goto(address(instance, { parts: KINDS(instance) }));
        await settled(page);
        for (const number of [1, 2, 3, 4, 5, 6]) {
          const head = page.getByRole('button', { name: `rule${number}`, exact: true });
          if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
        }
        await page.getByRole('button', { name: 'rule2: more', exact: true }).click();
        await keep(page, `composite-parts-${theme}-${width}`);
        expect(await violations(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await seen(page);
        const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overhang, 'pixels beyond the window').toBeLessThanOrEqual(0);
        await page.getByRole('tab', { name: 'As JSON' }).click();
        await keep(page, `composite-json-${theme}-${width}`);
        expect(await violations(page)).toEqual([]);
      });

      test('one without parts says what comes next', async ({ page, api }) => {
        const { instance } = await someAlarms(api);
        await page.goto(address(instance, {}));
        await settled(page);
        await expect(page.getByText('There is nothing in it yet')).toBeVisible();
        await keep(page, `composite-empty-${theme}-${width}`);
        expect(await violations(page)).toEqual([]);
      });
    });
  }
}

const KINDS = (instance: Instance) => ({
  and: [
    about(instance, '0'),
    {
      or: [
        { ...about(instance, '1'), type: 'series', resource_type: 'instance', across: 'mean', group_by: 'host' },
        {
          type: 'event',
          event_type: 'compute.instance.*',
          conditions: [{ field: 'traits.state', op: 'eq', type: '', value: 'error' }],
        },
        { and: [{ type: 'sql', sql: 'SELECT 1 AS n', value: 'n', threshold: '3' }] },
      ],
    },
    { type: 'prometheus', expression: 'up', operator: 'lt', threshold: '1' },
    { type: 'gnocchi_aggregation_by_metrics_threshold' },
  ],
});

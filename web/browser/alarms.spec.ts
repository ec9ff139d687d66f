// SPDX-License-Identifier: Apache-2.0
// Alarms: the list, the page of one, the editor with its preview, from a chart to an alarm, and who may do what.

import type { APIRequestContext, Page } from '@playwright/test';

import { charts, expect, keep, painted, seen, settled, signIn, test, violations } from './harness';
import { someAlarms } from './places';
import { PASSWORD, USERS } from './world';

const RANGE = 'from=now-6h&to=now';

const row = (page: Page, name: string) => page.locator('.alarm-list tbody tr').filter({ hasText: name });
const tally = (page: Page, word: string) =>
  page.getByRole('list', { name: 'States' }).getByRole('button', { name: word });

/** Wait until an alarm has been decided. */
async function decided(api: APIRequestContext, id: string, state: string): Promise<void> {
  const now = async (): Promise<string> => {
    const answer = await api.get(`/api/v1/alarms/${id}`);
    return ((await answer.json()) as { alarm: { state: string } }).alarm.state;
  };
  await expect.poll(now, { timeout: 75_000 }).toBe(state);
}

test.describe('the list', () => {
  test('has each state in words, counts them, and leads to an alarm', async ({ page, api }) => {
    const { busy, quiet, instance } = await someAlarms(api);
    await decided(api, busy, 'alarm');
    await decided(api, quiet, 'ok');
    await page.goto(`/overview?${RANGE}`);
    await settled(page);
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await expect(page).toHaveURL(/\/alarms\?from=now-6h/);
    await page.getByLabel('Name', { exact: true }).fill(`: ${instance.name}`);
    await expect(page).toHaveURL(/q=/);
    await settled(page);
    await expect(row(page, 'busy: ').locator('.chip.bad')).toHaveText('alarm');
    await expect(row(page, 'quiet: ').locator('.chip.good')).toHaveText('ok');
    await expect(row(page, 'wrong: ').locator('.chip.warn')).toHaveText('insufficient data');
    await expect(row(page, 'busy: ').getByRole('img', { name: /threshold 0/ })).toBeVisible();
    await tally(page, 'Insufficient data').click();
    await expect(page).toHaveURL(/state=insufficient/);
    await expect(row(page, 'busy: ')).toHaveCount(0);
    await tally(page, 'Insufficient data').click();
    await row(page, 'busy: ').locator('td').nth(3).click();
    await settled(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`busy: ${instance.name}`);
  });

  test('is filtered and sorted as the address says', async ({ page, api }) => {
    const { instance } = await someAlarms(api);
    await page.goto(`/alarms?${RANGE}`);
    await settled(page);
    await page.getByLabel('Severity').selectOption('critical');
    await expect(page).toHaveURL(/severity=critical/);
    await expect(row(page, 'quiet: ')).toHaveCount(0);
    await expect(row(page, 'busy: ')).toHaveCount(1);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Name', exact: true }).click();
    await expect(page).toHaveURL(/sort=name/);
    await settled(page);
    const names = (): Promise<string[]> => page.locator('.alarm-list td.leading').allTextContents();
    await page.getByLabel('Name', { exact: true }).fill(`: ${instance.name}`);
    const called = ['busy', 'either', 'failing', 'quiet', 'wrong'].map((each) => `${each}: ${instance.name}`);
    await expect.poll(names).toEqual(called);
    await page.getByRole('button', { name: 'Name', exact: true }).click();
    await expect.poll(names).toEqual([...called].reverse());
  });

  test('shows what could not be decided as an error, like no state', async ({ page, api }) => {
    const { instance } = await someAlarms(api);
    await page.route('**/api/v1/alarms?*', async (route) => {
      const answer = await route.fetch();
      const told = (await answer.json()) as { alarms: { error: string; name: string }[]; counts: object };
      for (const each of told.alarms) if (each.name.startsWith('quiet')) each.error = 'the engine is away';
      await route.fulfill({ json: { ...told, counts: { ...told.counts, failing: 1 } } });
    });
    await page.goto(`/alarms?q=${instance.name}&${RANGE}`);
    await settled(page);
    await expect(tally(page, 'With errors')).toContainText('1');
    await expect(row(page, 'quiet: ').locator('.chip')).toHaveText(['error']);
    await expect(row(page, 'quiet: ')).toContainText('the engine is away');
    expect(await violations(page)).toEqual([]);
  });

  test('switches the chosen ones together', async ({ page, api }) => {
    const { instance } = await someAlarms(api);
    await page.goto(`/alarms?q=${instance.name}&${RANGE}`);
    await settled(page);
    for (const name of ['wrong', 'failing']) {
      await page.getByRole('checkbox', { name: new RegExp(`Choose ${name}: `) }).check();
    }
    const together = page.getByRole('group', { name: 'With the chosen alarms' });
    await expect(together).toContainText('2 alarms chosen');
    await together.getByRole('button', { name: 'Switch off' }).click();
    await expect(row(page, 'wrong: ')).toContainText('off');
    await expect(together).toHaveCount(0);
    for (const name of ['wrong', 'failing']) {
      await page.getByRole('checkbox', { name: new RegExp(`Choose ${name}: `) }).check();
    }
    await together.getByRole('button', { name: 'Switch on' }).click();
    await expect(row(page, 'wrong: ').locator('.alarm-off')).toHaveCount(0);
  });
});

test.describe('the page of one', () => {
  test('tells the rule in words, what it saw, who was told, and leads to its resource', async ({ page, api }) => {
    const { busy, instance } = await someAlarms(api);
    await decided(api, busy, 'alarm');
    await page.goto(`/alarms/${busy}?${RANGE}`);
    await settled(page);
    const told = page.locator('.rule-text');
    await expect(told).toHaveText(/^mean of cpu_util of instance .* > 0\s?% for 1 h$/);
    await painted(charts(page).first());
    await expect(charts(page).first()).toContainText('threshold > 0');
    const history = page.getByRole('region', { name: 'History' });
    await expect(history.getByText('Transition to alarm').first()).toBeVisible();
    const notified = page.getByRole('region', { name: 'Notifications', exact: true });
    await expect(notified.getByText('http://127.0.0.1:9/nobody').first()).toBeVisible();
    await notified
      .getByRole('button', { name: /^Attempts/ })
      .first()
      .click();
    await expect(page.getByRole('dialog').getByText('"current": "alarm"')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    const again = page.waitForResponse((answer) => answer.url().endsWith('/again'));
    await notified
      .getByRole('button', { name: /^Send again/ })
      .first()
      .click();
    expect((await again).status()).toBe(200);
    await told.getByRole('link').click();
    await settled(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(instance.name);
  });

  test('explains what is missing, and what to do', async ({ page, api }) => {
    const { wrong } = await someAlarms(api);
    await page.goto(`/alarms/${wrong}?${RANGE}`);
    await settled(page);
    await expect(page.locator('.notice.warn')).toContainText('No datapoint for granularity 7', { timeout: 75_000 });
    await expect(page.locator('.notice.warn')).toContainText('keeps one every 5 min');
  });

  test('has a chart for each part of a composite rule', async ({ page, api }) => {
    const { either } = await someAlarms(api);
    await page.goto(`/alarms/${either}?${RANGE}`);
    await settled(page);
    await expect(charts(page)).toHaveCount(2);
    await expect(page.getByRole('heading', { name: /^rule2: mean of cpu_util/ })).toBeVisible();
    await expect(page.locator('.rule-text')).toContainText('Any of these:');
  });

  test('sets a state by hand, which the history tells', async ({ page, api }) => {
    const { failing } = await someAlarms(api);
    await page.goto(`/alarms/${failing}?${RANGE}`);
    await settled(page);
    for (const state of ['alarm', 'ok']) {
      await page.getByRole('button', { name: 'Set state' }).click();
      await page.getByRole('button', { name: state, exact: true }).click();
      await expect(page.locator('.alarm-how .chip').first()).toHaveText(state);
    }
    const newest = page.getByRole('list', { name: 'Changes' }).getByRole('listitem').first();
    await expect(newest).toContainText('Manually set via API');
    await expect(newest).toContainText(`by ${USERS.operator}`);
  });
});

test.describe('the editor', () => {
  test('previews what is typed and dragged, saves it, changes it, deletes it', async ({ page, api }) => {
    const { instance } = await someAlarms(api);
    const name = `made by hand at ${Date.now()}`;
    await page.goto(`/alarms/new?${RANGE}&project=${instance.project_id}`);
    await settled(page);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Resource', { exact: true }).fill(instance.id);
    await expect(page.getByText(instance.name, { exact: true }).first()).toBeVisible();
    await page.getByLabel('Metric', { exact: true }).fill('cpu_util');
    await expect(page.getByLabel('Step', { exact: true })).toHaveValue('5 min');
    await page.getByLabel(/^Threshold/).fill('1000');
    await expect(page.getByText(/never in alarm/)).toBeVisible();
    await painted(charts(page).first());
    const handle = (await page.locator('.level-handle').boundingBox())!;
    await page.mouse.move(handle.x + 200, handle.y + handle.height / 2);
    await page.mouse.down();
    await page.mouse.move(handle.x + 200, handle.y + 120, { steps: 6 });
    await page.mouse.up();
    const dragged = Number(await page.getByLabel(/^Threshold/).inputValue());
    expect(dragged).toBeGreaterThan(0);
    expect(dragged).toBeLessThan(900);
    await page.getByLabel(/^Threshold/).fill('0');
    await expect(page.getByText(/^in alarm/)).toBeVisible();
    await expect(page).toHaveURL(/draft=/);
    await page.getByRole('button', { name: 'Make alarm' }).click();
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    await settled(page);
    await page.getByRole('link', { name: 'Edit' }).click();
    await settled(page);
    await page.getByLabel('Steps in a row').fill('2');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.locator('.rule-text')).toContainText('for 2 × 5 min');
    await expect(page.getByRole('row', { name: /rule: evaluation_periods 3 .*2/ })).toBeVisible();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect(page).toHaveURL(/\/alarms\?/);
    await settled(page);
    await expect(row(page, name)).toHaveCount(0);
  });

  test('a link to what is being written shows a colleague the same', async ({ page, api, browser, baseURL }) => {
    const { instance } = await someAlarms(api);
    const draft = { name: 'shared', metric: 'cpu_util', resource_id: instance.id, threshold: '15' };
    await page.goto(`/alarms/new?${RANGE}&draft=${encodeURIComponent(JSON.stringify(draft))}`);
    await settled(page);
    await page.getByLabel(/^Threshold/).fill('16.5');
    await expect(page).toHaveURL(/16\.5/);
    const storageState = await page.context().storageState();
    const colleague = await browser.newContext({ storageState, baseURL: baseURL! });
    const other = await colleague.newPage();
    await other.goto(page.url());
    await settled(other);
    await expect(other.getByLabel(/^Threshold/)).toHaveValue('16.5');
    await expect(other.getByLabel('Name', { exact: true })).toHaveValue('shared');
    await colleague.close();
  });

  test.describe('is refused', () => {
    test.use({ who: 'owner', expected: /40[03]/ });

    test('what the server does not take, at the field or in words, and nobody is signed out', async ({
      page,
      api,
    }) => {
      const { instance } = await someAlarms(api);
      const draft = { name: 'refused', metric: 'cpu_util', resource_id: instance.id, threshold: '15' };
      await page.goto(`/alarms/new?${RANGE}&draft=${encodeURIComponent(JSON.stringify(draft))}`);
      await settled(page);
      await page.getByLabel('Step', { exact: true }).fill('40000 d');
      await expect(
        page
          .locator('.field', { hasText: 'Step' })
          .getByText(/lower or equal/)
          .first(),
      ).toBeVisible();
      await page.getByLabel('Step', { exact: true }).fill('5 min');
      await page.getByLabel('Tell when in alarm').fill('log:');
      await page.getByRole('button', { name: 'Make alarm' }).click();
      await expect(page.getByText('You are not authorized to create action: log:')).toBeVisible();
      await expect(page).toHaveURL(/\/alarms\/new/);
    });
  });

  test('from a chart of a resource, everything is filled in', async ({ page, api }) => {
    const { instance } = await someAlarms(api);
    await page.goto(`/resources/${instance.id}?${RANGE}`);
    await settled(page);
    await painted(charts(page).first());
    await page.getByRole('button', { name: 'cpu_util: more' }).click();
    await page.getByRole('link', { name: 'New alarm' }).click();
    await settled(page);
    await expect(page).toHaveURL(/\/alarms\/new\?from=now-6h/);
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue(`cpu_util of ${instance.name} is high`);
    await expect(page.getByText(/^never in alarm/)).toBeVisible();
    expect(Number(await page.getByLabel(/^Threshold/).inputValue())).toBeGreaterThan(0);
    await painted(charts(page).first());
  });
});

test.describe('who may only look', () => {
  test.use({ who: 'viewer' });

  test('sees alarms and may try rules, and is offered no button that changes one', async ({
    page,
    playwright,
    baseURL,
  }) => {
    const context = await playwright.request.newContext({ baseURL: baseURL! });
    await signIn(context, USERS.owner, PASSWORD);
    const { busy } = await someAlarms(context);
    await context.dispose();
    await page.goto(`/alarms?${RANGE}`);
    await settled(page);
    await expect(row(page, 'busy: ').first()).toBeVisible();
    await expect(page.getByRole('checkbox')).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'New alarm' })).toHaveCount(0);
    await page.goto(`/alarms/${busy}?${RANGE}`);
    await settled(page);
    for (const name of ['Switch off', 'Set state', 'Delete', 'Send again']) {
      await expect(page.getByRole('button', { name })).toHaveCount(0);
    }
    await expect(page.getByRole('link', { name: 'Edit' })).toHaveCount(0);
    await page.goto(`/alarms/new?${RANGE}`);
    await settled(page);
    await expect(page.getByRole('button', { name: 'Make alarm' })).toHaveCount(0);
  });
});

test.describe('a member of another project', () => {
  test.use({ who: 'stranger', expected: /404/ });

  test('finds nothing of it', async ({ page, playwright, baseURL }) => {
    const context = await playwright.request.newContext({ baseURL: baseURL! });
    await signIn(context, USERS.owner, PASSWORD);
    const { busy } = await someAlarms(context);
    await context.dispose();
    await page.goto(`/alarms?${RANGE}`);
    await settled(page);
    await expect(row(page, 'busy: ')).toHaveCount(0);
    await page.goto(`/alarms/${busy}`);
    await expect(page.getByText(`Alarm ${busy} not found`)).toBeVisible();
  });
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test.describe(`in ${theme} at ${width} px`, () => {
      test.use({ theme, viewport: { width, height: 900 } });

      test('everything can be read by everybody, and nothing lies at the side', async ({ page, api }) => {
        const { busy, either, wrong, failing, instance } = await someAlarms(api);
        const draft = { name: 'new', metric: 'cpu_util', resource_id: instance.id, threshold: '20' };
        const views = {
          list: '/alarms',
          none: '/alarms?q=there+is+no+such+alarm',
          busy: `/alarms/${busy}`,
          either: `/alarms/${either}`,
          wrong: `/alarms/${wrong}`,
          failing: `/alarms/${failing}`,
          empty: '/alarms/new',
          new: `/alarms/new?draft=${encodeURIComponent(JSON.stringify(draft))}`,
          metrics: `/alarms/new?draft=${encodeURIComponent('{"type":"gnocchi_aggregation_by_metrics_threshold"}')}`,
          edit: `/alarms/${either}/edit`,
        };
        for (const [name, address] of Object.entries(views)) {
          await page.goto(`${address}${address.includes('?') ? '&' : '?'}${RANGE}`);
          await settled(page);
          await seen(page);
          await keep(page, `alarms-${name}-${theme}-${width}`);
          const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(overhang, `pixels of ${name} beyond the window`).toBeLessThanOrEqual(0);
          expect(await violations(page), name).toEqual([]);
        }
      });
    });
  }
}

test('many alarms are brought in pages as one scrolls', async ({ page, api }) => {
  await someAlarms(api);
  const answer = await api.get('/api/v1/alarms', { params: { match: 'busy: ' } });
  const [one] = ((await answer.json()) as { alarms: { id: string }[] }).alarms;
  const counts = { ok: 0, alarm: 1000, insufficient_data: 0, failing: 0 };
  await page.route('**/api/v1/alarms?*', async (route) => {
    const asked = new URL(route.request().url()).searchParams;
    const from = Number(asked.get('marker') ?? 0);
    const to = Math.min(1000, from + Number(asked.get('limit')));
    const alarms = Array.from({ length: to - from }, (_, at) => ({
      ...one,
      id: `made-up-${from + at}`,
      name: `one of many, ${from + at}.`,
      // Not one that has values to be asked for.
      type: 'event',
      threshold: null,
    }));
    await route.fulfill({ json: { alarms, next: to < 1000 ? String(to) : null, counts } });
  });
  await page.goto('/alarms');
  await settled(page);
  const table = page.getByRole('region', { name: 'Alarms', exact: true });
  const last = row(page, 'one of many, 999.');
  const down = async (): Promise<number> => {
    await table.evaluate((node) => node.scrollTo(0, node.scrollHeight));
    return last.count();
  };
  await expect.poll(down).toBe(1);
  expect(await page.locator('.alarm-list tbody tr').count()).toBeLessThan(100);
  await expect(page.getByRole('table')).toHaveAttribute('aria-rowcount', '1001');
});

test.describe('beyond one series', () => {
  for (const theme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      test.describe(`in ${theme} at ${width} px`, () => {
        test.use({ theme, viewport: { width, height: 900 }, expected: /400/ });

        test('each host is an instance: tried, made, shown with its state', async ({ page, api }) => {
          const { project_id } = (await someAlarms(api)).instance;
          const draft = { name: `hosts at ${Date.now()}`, ...MANY };
          const given = `project=${project_id}&draft=${encodeURIComponent(JSON.stringify(draft))}`;
          await page.goto(`/alarms/new?${RANGE}&${given}`);
          await settled(page);
          await painted(charts(page).first());
          await expect(charts(page).first()).toContainText('recovers at');
          await page.getByLabel('Values are taken').selectOption('against earlier ones');
          await page.getByLabel('How much earlier').fill('90 min');
          await expect(page.locator('.field', { hasText: 'How much earlier' })).toContainText('multiple of the');
          await page.getByLabel('Values are taken').selectOption('as they are');
          await painted(charts(page).first());
          await keep(page, `alarms-new-series-${theme}-${width}`);
          expect(await violations(page)).toEqual([]);
          await page.getByRole('button', { name: 'Make alarm' }).click();
          await expect(page.getByRole('heading', { level: 1, name: draft.name })).toBeVisible();
          await expect(page.getByText('fires once values are beyond the threshold for 10 min')).toBeVisible();
          await expect(page.getByRole('region', { name: 'Instances', exact: true })).toContainText('host=', {
            timeout: 75_000,
          });
          await settled(page);
          await seen(page);
          await keep(page, `alarms-id-series-${theme}-${width}`);
          expect(await violations(page)).toEqual([]);
          await page.getByRole('button', { name: 'Delete' }).click();
          await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
          await expect(page).toHaveURL(/\/alarms\?/);
        });

        test('a statement shows what it gives now', async ({ page, api }) => {
          const { project_id } = (await someAlarms(api)).instance;
          const draft = encodeURIComponent(JSON.stringify({ name: 'rows', ...ROWS }));
          await page.goto(`/alarms/new?${RANGE}&project=${project_id}&draft=${draft}`);
          await settled(page);
          await expect(page.getByRole('region', { name: 'Rows' }).getByText('alarm').first()).toBeVisible();
          await keep(page, `alarms-new-sql-${theme}-${width}`);
          expect(await violations(page)).toEqual([]);
        });
      });
    }
  }
});

const MANY = {
  type: 'series',
  metric: 'cpu_util',
  across: 'mean',
  group_by: 'host',
  threshold: '1',
  recovery: '0.5',
  granularity: '1 h',
  periods: '1',
  pending: '10 min',
  labels: 'team=web',
};
const ROWS = {
  type: 'sql',
  sql: 'SELECT type, count(*) AS n FROM resources GROUP BY type',
  value: 'n',
  threshold: '3',
};

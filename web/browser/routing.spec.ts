// SPDX-License-Identifier: Apache-2.0
// Routing: contact points, routes edited where they stand, trying them out, and what happens when two people do so.

import type { APIRequestContext, Page } from '@playwright/test';

import { expect, keep, settled, signIn, test, violations } from './harness';
import { someAlarms, someRoutes } from './places';
import { PASSWORD, USERS } from './world';

const card = (page: Page, name: string) => page.getByRole('listitem', { name, exact: true });
const sheet = (page: Page) => page.getByRole('dialog');

async function choose(page: Page, name: string, what: string): Promise<void> {
  await page.getByRole('button', { name: `${name}: more`, exact: true }).click();
  await page.getByRole('button', { name: what, exact: true }).click();
}

/** A request as the one who is signed in makes it. */
async function send(api: APIRequestContext, method: string, address: string, data?: object): Promise<unknown> {
  const { csrf } = (await (await api.get('/api/v1/session')).json()) as { csrf: string };
  const answer = await api.fetch(`/api/v1${address}`, { method, headers: { 'X-CSRF-Token': csrf }, data });
  expect(answer.ok(), `${method} ${address}: ${await answer.text()}`).toBe(true);
  return answer.status() === 204 ? null : answer.json();
}

interface Tree {
  revision: number;
  routes: object[];
  mute_timings: object[];
  inhibitions: object[];
}

test.describe('of a project', () => {
  test.use({ who: 'stranger', expected: /40[09]/ });

  test.beforeEach(async ({ api }) => {
    const { revision } = (await send(api, 'GET', '/routing')) as Tree;
    await send(api, 'PUT', '/routing', { revision, routes: [] });
    const { contact_points } = (await send(api, 'GET', '/contact-points')) as { contact_points: { name: string }[] };
    for (const { name } of contact_points) await send(api, 'DELETE', `/contact-points/${encodeURIComponent(name)}`);
  });

  test('from nothing to a route that is tried, and changed where it stands', async ({ page }) => {
    await page.goto('/routing');
    await settled(page);
    await expect(page.getByRole('heading', { name: 'No route yet' })).toBeVisible();

    await page.getByRole('button', { name: 'New contact point' }).click();
    await sheet(page).getByLabel('Name').fill('pager');
    await sheet(page).getByLabel('Tells').first().fill('carrier-pigeon:home');
    await sheet(page).getByRole('button', { name: 'Make it' }).click();
    await expect(sheet(page).locator('.field-problem')).toContainText('targets[0]: expected a URL that begins with');
    await sheet(page).getByLabel('Tells').first().fill('http://me:secret@127.0.0.1:9/page');
    await sheet(page).getByRole('button', { name: 'Make it' }).click();
    await expect(page.getByText(/http:\/\/.*127\.0\.0\.1:9\/page/)).toBeVisible();
    await expect(page.getByText('secret')).toHaveCount(0);

    await page.getByRole('button', { name: 'Test: pager' }).click();
    await expect(sheet(page).getByText(/waiting|given up/)).toBeVisible();
    // Where this server may not send to, or nobody listens: either way it says so.
    await expect(sheet(page)).toContainText(/may not be sent to|refused/i);
    await expect(sheet(page)).not.toContainText('secret');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Add a route' }).click();
    const form = page.getByRole('form', { name: 'Route routes[0]' });
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form.locator('.field-problem')).toContainText('contact_point');
    await form.getByLabel('Contact point').selectOption('pager');
    await form.getByRole('button', { name: 'Add a matcher' }).click();
    await form.getByLabel('Label').fill('severity');
    await form.getByLabel('Value').fill('critical');
    await form.getByLabel('Told together').selectOption('those alike in labels');
    await form.getByLabel('Alike in').fill('name, team');
    await form.getByLabel('A new message waits').fill('soon');
    await expect(form.getByText('Such as 30 s, 5 min or 4 h')).toBeVisible();
    await form.getByLabel('A new message waits').fill('10 s');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(card(page, 'routes[0]')).toContainText('one message for each name and team · waits 10 s');

    await page.getByLabel('an alarm with these labels').fill('severity=critical');
    await page.getByRole('button', { name: 'Try' }).click();
    await expect(page.getByText('goes here')).toBeVisible();
    await expect(page.locator('.tried')).toContainText('told pager');

    await choose(page, 'routes[0]', 'Add one beneath');
    const below = page.getByRole('form', { name: 'Route routes[0].routes[0]' });
    await below.getByRole('button', { name: 'Save' }).click();
    await expect(card(page, 'routes[0].routes[0]')).toContainText('goes here');
    await choose(page, 'routes[0].routes[0]', 'Delete');
    await sheet(page).getByRole('button', { name: 'Delete' }).click();
    await expect(card(page, 'routes[0].routes[0]')).toHaveCount(0);

    await page.getByRole('button', { name: 'Delete: pager' }).click();
    await sheet(page).getByRole('button', { name: 'Delete' }).click();
    await expect(sheet(page).getByRole('alert')).toContainText('routes[0]');
  });

  test('who was slower is told so, loses nothing unseen, and loads what there is', async ({ page, api }) => {
    await send(api, 'POST', '/contact-points', { name: 'pager', targets: ['http://127.0.0.1:9/page'] });
    await page.goto('/routing');
    await settled(page);
    await page.getByRole('button', { name: 'Add a route' }).click();
    const form = page.getByRole('form', { name: 'Route routes[0]' });
    await form.getByLabel('Contact point').selectOption('pager');
    const { revision } = (await send(api, 'GET', '/routing')) as Tree;
    await send(api, 'PUT', '/routing', {
      revision,
      routes: [{ contact_point: 'pager', matchers: [{ label: 'name', value: 'faster' }] }],
    });
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form.getByRole('alert')).toContainText('Somebody else has saved meanwhile');
    await expect(form.getByLabel('Contact point')).toHaveValue('pager');
    await form.getByRole('button', { name: 'Load what there is now' }).click();
    await expect(card(page, 'routes[0]')).toContainText('name="faster"');
  });

  test('a timing and an inhibition are written, and errors stand at their parts', async ({ page }) => {
    await page.goto('/routing');
    await settled(page);
    await page.getByRole('button', { name: 'New mute timing' }).click();
    await sheet(page).getByLabel('Name').fill('nights');
    await sheet(page).getByLabel('Times of the day').fill('22:00-06:00');
    await sheet(page).getByRole('button', { name: 'Save' }).click();
    await expect(sheet(page).locator('.field-problem')).toContainText('two ranges across midnight');
    await sheet(page).getByLabel('Times of the day').fill('22:00-24:00, 00:00-06:00');
    await sheet(page).getByLabel('Time zone').fill('Europe/Ljubljana');
    await sheet(page).getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('list', { name: 'Mute timings' })).toContainText('22:00-24:00, 00:00-06:00 (Europe/');

    await page.getByRole('button', { name: 'New inhibition' }).click();
    const [source, target] = [/^While one of these/, /^these are not told/].map((name) =>
      sheet(page).getByRole('group', { name }),
    );
    await source!.getByLabel('Label').fill('name');
    await source!.getByLabel('Value').fill('switch is down');
    await target!.getByLabel('Label').fill('severity');
    await target!.getByLabel('Value').fill('low');
    await sheet(page).getByLabel('If they are alike in').fill('rack');
    await sheet(page).getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('list', { name: 'Inhibitions' })).toContainText(
      'severity="low" is not told while name="switch is down" of the same rack is in alarm',
    );
  });
});

test('an alarm leads to its routes, lit up', async ({ page, api }) => {
  const project = await someRoutes(api);
  const { busy } = await someAlarms(api);
  await page.goto(`/alarms/${busy}?from=now-6h&to=now`);
  await settled(page);
  await page.getByRole('link', { name: 'Its routes' }).click();
  await settled(page);
  await expect(page).toHaveURL(new RegExp(`of=${project}`));
  await expect(card(page, 'routes[0]')).toContainText('goes here');
  await expect(page.locator('.tried')).toContainText('told pager');
});

test('what is told together now leads to its alarms and to what was told', async ({ page, api }) => {
  const project = await someRoutes(api);
  const { busy, instance } = await someAlarms(api);
  const groups = async (): Promise<string> => {
    const answer = await api.get('/api/v1/routing/groups', { params: { project, alarm: busy } });
    return ((await answer.json()) as { groups: { contact_point: string }[] }).groups[0]?.contact_point ?? '';
  };
  await expect.poll(groups, { timeout: 75_000 }).toBe('pager');
  await page.goto(`/routing?of=${project}`);
  await settled(page);
  const listed = page.getByRole('region', { name: 'Told together now' });
  const row = listed.getByRole('row').filter({ hasText: `name=busy: ${instance.name}` });
  await expect(row).toContainText('pager');
  await row.getByRole('button', { name: /^Details/ }).click();
  await expect(sheet(page).getByRole('link', { name: `busy: ${instance.name}` })).toBeVisible();
  await expect(sheet(page)).toContainText('by routes[0]');
  await page.keyboard.press('Escape');
  await row.getByRole('link', { name: `busy: ${instance.name}` }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`busy: ${instance.name}`);
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test.describe(`in ${theme} at ${width} px`, () => {
      test.use({ theme, viewport: { width, height: 900 } });

      test('groups are listed with what holds them back', async ({ page, api }) => {
        const project = await someRoutes(api);
        const grouped = (given: object): object => ({ ...GROUP, key: JSON.stringify(given), ...given });
        const silenced = { labels: { name: 'web is busy' }, silenced: 1, inhibited: 3, told_ms: null, times: 0 };
        const groups = [grouped(silenced), grouped({ muted: 'mute timing nights holds' }), grouped({ next_ms: 0 })];
        const answer = { groups };
        await page.route('**/api/v1/routing/groups?*', (route) => route.fulfill({ json: answer }));
        await page.route('**/api/v1/routing/groups/*', (route) =>
          route.fulfill({ json: { group: groups[0], deliveries: [] } }),
        );
        await page.goto(`/routing?of=${project}`);
        await settled(page);
        const listed = page.getByRole('region', { name: 'Told together now' });
        await expect(listed.getByText('3 inhibited')).toBeVisible();
        await keep(page, `routing-groups-${theme}-${width}`);
        const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overhang, 'pixels beyond the window').toBeLessThanOrEqual(0);
        expect(await violations(page)).toEqual([]);
        await listed
          .getByRole('button', { name: /^Details/ })
          .first()
          .click();
        await expect(sheet(page)).toContainText('in alarm, not told yet');
        await keep(page, `routing-group-${theme}-${width}`);
        expect(await violations(page)).toEqual([]);
        await page.keyboard.press('Escape');
        answer.groups = [];
        await page.reload();
        await settled(page);
        await expect(listed.getByText(/^Nothing is in alarm that goes along a route/)).toBeVisible();
        expect(await violations(page)).toEqual([]);
      });

      test('routes are edited and tried', async ({ page, api }) => {
        const project = await someRoutes(api);
        await page.goto(`/routing?of=${project}&labels=severity%3Dlow`);
        await settled(page);
        await page.getByRole('button', { name: 'Try' }).click();
        await expect(page.locator('.route.lit')).toHaveCount(1);
        await choose(page, 'routes[0]', 'Edit');
        await keep(page, `routing-edited-${theme}-${width}`);
        expect(await violations(page)).toEqual([]);
        await page.getByRole('button', { name: 'New mute timing' }).click();
        await keep(page, `routing-timing-${theme}-${width}`);
        expect(await violations(page)).toEqual([]);
      });

      test('where there is no route the page says what they are good for', async ({ page }) => {
        await page.route('**/api/v1/contact-points?*', (route) => route.fulfill({ json: { contact_points: [] } }));
        await page.route('**/api/v1/routing?*', (route) => route.fulfill({ json: NOTHING }));
        await page.goto('/routing?of=nothing');
        await settled(page);
        await expect(page.getByRole('heading', { name: 'No route yet' })).toBeVisible();
        await keep(page, `routing-empty-${theme}-${width}`);
        expect(await violations(page)).toEqual([]);
      });
    });
  }
}

const GROUP = {
  project_id: 'p',
  place: 'routes[0]',
  contact_point: 'pager',
  labels: {},
  told_ms: Date.now() - 300_000,
  times: 12,
  next_ms: Date.now() + 4 * 3_600_000,
  muted: '',
  count: 4,
  new: 1,
  over: 1,
  silenced: 0,
  inhibited: 0,
  alarms: ['web is busy', 'the disk of a machine with a long name is nearly full', 'x', 'y'].map((name, at) => ({
    alarm: `a-${at}`,
    labels: { name, severity: 'critical', host: 'rack-7-machine-12' },
    since_ms: Date.now() - 1000 * at,
    reason: '',
    value: null,
    known: at ? 'told' : 'new',
    held: at > 1 ? 'inhibited' : at ? 'silenced' : '',
  })),
};

const NOTHING = {
  project_id: 'nothing',
  revision: 0,
  routes: [],
  mute_timings: [],
  inhibitions: [],
  changed_ms: 0,
  changed_by: '',
};

test.describe('who may only look', () => {
  test.use({ who: 'viewer' });

  test('sees routes and may try them, and is offered nothing that changes one', async ({
    page,
    playwright,
    baseURL,
  }) => {
    const context = await playwright.request.newContext({ baseURL: baseURL! });
    await signIn(context, USERS.owner, PASSWORD);
    await someRoutes(context);
    await context.dispose();
    await page.goto('/routing');
    await settled(page);
    await expect(card(page, 'routes[0]')).toBeVisible();
    for (const name of [/^Add a route/, /^New /, /more$/, /^Test/, /^Delete/]) {
      await expect(page.getByRole('main').getByRole('button', { name })).toHaveCount(0);
    }
    await page.getByLabel('an alarm with these labels').fill('severity=critical');
    await page.getByRole('button', { name: 'Try' }).click();
    await expect(page.getByText('goes here')).toBeVisible();
  });
});

// SPDX-License-Identifier: Apache-2.0
// The page of agents: from the list to the picture of one, live, by keys, and for those whose agents they are.

import { expect, settled, test, violations } from './harness';
import { anAgent } from './places';

test('the list leads to an agent, whose parts in trouble are marked and said', async ({ page, api }) => {
  const name = await anAgent(api);
  await page.goto('/overview');
  await settled(page);
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await settled(page);
  await expect(page.getByRole('row', { name })).toContainText('errors');
  await page.getByRole('link', { name }).click();
  await settled(page);
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page).toHaveTitle(`${name} · Nephoscope`);
  const publishers = page.getByRole('group', { name: 'Publishers' }).getByRole('listitem');
  await expect(publishers.filter({ hasText: 'udp://' })).toHaveClass(/bad/);
  await expect(publishers.filter({ hasText: 'nephoscope://' })).not.toHaveClass(/bad/);
  await expect(page.getByRole('list', { name: 'What is wrong' })).toContainText('udp://collector.example:4952');
});

test('lines begin and end at the parts that they join', async ({ page, api }) => {
  await page.goto(`/agents/${encodeURIComponent(await anAgent(api))}`);
  await settled(page);
  const loose = await page.locator('.flow').evaluate((flow) => {
    const base = flow.getBoundingClientRect();
    const parts = [...flow.querySelectorAll('.flow-part')].map((each) => each.getBoundingClientRect());
    const bus = new Set([...flow.querySelectorAll('path')].map((each) => each.getPointAtLength(0).x));
    return [...flow.querySelectorAll<SVGPathElement>('path')]
      .flatMap((path) => [path.getPointAtLength(0), path.getPointAtLength(path.getTotalLength())])
      .filter(({ x, y }) => {
        const touches = parts.some(
          ({ left, right, top, bottom }) =>
            (Math.abs(left - base.left - x) < 1.5 || Math.abs(right - base.left - x) < 1.5) &&
            y > top - base.top &&
            y < bottom - base.top,
        );
        return !touches && !bus.has(x);
      }).length;
  });
  expect(loose).toBe(0);
});

test('new figures come by themselves', async ({ page, api }) => {
  const name = await anAgent(api);
  await page.goto(`/agents/${encodeURIComponent(name)}`);
  await settled(page);
  const again = page.waitForResponse((answer) => answer.url().includes('/api/v1/agents/'), { timeout: 15_000 });
  expect((await again).status()).toBe(200);
  await expect(page.locator('.flow')).toBeVisible();
});

test('in a narrow window the parts stand beneath each other, and say where they lead', async ({ page, api }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/agents/${encodeURIComponent(await anAgent(api))}`);
  await settled(page);
  const source = page.getByRole('group', { name: 'Sources' }).getByRole('listitem').first();
  await expect(source.getByText('to store, archive')).toBeInViewport({ ratio: 0 });
  const lefts = await page
    .locator('.flow-part')
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().left));
  expect(new Set(lefts).size).toBe(1);
  expect(await violations(page)).toEqual([]);
});

test.describe('somebody of a project without agents', () => {
  test.use({ who: 'stranger', expected: /404/ });

  test('is told how to begin, and finds nobody else', async ({ page }) => {
    await page.goto('/agents');
    await settled(page);
    await expect(page.getByText('No agent reports here yet')).toBeVisible();
    await page.goto(`/agents/${encodeURIComponent('rack 7/compute-01')}`);
    await expect(page.getByText(/no agent called rack 7\/compute-01/)).toBeVisible();
  });
});

// SPDX-License-Identifier: Apache-2.0
// Every page in both themes, on a desk and in a hand: nothing broken, cut off or jumping about, nothing that axe
// finds.

import { PAGES } from '../src/pages';
import { expect, keep, seen, settled, shifts, test, violations, watchShifts } from './harness';
import { addressOf, SHOWN } from './places';

/** Beyond this people lose the line they read. */
const SHIFT_MAX = 0.1;

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test.describe(`in ${theme} at ${width} px`, () => {
      test.use({ theme, viewport: { width, height: 900 } });

      for (const view of SHOWN) {
        test(view.name, async ({ page, api }) => {
          await watchShifts(page);
          await page.goto(await addressOf(view, api));
          await settled(page);
          expect(await shifts(page), 'how far things jumped while it loaded').toBeLessThan(SHIFT_MAX);
          await seen(page);
          await expect(page).toHaveTitle(/Nephoscope$/);
          await expect(page.locator('#main .problem')).toHaveCount(0);
          await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
          await keep(page, `${view.name}-${theme}-${width}`);
          const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(overhang, 'pixels that reach beyond the window').toBeLessThanOrEqual(0);
          expect(await violations(page)).toEqual([]);
        });
      }
    });
  }
}

test('there is no page that the navigation does not lead to', async ({ page }) => {
  await page.goto('/overview');
  const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
  const paths = await links.evaluateAll((all) =>
    all.map((each) => new URL((each as HTMLAnchorElement).href).pathname),
  );
  const wanted = PAGES.filter((page) => page.nav).map((page) => page.path);
  expect(paths).toEqual(expect.arrayContaining(wanted));
});

test('an address without a page says so', async ({ page }) => {
  await page.goto('/overview/nothing/here');
  await expect(page.getByText('There is no page at this address')).toBeVisible();
});

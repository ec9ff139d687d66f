// SPDX-License-Identifier: Apache-2.0
// axe in a page whose content security policy lets no foreign script in: it runs in a world of its own.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { AxeResults } from 'axe-core';
import type { Page } from '@playwright/test';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf-8');

const EXAMPLES = 3;

/** What axe finds wrong on a page by its rules of some tags: one text a rule, with the first elements that break it. */
export async function violations(page: Page, tags: readonly string[]): Promise<string[]> {
  // The debugger's way in is not bound by the page's policy.
  await page.evaluate(SOURCE);
  const found = await page.evaluate(
    (values) =>
      (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        runOnly: { type: 'tag', values },
        resultTypes: ['violations'],
      }),
    [...tags],
  );
  return found.violations.map((rule) => {
    const examples = rule.nodes
      .slice(0, EXAMPLES)
      .map((node) => `  ${node.html.slice(0, 200)}\n  ${node.failureSummary ?? ''}`);
    return [`${rule.id}, ${rule.nodes.length} times: ${rule.help}`, ...examples].join('\n');
  });
}

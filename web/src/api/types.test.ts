// SPDX-License-Identifier: Apache-2.0
// @vitest-environment node

import { readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { typesOf } from '../../scripts/types.mjs';

it('the types are those of the document; `make web-types` renews both', async () => {
  const document = JSON.parse(await readFile('openapi.json', 'utf8')) as object;
  expect(await readFile('src/api/types.ts', 'utf8')).toBe(await typesOf(document));
});

// SPDX-License-Identifier: Apache-2.0
// Writes src/api/types.ts from openapi.json: `npm run types`; `make web-types` renews openapi.json first.

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import openapiTS, { astToString } from 'openapi-typescript';

const FOLDER = new URL('../', import.meta.url);
const HEAD = `// SPDX-License-Identifier: Apache-2.0
// Written by scripts/types.mjs out of openapi.json; \`make web-types\` renews both.

`;

/** The TypeScript that the document amounts to. */
export async function typesOf(document) {
  return (
    HEAD +
    narrow(
      astToString(
        await openapiTS(document, { alphabetize: true, defaultNonNullable: false, emptyObjectsUnknown: true }),
      ),
    )
  );
}

/** Comments are folded to the house's line length, and types of which there are several. */
function narrow(source) {
  return source.split('\n').flatMap(fold).join('\n');
}

function fold(line) {
  const comment = /^(\s*)(\/\*\*|\*) (.*?)( \*\/)?$/.exec(line);
  if (line.length <= 118) return [line];
  if (!comment) return eachApart(line);
  const [, indent, , text, end] = comment;
  const words = text.split(' ');
  const lines = [''];
  for (const word of words) {
    const last = lines.length - 1;
    if (lines[last] && indent.length + lines[last].length + word.length > 110) lines.push(word);
    else lines[last] = lines[last] ? `${lines[last]} ${word}` : word;
  }
  const folded = lines.map((each) => `${indent}${line.includes('/**') ? ' ' : ''}* ${each}`);
  if (line.includes('/**')) folded.unshift(`${indent}/**`);
  if (end) folded.push(`${indent}${line.includes('/**') ? ' ' : ''}*/`);
  return folded;
}

/** `a: B | C` with each type in a line of its own. */
function eachApart(line) {
  const [first, ...others] = line.split(' | ');
  const indent = ' '.repeat(line.search(/\S/) + 4);
  return [first, ...others.map((each) => `${indent}| ${each}`)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = JSON.parse(await readFile(new URL('openapi.json', FOLDER), 'utf8'));
  await writeFile(new URL('src/api/types.ts', FOLDER), await typesOf(document));
}

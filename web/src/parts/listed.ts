// SPDX-License-Identifier: Apache-2.0
// Words one after another in a sentence.

/** `name`, `name and metric`, `name, metric and threshold`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
}

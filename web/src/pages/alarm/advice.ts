// SPDX-License-Identifier: Apache-2.0
// What to do about an alarm that has insufficient data, by the reason that the server gives.

import { showSpan } from '../../state/moment';

/** `300 s, 3600 s` as people say it. */
function spans(listed: string): string {
  return listed
    .split(/,\s*/)
    .map((each) => (/^[\d.]+ s$/.test(each) ? showSpan(1000 * parseFloat(each)) : each))
    .join(', ');
}

const KNOWN: readonly [pattern: RegExp, advice: (found: RegExpExecArray) => string][] = [
  [
    /^No datapoint for granularity ([\d.]+).*? keeps (.+)$/,
    ([, asked, kept]) =>
      `The rule wants a value every ${showSpan(1000 * Number(asked))}, and the archive policy keeps one every ` +
      `${spans(kept!)}. Edit the alarm and choose one of these.`,
  ],
  [
    /^No datapoint for granularity/,
    () =>
      'No value has come lately. Look at the page of what it watches: if that is measured less often than the rule ' +
      'asks, choose a longer step or more steps; if it is not measured any more, its Journey tells where that stops.',
  ],
  [
    /datapoints are unknown/,
    () =>
      'Fewer values have come than the rule asks for. A new alarm has them after as many steps; if it stays so, ' +
      'values come more seldom than the rule wants: choose a longer step.',
  ],
  [
    /^aggregation .*? keeps (.+)$/,
    ([, kept]) => `The archive policy keeps ${kept}. Edit the alarm and choose one of these methods.`,
  ],
  [
    /^metric .* does not exist/,
    () => 'Nothing of that name is measured there. Look for its right name on the page of what it watches.',
  ],
  [
    /^(resource|At least) .*does not exist/,
    () =>
      'It may have been deleted, be of another type, or belong to another project. Edit the alarm, or delete it if ' +
      'what it watched is gone.',
  ],
  [/ instances are: /, () => 'The table of instances says of each why, and what it waits for.'],
  [/^Beyond the threshold since/, () => 'It fires if values stay there for as long as its behaviour says.'],
  [
    /^Not evaluated yet/,
    () =>
      'It is new, and decided within seconds unless it is switched off, or outside of the times of its definition.',
  ],
  [/^Manually set/, () => 'Somebody has set it so; the next decision tells how it is.'],
  [
    /^alarm statistics retrieval failed/,
    () => 'The values could not be read; the reason says why. Edit the rule if it is what is wrong.',
  ],
];

/** What to do, in a sentence or two. */
export function adviceFor(reason: string, type: string): string {
  if (type === 'event') return 'It waits for an event that fits; until then there is nothing to know.';
  for (const [pattern, advice] of KNOWN) {
    const found = pattern.exec(reason);
    if (found) return advice(found);
  }
  return 'There are no values to decide by. Look at the page of what it watches, and at the rule.';
}

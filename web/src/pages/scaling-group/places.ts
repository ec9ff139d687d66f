// SPDX-License-Identifier: Apache-2.0
// Which field a refusal is about: the one that the server names, or that its words begin with.

import { Problem } from '../../api/problem';

/** What was asked; a refusal names the field that its words are about. */
export async function placed<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { status, title, detail, requestId, reason, field, retryAfterS } = error;
    const places = [...field, ...placesIn(detail)];
    throw new Problem(status, title, detail, error.asked, requestId, reason, places, retryAfterS);
  }
}

/** The fields that words are about: `options: url: …` is about an option, `cron: …` about that field. */
export function placesIn(detail: string): string[] {
  const [, option, field] = /^(?:options: (\w+): |(\w+): )/.exec(detail) ?? [];
  const [, missing, inside] = /field `(\w+)`|at `\$\.(\w+)/.exec(detail) ?? [];
  // Bounds that do not fit each other.
  const bounds = /min_size <= max_size/.test(detail) ? 'max_size' : undefined;
  return [option, field, missing, inside, bounds].filter((each) => each !== undefined);
}

/** What the server warns of, by the field at which it stands where that is written; `policy` is one that is there. */
export function warningsAt(warnings: readonly string[], policy = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const each of warnings) {
    if (/^a group without members does not grow by percent/.test(each)) {
      found['min_size'] = found['scaling_adjustment'] = each;
    }
    if (policy && each.startsWith(`policy ${policy} shrinks again`)) found['cooldown_in_s'] = each;
    if (/^alarm .* decides by buckets/.test(each)) found['cooldown_s'] = each;
  }
  return found;
}

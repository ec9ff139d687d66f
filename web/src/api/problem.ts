// SPDX-License-Identifier: Apache-2.0
// What went wrong with a request, in the words that a panel shows.

export interface Asked {
  method: string;
  url: string;
  body?: unknown;
}

/** A request that failed: answered with a problem, or not answered at all (`status` 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly asked: Asked,
    readonly requestId = '',
    readonly reason = '',
    readonly field: readonly string[] = [],
    readonly retryAfterS: number | null = null,
  ) {
    super(detail || title);
    this.name = 'Problem';
  }

  /** What the reader can do about it. */
  get advice(): string {
    if (this.status === 0)
      return 'The server cannot be reached. Check that it runs; this page tries again by itself.';
    if (this.status === 401) return 'Sign in again.';
    if (this.status === 403) return 'Ask an administrator for a role that may, or work in another project.';
    if (this.status === 404) return 'It may have been deleted, or belong to a project that is not chosen.';
    if (this.status === 429) return `Wait ${this.retryAfterS ?? 'a few'} seconds, then try again.`;
    if (this.status === 503)
      return 'The server is busy or its store is down. Try again in a moment; Status says more.';
    if (this.status >= 500) return "The server's log says more under the request id.";
    return '';
  }
}

/** The problem that an answer of the server tells of. */
export async function problemOf(response: Response, asked: Asked): Promise<Problem> {
  const told = plain(await body(response));
  const text = (name: string): string => (typeof told[name] === 'string' ? told[name] : '');
  const after = Number(response.headers.get('Retry-After') ?? NaN);
  // Of Aodh's kind: who is refused is known all the same.
  const refused = response.status === 401 && /\bnot authorized to\b/i.test(text('detail'));
  return new Problem(
    refused ? 403 : response.status,
    text('title') || (refused ? 'Forbidden' : response.statusText) || `Status ${response.status}`,
    text('detail').replace(/^Invalid input: /, ''),
    asked,
    response.headers.get('X-Request-Id') ?? '',
    text('cause'),
    fieldOf(told['field'], text('detail')),
    Number.isFinite(after) ? after : null,
  );
}

/** Anything thrown, as a problem. */
export function asProblem(error: unknown, asked: Asked = { method: '', url: '' }): Problem {
  if (error instanceof Problem) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new Problem(-1, 'This page met an error of its own', said, asked);
}

/** Whether something was thrown only because nobody waits for the answer any more. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** An answer of the Aodh dialect in the words of our own. */
function plain(told: Record<string, unknown>): Record<string, unknown> {
  const fault = told['error_message'];
  if (fault === undefined) return told;
  const said = typeof fault === 'object' ? (fault as Record<string, unknown> | null)?.['faultstring'] : fault;
  if (typeof said !== 'object' || said === null) return { detail: said };
  const { cause, reason, detail } = said as Record<string, unknown>;
  return { cause, detail: [cause, reason, detail].filter((each) => typeof each === 'string' && each).join(': ') };
}

const INVALID = /^(?:Invalid input: )?(?:Invalid input for field\/attribute ([\w/]+)\. |(\w+) should be in \[)/;

/** The places in the body that are wrong: those that are named, or the one that the words tell of. */
function fieldOf(field: unknown, detail: string): string[] {
  if (typeof field === 'string' && field) return [field];
  const [, invalid, unknown] = INVALID.exec(detail) ?? [];
  const named = (invalid ?? unknown)?.split('/') ?? [];
  const places = Array.isArray(field) ? field.map(String) : [];
  // Of a rule in Aodh's words the place is the rule, and the words say more.
  return [...places, ...named.filter((each) => !places.includes(each))];
}

async function body(response: Response): Promise<Record<string, unknown>> {
  try {
    const told: unknown = await response.json();
    return typeof told === 'object' && told !== null ? (told as Record<string, unknown>) : {};
  } catch {
    // A proxy in between answers in HTML.
    return {};
  }
}

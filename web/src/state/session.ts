// SPDX-License-Identifier: Apache-2.0
// Who is signed in, and the project worked in.

import { computed, signal, type ReadonlySignal } from '@preact/signals';

import type { Answer } from '../api/operations';
import { api, credentials } from '../api/client';
import { isAbort, Problem } from '../api/problem';
import { announce } from '../parts/announce';
import { here, navigate, params, path, setParams } from './url';

export type Session = Answer<'/v1/session', 'get'>;

/** The session: null when nobody is signed in, undefined until the server was asked. */
export const session = signal<Session | null | undefined>(undefined);

/** Why the session could not be asked for, such as a server that is down. */
export const sessionProblem = signal<Problem | null>(null);

/** The project worked in: the address's, else the session's; `*` is all that one may see. */
export const project: ReadonlySignal<string> = computed(
  () => params.value.get('project') ?? session.value?.project ?? '',
);

/** Whether the caller has one of some roles in the project in force; an administrator has all. */
export function has(...roles: string[]): boolean {
  const mine = session.value?.roles ?? [];
  return mine.includes('admin') || roles.some((role) => mine.includes(role));
}

credentials.project = () => params.peek().get('project') ?? '';
credentials.onUnauthenticated = () => {
  if (session.peek()) session.value = null;
};

/** Ask the server who we are. */
export async function loadSession(): Promise<void> {
  try {
    accept(await api.get('/v1/session'));
  } catch (error) {
    if (isAbort(error)) return;
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) session.value = null;
    // A link into a project that is not ours: say so once, then work in our own.
    else if (error.status === 403 && params.peek().has('project')) {
      setParams({ project: null }, { replace: true });
      announce('The link leads into a project that you do not belong to; this is your own');
    }
    sessionProblem.value = error.status === 401 ? null : error;
  }
}

/** Sign in and go on to where one wanted to; throws the Problem of a refusal. */
export async function signIn(user: string, password: string): Promise<void> {
  accept(await api.post('/v1/session', { body: { user, password } }));
}

/** Sign out, here and on the server. */
export async function signOut(): Promise<void> {
  try {
    await api.delete('/v1/session');
  } finally {
    credentials.csrf = '';
    session.value = null;
    navigate('/login');
  }
}

/** Change one's password; throws the Problem of a refusal. */
export async function changePassword(old: string, renewed: string): Promise<void> {
  await api.post('/v1/session/password', { body: { old, new: renewed } });
  await loadSession();
}

/** Work in another project: the address names it, and whoever reads the address loads anew. */
export function chooseProject(id: string): void {
  setParams({ project: id });
}

/** The login page, which leads back to where we are. */
export function loginAddress(): string {
  return path.value === '/login' ? here.value : `/login?next=${encodeURIComponent(here.value)}`;
}

function accept(given: Session): void {
  // An answer to a request with a token has no CSRF value; the cookie's must not be lost to it.
  if (given.csrf) credentials.csrf = given.csrf;
  sessionProblem.value = null;
  session.value = given;
}

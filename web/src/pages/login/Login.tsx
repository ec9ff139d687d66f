// SPDX-License-Identifier: Apache-2.0
// Signing in, and the new password that the first login demands.

import { useEffect, useState } from 'preact/hooks';

import type { Problem } from '../../api/problem';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { useSubmit } from '../../parts/useSubmit';
import { changePassword, session, signIn, signOut } from '../../state/session';
import { navigate, params } from '../../state/url';
import { HOME } from '../index';

export default function Login() {
  const who = session.value;
  const signedIn = Boolean(who && !who.must_change_password);
  useEffect(() => {
    if (signedIn) navigate(nextAddress(params.peek().get('next')), { replace: true });
  }, [signedIn]);
  if (signedIn) return null;
  return (
    <div class="login">
      <div class="login-card">
        <img src="/favicon.svg" alt="" width="40" height="40" />
        <h1>Nephoscope</h1>
        {who ? <NewPassword user={who.user} /> : <SignIn />}
      </div>
    </div>
  );
}

/** Only our own addresses: a link to the login page must not lead elsewhere afterwards. */
export function nextAddress(next: string | null): string {
  if (!next?.startsWith('/') || /^\/[/\\]/.test(next)) return HOME;
  const target = new URL(next, window.location.origin);
  return target.origin === window.location.origin && target.pathname !== '/login' ? next : HOME;
}

function SignIn() {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const { problem, busy, submit } = useSubmit(() => signIn(user, password));
  return (
    <form onSubmit={submit}>
      <Field label="User" name="username" autocomplete="username" required autofocus value={user} onValue={setUser} />
      <Field
        label="Password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        value={password}
        onValue={setPassword}
      />
      {problem && <Refusal text={refusal(problem)} />}
      <Button kind="primary" type="submit" disabled={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}

function NewPassword({ user }: { user: string }) {
  const [old, setOld] = useState('');
  const [renewed, setRenewed] = useState('');
  const [again, setAgain] = useState('');
  const differs = again !== '' && renewed !== again;
  const { problem, busy, submit } = useSubmit(() => changePassword(old, renewed));
  return (
    <form onSubmit={submit}>
      <p>Choose a password of your own for {user} before going on.</p>
      <input type="hidden" name="username" autocomplete="username" value={user} />
      <Field
        label="Present password"
        type="password"
        autocomplete="current-password"
        required
        autofocus
        value={old}
        onValue={setOld}
      />
      <Field
        label="New password"
        type="password"
        autocomplete="new-password"
        required
        value={renewed}
        onValue={setRenewed}
        problem={problem?.field.includes('new') ? problem.detail : undefined}
      />
      <Field
        label="New password again"
        type="password"
        autocomplete="new-password"
        required
        value={again}
        onValue={setAgain}
        problem={differs ? 'The two differ.' : undefined}
      />
      {problem && !problem.field.includes('new') && <Refusal text={refusal(problem)} />}
      <Button kind="primary" type="submit" disabled={busy || differs || again === ''}>
        Change password
      </Button>
      <Button kind="quiet" onClick={() => void signOut()}>
        Sign out
      </Button>
    </form>
  );
}

function Refusal({ text }: { text: string }) {
  return (
    <p class="field-problem" role="alert">
      {text}
    </p>
  );
}

function refusal(problem: Problem): string {
  if (problem.status === 401) return problem.detail || 'User or password is wrong.';
  if (problem.status === 0) return 'The server does not answer. Check that it runs, then try again.';
  return [problem.detail || problem.title, problem.status === 429 ? problem.advice : ''].filter(Boolean).join(' ');
}

// SPDX-License-Identifier: Apache-2.0
// Signing in, and the new password that the first login demands.

import { useEffect, useState } from 'preact/hooks';

import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { PasswordForm } from '../../parts/PasswordForm';
import { Refusal } from '../../parts/Refusal';
import { useSubmit } from '../../parts/useSubmit';
import { session, signIn, signOut } from '../../state/session';
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
      {problem && <Refusal problem={problem} />}
      <Button kind="primary" type="submit" disabled={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}

function NewPassword({ user }: { user: string }) {
  return (
    <div class="stack">
      <p>Choose a password of your own for {user} before going on.</p>
      <PasswordForm user={user} autofocus>
        <Button kind="quiet" onClick={() => void signOut()}>
          Sign out
        </Button>
      </PasswordForm>
    </div>
  );
}

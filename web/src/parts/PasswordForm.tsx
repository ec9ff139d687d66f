// SPDX-License-Identifier: Apache-2.0
// Another password of one's own: the present one, and the new one twice.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { changePassword } from '../state/session';
import { Button } from './Button';
import { Field } from './Field';
import { Refusal } from './Refusal';
import { problemAt, useSubmit } from './useSubmit';

export interface PasswordFormProps {
  user: string;
  /** Called once the password is another. */
  onDone?: () => void;
  autofocus?: boolean;
  /** What else can be done here, beneath the button. */
  children?: ComponentChildren;
}

export function PasswordForm({ user, onDone, autofocus, children }: PasswordFormProps) {
  const [present, setPresent] = useState('');
  const [renewed, setRenewed] = useState('');
  const [again, setAgain] = useState('');
  const differs = again !== '' && renewed !== again;
  const { problem, busy, submit } = useSubmit(async () => {
    await changePassword(present, renewed);
    setPresent('');
    setRenewed('');
    setAgain('');
    onDone?.();
  });
  const atNew = problemAt(problem, 'new');
  return (
    <form class="stack" onSubmit={submit}>
      <input type="hidden" name="username" autocomplete="username" value={user} />
      <PasswordField label="Present password" value={present} onValue={setPresent} autofocus={autofocus} present />
      <PasswordField label="New password" value={renewed} onValue={setRenewed} problem={atNew} />
      <PasswordField
        label="New password again"
        value={again}
        onValue={setAgain}
        problem={differs ? 'The two differ.' : undefined}
      />
      {problem && !atNew && <Refusal problem={problem} />}
      <Button kind="primary" type="submit" disabled={busy || differs || !present || !again}>
        Change password
      </Button>
      {children}
    </form>
  );
}

function PasswordField({
  present,
  ...rest
}: {
  label: string;
  value: string;
  onValue: (text: string) => void;
  problem?: string | undefined;
  autofocus?: boolean | undefined;
  /** Whether it is the password in force, which keepers of passwords fill in. */
  present?: boolean;
}) {
  return <Field type="password" autocomplete={present ? 'current-password' : 'new-password'} required {...rest} />;
}

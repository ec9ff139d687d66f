// SPDX-License-Identifier: Apache-2.0
// One's own account: who one is, what one may, another password.

import { useState } from 'preact/hooks';

import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { PanelFrame } from '../../parts/Panel';
import { problemAt, useSubmit } from '../../parts/useSubmit';
import { changePassword, session, type Session } from '../../state/session';
import { showTime } from '../../state/zone';

export function Account() {
  const who = session.value;
  if (!who) return null;
  return (
    <div class="columns">
      <Identity who={who} />
      {who.identity === 'local' && <Password user={who.user} />}
    </div>
  );
}

function Identity({ who }: { who: Session }) {
  return (
    <PanelFrame title="Who I am">
      <dl class="facts">
        <dt>User</dt>
        <dd>{who.user}</dd>
        <dt>Known from</dt>
        <dd>{IDENTITIES[who.identity] ?? who.identity}</dd>
        <dt>Roles here</dt>
        <dd>{who.roles.join(', ') || 'none'}</dd>
        <dt>Projects</dt>
        <dd>
          {who.projects.map((each) => (
            <span key={each.id} class="chip">
              {each.name}
            </span>
          ))}
          {who.sees_all ? 'all' : who.projects.length ? '' : 'none'}
        </dd>
        {who.expires_ms !== null && (
          <>
            <dt>Signed in until</dt>
            <dd>{showTime(who.expires_ms)}</dd>
          </>
        )}
      </dl>
    </PanelFrame>
  );
}

const IDENTITIES: Record<string, string> = {
  local: 'an account of this server',
  keystone: 'Keystone',
  headers: 'the front end before this server',
};

function Password({ user }: { user: string }) {
  const [old, setOld] = useState('');
  const [renewed, setRenewed] = useState('');
  const [again, setAgain] = useState('');
  const differs = again !== '' && renewed !== again;
  const { problem, busy, submit } = useSubmit(async () => {
    await changePassword(old, renewed);
    setOld('');
    setRenewed('');
    setAgain('');
    announce('The password is changed; other sessions of yours have ended.');
  });
  const atNew = problemAt(problem, 'new');
  return (
    <PanelFrame title="Password">
      <form class="stack narrow" onSubmit={submit}>
        <input type="hidden" name="username" autocomplete="username" value={user} />
        <Field
          label="Present password"
          type="password"
          autocomplete="current-password"
          required
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
          problem={atNew}
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
        {problem && !atNew && (
          <p class="field-problem" role="alert">
            {problem.detail || problem.title}
          </p>
        )}
        <div class="row">
          <Button kind="primary" type="submit" disabled={busy || differs || !old || !again}>
            Change password
          </Button>
        </div>
      </form>
    </PanelFrame>
  );
}

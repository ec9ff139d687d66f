// SPDX-License-Identifier: Apache-2.0
// One's own account: who one is, what one may, another password.

import { announce } from '../../parts/announce';
import { PanelFrame } from '../../parts/Panel';
import { PasswordForm } from '../../parts/PasswordForm';
import { showSecond } from '../../parts/second';
import { session, type Session } from '../../state/session';

export function Account() {
  const who = session.value;
  if (!who) return null;
  return (
    <div class="columns">
      <Identity who={who} />
      {who.identity === 'local' && (
        <PanelFrame title="Password">
          <div class="narrow">
            <PasswordForm user={who.user} onDone={() => announce(CHANGED)} />
          </div>
        </PanelFrame>
      )}
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
        <dd class="chips">
          {who.projects.map((each) => (
            <span key={each.id} class="chip" title={each.id}>
              {each.name}
            </span>
          ))}
          {who.sees_all ? 'all' : who.projects.length ? '' : 'none'}
        </dd>
        {who.expires_ms !== null && (
          <>
            <dt>Signed in until</dt>
            <dd>{showSecond(who.expires_ms)}</dd>
          </>
        )}
      </dl>
    </PanelFrame>
  );
}

const CHANGED = 'The password is changed; other sessions of yours have ended.';

const IDENTITIES: Record<string, string> = {
  local: 'an account of this server',
  keystone: 'Keystone',
  headers: 'the front end before this server',
};

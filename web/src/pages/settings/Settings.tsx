// SPDX-License-Identifier: Apache-2.0
// Settings: one's own account and tokens, archive policies, and for those who may: projects, users, the audit log.

import type { ComponentType } from 'preact';

import { Tabs } from '../../parts/Tabs';
import { has } from '../../state/session';
import { param, setParams } from '../../state/url';
import { Account } from './Account';
import { Audit } from './Audit';
import { Policies } from './Policies';
import { Projects } from './Projects';
import './settings.css';
import { MyTokens } from './Tokens';
import { Users } from './Users';

interface Tab {
  key: string;
  title: string;
  content: ComponentType;
  /** Roles that may see it; without, everybody. */
  roles?: readonly string[];
}

const TABS: readonly Tab[] = [
  { key: 'account', title: 'Account', content: Account },
  { key: 'tokens', title: 'Tokens', content: MyTokens },
  { key: 'policies', title: 'Archive policies', content: Policies },
  { key: 'projects', title: 'Projects', content: Projects },
  { key: 'users', title: 'Users', content: Users, roles: ['operator'] },
  { key: 'audit', title: 'Audit log', content: Audit, roles: ['operator'] },
];

const chosen = param('tab', 'account');

export default function Settings() {
  const tabs = TABS.filter(({ roles }) => !roles || has(...roles));
  const tab = tabs.find(({ key }) => key === chosen.value) ?? tabs[0]!;
  const Content = tab.content;
  return (
    <div class="stack">
      <h1>Settings</h1>
      <Tabs label="Settings" tabs={tabs} chosen={tab.key} onChoose={(key) => setParams({ tab: key })}>
        <Content />
      </Tabs>
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Local users: people and service accounts. Operators see them, administrators change them.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { actionsColumn } from '../../parts/actions';
import { Button } from '../../parts/Button';
import { DataTable, type Column } from '../../parts/DataTable';
import { Dialog } from '../../parts/Dialog';
import { ConfirmDialog } from '../../parts/FormDialog';
import { Panel } from '../../parts/Panel';
import { useLoad } from '../../state/load';
import { has } from '../../state/session';
import { showDay } from '../../state/zone';
import { useProjects } from '../resources/projects';
import type { Names } from './acts';
import { Tokens } from './Tokens';
import { NewUserForm, PasswordForm, RolesForm } from './UserForms';
import { useSheet } from './useSheet';

export type User = Answer<'/v1/users', 'get'>['users'][number];
type Sheet = { kind: 'make' } | { kind: 'roles' | 'password' | 'tokens' | 'delete' | 'disable'; user: User };

export function Users() {
  const load = useLoad(['users'], (signal) => api.get('/v1/users', { signal }));
  const { open, setOpen, close, done } = useSheet<Sheet>(load.reload);
  const names = useProjects();
  const mayChange = has();
  return (
    <>
      <Panel
        title="Users"
        note="people and service accounts of this server"
        load={load}
        actions={
          mayChange && (
            <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: 'make' })}>
              New user
            </Button>
          )
        }
      >
        {({ users }) => (
          <DataTable
            name="List of users"
            rows={users}
            columns={mayChange ? [...columns(names), actions(setOpen)] : columns(names)}
            rowKey={(row) => row.name}
            cards
          />
        )}
      </Panel>
      <Opened open={open} onClose={close} onDone={done} />
    </>
  );
}

function Opened({
  open,
  onClose,
  onDone,
}: {
  open: Sheet | null;
  onClose: () => void;
  onDone: (said: string) => void;
}) {
  if (!open) return null;
  if (open.kind === 'make') return <NewUserForm onClose={onClose} onDone={() => onDone('The user is there.')} />;
  const { user } = open;
  const path = { name: user.name };
  switch (open.kind) {
    case 'roles':
      return <RolesForm user={user} onClose={onClose} onDone={() => onDone('The roles are changed.')} />;
    case 'password':
      return <PasswordForm user={user} onClose={onClose} onDone={() => onDone('The password is set.')} />;
    case 'tokens':
      return (
        <Dialog title={user.name} onClose={onClose} wide>
          <Tokens user={user.name} />
        </Dialog>
      );
    case 'disable':
      return (
        <ConfirmDialog
          title={user.disabled ? `Let ${user.name} in again?` : `Shut ${user.name} out?`}
          verb={user.disabled ? 'Enable' : 'Disable'}
          text={user.disabled ? 'Password and tokens work again.' : 'Sessions end, password and tokens are refused.'}
          onClose={onClose}
          act={async () => {
            await api.patch('/v1/users/{name}', { path, body: { disabled: !user.disabled } });
            onDone(user.disabled ? 'The user is enabled.' : 'The user is disabled.');
          }}
        />
      );
    case 'delete':
      return (
        <ConfirmDialog
          title={`Delete ${user.name}?`}
          verb="Delete"
          text="Memberships, tokens and sessions go; what the user has created stays."
          onClose={onClose}
          act={async () => {
            await api.delete('/v1/users/{name}', { path });
            onDone('The user is deleted.');
          }}
        />
      );
  }
}

function columns(names: Names): Column<User>[] {
  return [
    { key: 'name', title: 'Name', cell: (row) => row.name, sort: (row) => row.name, width: '11rem' },
    {
      key: 'kind',
      title: 'Kind',
      cell: (row) => (row.kind === 'service' ? 'service account' : 'person'),
      sort: (row) => row.kind,
      width: '9rem',
    },
    {
      key: 'roles',
      title: 'Roles everywhere',
      cell: (row) => row.roles.join(', '),
      sort: (row) => row.roles.join(),
      width: '9rem',
    },
    {
      key: 'projects',
      title: 'Projects',
      cell: ({ memberships }) => memberships.length > 0 && <Memberships all={memberships} names={names} />,
      sort: (row) => row.memberships.length,
      fills: true,
    },
    { key: 'state', title: 'State', cell: (row) => stateOf(row), sort: (row) => stateOf(row), width: '7rem' },
    {
      key: 'created',
      title: 'Made',
      cell: (row) => showDay(row.created_ms),
      sort: (row) => row.created_ms,
      width: '7rem',
    },
  ];
}

/** Projects by their names; under the pointer all of them, with their ids. */
function Memberships({ all, names }: { all: User['memberships']; names: Names }) {
  const texts = all.map(({ project, roles }) => `${names.get(project) ?? project} (${roles.join(', ')})`);
  const ids = all.map(({ project }, at) => `${texts[at]}, id ${project}`);
  return <span title={ids.join('\n')}>{texts.join('; ')}</span>;
}

/** One word on whether a user can get in. */
export function stateOf(user: Pick<User, 'disabled' | 'must_change_password'>): string {
  if (user.disabled) return 'disabled';
  return user.must_change_password ? 'has to choose a password' : 'in use';
}

function actions(open: (open: Sheet | null) => void): Column<User> {
  return actionsColumn(
    (user) => user.name,
    (user) => [
      { label: 'Roles', onChoose: () => open({ kind: 'roles', user }) },
      { label: 'Tokens', onChoose: () => open({ kind: 'tokens', user }) },
      ...(user.kind === 'person' ? [{ label: 'Password', onChoose: () => open({ kind: 'password', user }) }] : []),
      { label: user.disabled ? 'Enable' : 'Disable', onChoose: () => open({ kind: 'disable', user }) },
      { label: 'Delete', onChoose: () => open({ kind: 'delete', user }) },
    ],
  );
}

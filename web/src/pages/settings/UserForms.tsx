// SPDX-License-Identifier: Apache-2.0
// The sheets in which users are made and changed.

import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { Checkbox, Field, NameField, Select } from '../../parts/Field';
import { FormDialog } from '../../parts/FormDialog';
import { problemAt } from '../../parts/useSubmit';
import { useLoad } from '../../state/load';
import { Roles } from './Roles';
import type { User } from './Users';
import { PROJECT_ROLES, ROLES, type ProjectRole, type Role } from './words';

interface Sheet {
  onClose: () => void;
  onDone: () => void;
}

const KINDS = [
  { value: 'person', label: 'a person, with a password' },
  { value: 'service', label: 'a service account, with tokens only' },
] as const;

export function NewUserForm({ onClose, onDone }: Sheet) {
  const [name, setName] = useState('');
  const [kind, setKind] = useState<'person' | 'service'>('person');
  const [password, setPassword] = useState('');
  const [renew, setRenew] = useState(true);
  const [everywhere, setEverywhere] = useState<Role[]>([]);
  const [project, setProject] = useState('');
  const [roles, setRoles] = useState<ProjectRole[]>(['member']);
  const projects = useLoad(['projects'], (signal) => api.get('/v1/projects', { signal }), { refresh: false });
  const isPerson = kind === 'person';
  const act = async (): Promise<void> => {
    const body = {
      name,
      kind,
      password: isPerson ? password : null,
      must_change_password: isPerson && renew,
      roles: everywhere,
      project_id: project || null,
      memberships: project ? [{ project, roles }] : [],
    };
    await api.post('/v1/users', { body: body });
    onDone();
  };
  const ready = name !== '' && (!isPerson || password !== '') && (!project || roles.length > 0);
  return (
    <FormDialog
      title="New user"
      verb="Make user"
      ready={ready}
      onClose={onClose}
      act={act}
      fields={['name', 'password']}
    >
      {(problem) => (
        <>
          <NameField value={name} onValue={setName} problem={problemAt(problem, 'name')} />
          <Select
            label="Kind"
            value={kind}
            onValue={(value) => setKind(value === 'service' ? 'service' : 'person')}
            options={KINDS}
          />
          {isPerson && (
            <>
              <Field
                label="Password"
                type="password"
                hint="At least eight characters"
                autocomplete="new-password"
                required
                value={password}
                onValue={setPassword}
                problem={problemAt(problem, 'password')}
              />
              <Checkbox label="Has to be changed at the first login" value={renew} onValue={setRenew} />
            </>
          )}
          <Select
            label="Project"
            value={project}
            onValue={setProject}
            options={[
              { value: '', label: 'none' },
              ...(projects.data.value?.projects ?? []).map((each) => ({ value: each.id, label: each.name })),
            ]}
          />
          {project && (
            <Roles legend="Roles in the project" offered={PROJECT_ROLES} chosen={roles} onChange={setRoles} />
          )}
          <Roles legend="Roles everywhere" offered={ROLES} chosen={everywhere} onChange={setEverywhere} />
        </>
      )}
    </FormDialog>
  );
}

export function RolesForm({ user, onClose, onDone }: Sheet & { user: User }) {
  const [roles, setRoles] = useState<Role[]>(ROLES.filter((role) => user.roles.includes(role)));
  const act = async (): Promise<void> => {
    await api.patch('/v1/users/{name}', { path: { name: user.name }, body: { roles } });
    onDone();
  };
  return (
    <FormDialog title={`Roles of ${user.name}`} verb="Save" onClose={onClose} act={act}>
      {() => (
        <>
          <Roles legend="Roles everywhere" offered={ROLES} chosen={roles} onChange={setRoles} />
          <p class="muted">Roles in a project are given with the project, under its members.</p>
        </>
      )}
    </FormDialog>
  );
}

export function PasswordForm({ user, onClose, onDone }: Sheet & { user: User }) {
  const [password, setPassword] = useState('');
  const [renew, setRenew] = useState(true);
  const act = async (): Promise<void> => {
    const body = { password, must_change_password: renew };
    await api.put('/v1/users/{name}/password', { path: { name: user.name }, body: body });
    onDone();
  };
  return (
    <FormDialog
      title={`Password of ${user.name}`}
      verb="Set password"
      ready={password !== ''}
      onClose={onClose}
      act={act}
      fields={['password']}
    >
      {(problem) => (
        <>
          <Field
            label="New password"
            type="password"
            hint="At least eight characters; the user's sessions end"
            autocomplete="new-password"
            required
            autofocus
            value={password}
            onValue={setPassword}
            problem={problemAt(problem, 'password')}
          />
          <Checkbox label="Has to be changed at the next login" value={renew} onValue={setRenew} />
        </>
      )}
    </FormDialog>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Projects: what data belong to. Everybody sees their own; administrators make them and say who belongs to them.

import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { actionsColumn } from '../../parts/actions';
import { Button } from '../../parts/Button';
import { DataTable, type Column } from '../../parts/DataTable';
import { Dialog } from '../../parts/Dialog';
import { Checkbox, Field, NameField, Select } from '../../parts/Field';
import { ConfirmDialog, FormDialog } from '../../parts/FormDialog';
import { Panel } from '../../parts/Panel';
import { Refusal } from '../../parts/Refusal';
import { problemAt, useSubmit } from '../../parts/useSubmit';
import { useLoad } from '../../state/load';
import { has, loadSession } from '../../state/session';
import { showDay } from '../../state/zone';
import { Roles } from './Roles';
import { PROJECT_ROLES, type ProjectRole } from './words';
import { useSheet } from './useSheet';

type Project = Answer<'/v1/projects', 'get'>['projects'][number];
type User = Answer<'/v1/users', 'get'>['users'][number];
type Sheet = { kind: 'make' } | { kind: 'change' | 'members' | 'delete'; project: Project };

export function Projects() {
  const load = useLoad(['projects'], (signal) => api.get('/v1/projects', { signal }));
  const { open, setOpen, close, done } = useSheet<Sheet>(() => {
    load.reload();
    void loadSession();
  });
  const mayChange = has();
  return (
    <>
      <Panel
        title="Projects"
        note="what data belong to"
        load={load}
        actions={
          mayChange && (
            <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: 'make' })}>
              New project
            </Button>
          )
        }
        empty={({ projects }) =>
          projects.length
            ? null
            : { kind: 'nothing', text: 'You belong to no project. An administrator can add you to one.' }
        }
      >
        {({ projects }) => (
          <DataTable
            name="List of projects"
            rows={projects}
            columns={mayChange ? [...COLUMNS, actions(setOpen)] : COLUMNS}
            rowKey={(row) => row.id}
            cards
          />
        )}
      </Panel>
      {open?.kind === 'make' && <ProjectForm onClose={close} onDone={() => done('The project is there.')} />}
      {open?.kind === 'change' && (
        <ProjectForm project={open.project} onClose={close} onDone={() => done('The project is changed.')} />
      )}
      {open?.kind === 'members' && <Members project={open.project} onClose={() => done('')} />}
      {open?.kind === 'delete' && (
        <ConfirmDialog
          title={`Delete project ${open.project.name}?`}
          verb="Delete"
          text="Its memberships and tokens go. Data that carry its id stay; only operators see them then."
          onClose={close}
          act={async () => {
            await api.delete('/v1/projects/{id}', { path: { id: open.project.id } });
            done('The project is deleted.');
          }}
        />
      )}
    </>
  );
}

const COLUMNS: Column<Project>[] = [
  { key: 'name', title: 'Name', cell: (row) => row.name, sort: (row) => row.name, width: '11rem' },
  {
    key: 'id',
    title: 'Id',
    cell: (row) => <code class="muted">{row.id}</code>,
    sort: (row) => row.id,
    width: '11rem',
  },
  {
    key: 'description',
    title: 'Description',
    cell: (row) => row.description,
    sort: (row) => row.description,
    fills: true,
  },
  {
    key: 'users',
    title: 'Users',
    number: true,
    cell: (row) => row.users ?? '—',
    sort: (row) => row.users,
    width: '6rem',
  },
  {
    key: 'state',
    title: 'State',
    cell: (row) => (row.disabled ? <span class="chip warn">disabled</span> : 'in use'),
    sort: (row) => Number(row.disabled),
    width: '9rem',
  },
  {
    key: 'created',
    title: 'Made',
    cell: (row) => (row.created_ms === null ? '—' : showDay(row.created_ms)),
    sort: (row) => row.created_ms,
    width: '9rem',
  },
];

function actions(open: (open: Sheet | null) => void): Column<Project> {
  return actionsColumn(
    (project) => project.name,
    (project) => [
      { label: 'Members', onChoose: () => open({ kind: 'members', project }) },
      { label: 'Change', onChoose: () => open({ kind: 'change', project }) },
      { label: 'Delete', onChoose: () => open({ kind: 'delete', project }) },
    ],
  );
}

function ProjectForm({ project, onClose, onDone }: { project?: Project; onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState(project?.name ?? '');
  const [id, setId] = useState('');
  const [description, setDescription] = useState(project?.description ?? '');
  const [disabled, setDisabled] = useState(project?.disabled ?? false);
  const act = async (): Promise<void> => {
    if (project) {
      await api.patch('/v1/projects/{id}', { path: { id: project.id }, body: { name, description, disabled } });
    } else {
      await api.post('/v1/projects', { body: { name, id: id || null, description } });
    }
    onDone();
  };
  const verb = project ? 'Save' : 'Make project';
  const title = project ? `Project ${project.name}` : 'New project';
  return (
    <FormDialog title={title} verb={verb} ready={name !== ''} onClose={onClose} act={act} fields={['name', 'id']}>
      {(problem) => (
        <>
          <NameField value={name} onValue={setName} problem={problemAt(problem, 'name')} />
          {!project && (
            <Field
              label="Id"
              hint="What data carry as project_id; the name, unless you say otherwise"
              value={id}
              onValue={setId}
              problem={problemAt(problem, 'id')}
            />
          )}
          <Field label="Description" value={description} onValue={setDescription} />
          {project && <Checkbox label="Disabled: nobody can work in it" value={disabled} onValue={setDisabled} />}
        </>
      )}
    </FormDialog>
  );
}

function Members({ project, onClose }: { project: Project; onClose: () => void }) {
  const load = useLoad(['users'], (signal) => api.get('/v1/users', { signal }), { refresh: false });
  const users = load.data.value?.users ?? [];
  const rolesOf = (user: User): string[] => user.memberships.find((each) => each.project === project.id)?.roles ?? [];
  const members = users.filter((user) => rolesOf(user).length);
  const remove = async (user: string): Promise<void> => {
    await api.delete('/v1/projects/{id}/members/{user}', { path: { id: project.id, user } });
    load.reload();
  };
  const columns: Column<User>[] = [
    { key: 'name', title: 'User', cell: (row) => row.name, sort: (row) => row.name, width: '11rem' },
    {
      key: 'roles',
      title: 'Roles',
      cell: (row) => rolesOf(row).join(', '),
      sort: (row) => rolesOf(row).join(),
      fills: true,
    },
    actionsColumn(
      (row) => row.name,
      (row) => [{ label: 'Remove', onChoose: () => void remove(row.name) }],
    ),
  ];
  return (
    <Dialog title={`Members of ${project.name}`} onClose={onClose} wide>
      <div class="stack">
        {members.length ? (
          <DataTable name="Members" rows={members} columns={columns} rowKey={(row) => row.name} height={260} cards />
        ) : (
          <p class="muted">Nobody belongs to it yet.</p>
        )}
        <AddMember
          project={project.id}
          users={users.filter((user) => !members.includes(user)).map((user) => user.name)}
          onDone={load.reload}
        />
      </div>
    </Dialog>
  );
}

function AddMember({ project, users, onDone }: { project: string; users: readonly string[]; onDone: () => void }) {
  const [user, setUser] = useState('');
  const [roles, setRoles] = useState<ProjectRole[]>(['member']);
  const { problem, busy, submit } = useSubmit(async () => {
    const path = { id: project, user };
    await api.put('/v1/projects/{id}/members/{user}', { path, body: { roles } });
    setUser('');
    onDone();
  });
  if (!users.length) return null;
  return (
    <form class="stack" onSubmit={submit}>
      <Select
        label="Add a user"
        value={user}
        onValue={setUser}
        options={[{ value: '', label: 'choose …' }, ...users.map((each) => ({ value: each, label: each }))]}
      />
      <Roles legend="with the roles" offered={PROJECT_ROLES} chosen={roles} onChange={setRoles} />
      {problem && <Refusal problem={problem} />}
      <div class="row">
        <Button type="submit" disabled={busy || !user || !roles.length}>
          Add
        </Button>
      </div>
    </form>
  );
}

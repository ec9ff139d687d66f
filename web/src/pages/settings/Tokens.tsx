// SPDX-License-Identifier: Apache-2.0
// Keys for programs: one's own, or those of the user that an operator looks at.

import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { actionsColumn } from '../../parts/actions';
import { Button } from '../../parts/Button';
import { Code } from '../../parts/Copy';
import { DataTable, type Column } from '../../parts/DataTable';
import { Dialog } from '../../parts/Dialog';
import { Field, Select } from '../../parts/Field';
import { ConfirmDialog, FormDialog } from '../../parts/FormDialog';
import { Panel } from '../../parts/Panel';
import { showSecond } from '../../parts/second';
import { problemAt } from '../../parts/useSubmit';
import { useLoad } from '../../state/load';
import { now } from '../../state/time';
import { has, session } from '../../state/session';
import { useProjects } from '../resources/projects';
import type { Names } from './acts';
import { ProjectName } from './ProjectName';
import { Roles } from './Roles';
import { LIVES, lifeOf, ROLES, type Role } from './words';

type Token = Answer<'/v1/tokens', 'get'>['tokens'][number];
type Open = { kind: 'make' } | { kind: 'made'; secret: string } | { kind: 'delete'; token: Token } | null;

export function MyTokens() {
  return <Tokens />;
}

/** The tokens of a user; without one, one's own. */
export function Tokens({ user }: { user?: string }) {
  const load = useLoad(['tokens', user], (signal) => api.get('/v1/tokens', { query: user ? { user } : {}, signal }));
  const names = useProjects();
  const [open, setOpen] = useState<Open>(null);
  const mayMake = user ? has() : session.value?.identity === 'local';
  const close = (): void => setOpen(null);
  const remove = async (token: Token): Promise<void> => {
    await api.delete('/v1/tokens/{id}', { path: { id: token.id } });
    close();
    load.reload();
  };
  return (
    <>
      <Panel
        title={user ? `Tokens of ${user}` : 'My tokens'}
        note="keys for programs; each may do at most what its user may"
        load={load}
        actions={
          mayMake && (
            <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: 'make' })}>
              New token
            </Button>
          )
        }
        empty={({ tokens }) =>
          tokens.length ? null : { kind: 'nothing', text: 'A token lets an agent or a script in without a password.' }
        }
      >
        {({ tokens }) => (
          <DataTable
            name="List of tokens"
            rows={tokens}
            columns={columns(names, (token) => setOpen({ kind: 'delete', token }))}
            rowKey={(row) => row.id}
            cards
          />
        )}
      </Panel>
      {open?.kind === 'make' && (
        <TokenForm
          user={user}
          onClose={close}
          onMade={(secret) => {
            setOpen({ kind: 'made', secret });
            load.reload();
          }}
        />
      )}
      {open?.kind === 'made' && <Secret secret={open.secret} onClose={close} />}
      {open?.kind === 'delete' && (
        <ConfirmDialog
          title="Take the token back?"
          verb="Take back"
          text={`Programs that use ${open.token.name || open.token.id} are refused from now on.`}
          onClose={close}
          act={() => remove(open.token)}
        />
      )}
    </>
  );
}

function columns(names: Names, onDelete: (token: Token) => void): Column<Token>[] {
  return [
    {
      key: 'name',
      title: 'Name',
      cell: (row) => row.name || <code>{row.id}</code>,
      sort: (row) => row.name || row.id,
      width: '11rem',
    },
    {
      key: 'roles',
      title: 'Roles',
      cell: (row) => row.roles.join(', '),
      sort: (row) => row.roles.join(),
      width: '11rem',
    },
    {
      key: 'project',
      title: 'Project',
      cell: (row) =>
        row.project_id === null ? (
          <span class="muted">any of the user's</span>
        ) : (
          <ProjectName id={row.project_id} names={names} />
        ),
      sort: (row) => row.project_id && (names.get(row.project_id) ?? row.project_id),
      fills: true,
    },
    {
      key: 'created',
      title: 'Made',
      cell: (row) => showSecond(row.created_ms),
      sort: (row) => row.created_ms,
      width: '11rem',
    },
    {
      key: 'expires',
      title: 'Good until',
      cell: (row) => <Expiry at={row.expires_ms} />,
      sort: (row) => row.expires_ms,
      width: '11rem',
    },
    {
      key: 'used',
      title: 'Last used',
      cell: (row) => (row.last_used_ms === null ? <span class="muted">never</span> : showSecond(row.last_used_ms)),
      sort: (row) => row.last_used_ms,
      width: '11rem',
    },
    actionsColumn(
      (row) => row.name || row.id,
      (row) => [{ label: 'Take back', onChoose: () => onDelete(row) }],
    ),
  ];
}

function Expiry({ at }: { at: number | null }) {
  if (at === null) return <span class="muted">it is taken back</span>;
  return at < now.value ? <span class="bad">ended {showSecond(at)}</span> : <>{showSecond(at)}</>;
}

function TokenForm({
  user,
  onClose,
  onMade,
}: {
  user: string | undefined;
  onClose: () => void;
  onMade: (secret: string) => void;
}) {
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [roles, setRoles] = useState<readonly Role[]>([]);
  const offered = user ? ROLES : ROLES.filter((each) => session.value?.roles.includes(each));
  const act = async (): Promise<void> => {
    const body = {
      name,
      user: user ?? null,
      roles: roles.length ? [...roles] : null,
      project_id: null,
      days: lifeOf(days),
    };
    const made = await api.post('/v1/tokens', { body: body });
    onMade(made.secret);
  };
  return (
    <FormDialog title="New token" verb="Make token" ready={name !== ''} onClose={onClose} act={act} fields={['name']}>
      {(problem) => (
        <>
          <Field
            label="Name"
            hint="What it is for: you will recognise it by this"
            required
            autofocus
            value={name}
            onValue={setName}
            problem={problemAt(problem, 'name')}
          />
          <Select label="Good for" value={days} onValue={setDays} options={LIVES} />
          <Roles
            legend="Roles, where it should have fewer than the user"
            offered={offered}
            chosen={roles}
            onChange={setRoles}
          />
        </>
      )}
    </FormDialog>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog
      title="The token's secret"
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          I have it
        </Button>
      }
    >
      <div class="stack">
        <p>Copy it now: it is not kept anywhere in the clear, and never shown again.</p>
        <Code text={secret} />
        <p class="muted">Programs send it as “Authorization: Bearer …”, or as X-Auth-Token.</p>
      </div>
    </Dialog>
  );
}

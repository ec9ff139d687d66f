// SPDX-License-Identifier: Apache-2.0
// Contact points: whom routes tell, tried out with a notification of their own.

import { useEffect, useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { actionsColumn } from '../../parts/actions';
import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { DataTable, type Column } from '../../parts/DataTable';
import { Dialog } from '../../parts/Dialog';
import { Checkbox, Field, TextArea } from '../../parts/Field';
import { ConfirmDialog, FormDialog } from '../../parts/FormDialog';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { useLoad } from '../../state/load';
import { PROGRESS } from '../alarm/progress';
import { isWithin, placeOf, problemWithin } from '../silences/matchers';
import type { Changing, Point } from './changing';

type Open = { kind: 'edit'; point: Point | null } | { kind: 'delete' | 'test'; point: Point } | null;

const HEIGHT = 300;

export function Points({ changing }: { changing: Changing }) {
  const { kept, mayChange, where, reload } = changing;
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const columns: Column<Point>[] = [
    { key: 'name', title: 'Name', cell: (row) => row.name, sort: (row) => row.name, width: '12rem' },
    { key: 'targets', title: 'Tells', cell: (row) => row.targets.join(', '), fills: true },
    {
      key: 'resolved',
      title: 'When it is over',
      cell: (row) => (row.resolved ? 'told as well' : <span class="muted">not told</span>),
      width: '9rem',
    },
    {
      key: 'routes',
      title: 'Routes',
      number: true,
      cell: (row) => row.routes.length || <span class="muted">none</span>,
      width: '5rem',
    },
    ...(mayChange
      ? [
          actionsColumn<Point>(
            (row) => row.name,
            (point) => [
              { label: 'Test', onChoose: () => setOpen({ kind: 'test', point }) },
              { label: 'Edit', onChoose: () => setOpen({ kind: 'edit', point }) },
              { label: 'Delete', onChoose: () => setOpen({ kind: 'delete', point }) },
            ],
          ),
        ]
      : []),
  ];
  return (
    <PanelFrame
      title="Contact points"
      note="whom routes tell"
      actions={
        mayChange && (
          <Button icon="plus" onClick={() => setOpen({ kind: 'edit', point: null })}>
            New contact point
          </Button>
        )
      }
    >
      <DataTable
        name="List of contact points"
        rows={kept.points}
        columns={columns}
        rowKey={(row) => row.name}
        height={HEIGHT}
        empty="A contact point is a name for one or more URLs that are told. Begin with one."
        cards
      />
      {open?.kind === 'edit' && (
        <PointForm
          before={open.point}
          changing={changing}
          onClose={close}
          onDone={() => {
            close();
            reload();
          }}
        />
      )}
      {open?.kind === 'delete' && (
        <ConfirmDialog
          title={`Delete ${open.point.name}?`}
          verb="Delete"
          text="No route may lead to it; its past notifications stay."
          onClose={close}
          act={async () => {
            await api.delete('/v1/contact-points/{name}', { path: { name: open.point.name }, project: where });
            announce('The contact point is deleted');
            close();
            reload();
          }}
        />
      )}
      {open?.kind === 'test' && <TestDialog name={open.point.name} where={where} onClose={close} />}
    </PanelFrame>
  );
}

function PointForm(props: { before: Point | null; changing: Changing; onClose: () => void; onDone: () => void }) {
  const { before, changing, onClose, onDone } = props;
  const [name, setName] = useState(before?.name ?? '');
  const [targets, setTargets] = useState(before?.targets.join('\n') ?? '');
  const [resolved, setResolved] = useState(before?.resolved ?? true);
  const urls = targets
    .split('\n')
    .map((each) => each.trim())
    .filter(Boolean);
  return (
    <FormDialog
      title={before ? `Edit ${before.name}` : 'New contact point'}
      verb={before ? 'Save' : 'Make it'}
      ready={name.trim() !== '' && urls.length > 0}
      fields={isWithin('name', 'targets')}
      onClose={onClose}
      act={async () => {
        const body = { targets: urls, resolved };
        const project = changing.where;
        if (before) await api.put('/v1/contact-points/{name}', { path: { name: before.name }, body, project });
        else await api.post('/v1/contact-points', { body: { name: name.trim(), ...body }, project });
        announce('The contact point is saved');
        onDone();
      }}
    >
      {(problem) => (
        <>
          {!before && (
            <Field
              label="Name"
              value={name}
              onValue={setName}
              problem={placeOf(problem) === 'name' ? problem!.detail : undefined}
              maxLength={255}
              autocomplete="off"
            />
          )}
          <TextArea
            label="Tells"
            rows={4}
            hint={
              before
                ? 'One URL a line. One that is left as it is shown keeps its password or key.'
                : 'One URL a line, such as https://example.org/hook or mailto:ops@example.org.'
            }
            placeholder="https://example.org/hook"
            value={targets}
            onValue={setTargets}
            problem={problemWithin(problem, 'targets')}
            spellcheck={false}
          />
          <Checkbox label="Tell also when it is over" value={resolved} onValue={setResolved} />
        </>
      )}
    </FormDialog>
  );
}

type Sent = Answer<'/v1/deliveries/{key}', 'get'>;

/** How often one looks whether it has arrived. */
const LOOK_MS = 1000;

/** Sends a test, and watches it arrive or not. */
function TestDialog({ name, where, onClose }: { name: string; where: string | undefined; onClose: () => void }) {
  const sent = useLoad(
    ['test', name],
    () => api.post('/v1/contact-points/{name}/test', { path: { name }, project: where }),
    { refresh: false },
  );
  return (
    <Dialog title={`Test of ${name}`} onClose={onClose}>
      <LoadBody load={sent} height={80}>
        {({ deliveries }) => (
          <ul class="stack">
            {deliveries.map((key) => (
              <Arrival key={key} of={key} where={where} />
            ))}
          </ul>
        )}
      </LoadBody>
    </Dialog>
  );
}

function Arrival({ of, where }: { of: string; where: string | undefined }) {
  const load = useLoad(
    ['arrival', of],
    (signal) => api.get('/v1/deliveries/{key}', { path: { key: of }, signal, project: where }),
    { refresh: false },
  );
  const isOver = load.data.value !== null && load.data.value.delivery.progress !== 'waiting';
  useEffect(() => {
    if (isOver) return;
    const timer = setInterval(() => !load.busy.peek() && load.reload(), LOOK_MS);
    return () => clearInterval(timer);
  }, [isOver]);
  return (
    <li>
      <LoadBody load={load} height={40}>
        {(found) => <Arrived found={found} />}
      </LoadBody>
    </li>
  );
}

function Arrived({ found: { delivery, attempts } }: { found: Sent }) {
  const error = attempts.at(-1)?.error;
  return (
    <>
      <p class="row" role="status">
        <span class={PROGRESS[delivery.progress]}>{delivery.progress}</span> {delivery.target}
      </p>
      {error && <p class="muted">{error}</p>}
    </>
  );
}

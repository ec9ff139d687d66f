// SPDX-License-Identifier: Apache-2.0
// Who was told of an alarm: the newest notifications, every attempt at one, and sending it once more.

import { useRef, useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Schema } from '../../api/operations';
import { show } from '../../charts/units';
import { actionsColumn, type RowAction } from '../../parts/actions';
import { announce } from '../../parts/announce';
import { Code } from '../../parts/Copy';
import { DataTable, type Column } from '../../parts/DataTable';
import { Dialog } from '../../parts/Dialog';
import { Icon } from '../../parts/Icon';
import { LoadBody, PanelFrame } from '../../parts/Panel';
import { Refusal } from '../../parts/Refusal';
import { showSecond } from '../../parts/second';
import { useSubmit } from '../../parts/useSubmit';
import { useLoad } from '../../state/load';
import { mayChange, workingIn } from '../alarms/rights';
import { StateChip, type AlarmView, type State } from '../alarms/states';
import { routesLink } from './links';
import { PROGRESS } from './progress';

type Delivery = Schema<'DeliveryView'>;
type Attempt = Schema<'AttemptView'>;

const HEIGHT = 360;

export function Deliveries(props: { alarm: AlarmView; deliveries: readonly Delivery[]; onSent: () => void }) {
  const { alarm, deliveries, onSent } = props;
  const [open, setOpen] = useState<string | null>(null);
  const again = useRef('');
  const sending = useSubmit(async () => {
    await api.post('/v1/deliveries/{key}/again', {
      path: { key: again.current },
      project: workingIn(alarm.project_id),
    });
    announce('It is sent once more');
    onSent();
  });
  const send = (key: string): void => {
    again.current = key;
    sending.submit();
  };
  const columns: Column<Delivery>[] = [
    ...DELIVERY_COLUMNS,
    actionsColumn<Delivery>(
      (row) => `${row.state} at ${showSecond(row.created_ms)}`,
      (row): RowAction[] => [
        { label: 'Attempts', onChoose: () => setOpen(row.key) },
        ...(mayChange() ? [{ label: 'Send again', onChoose: () => send(row.key) }] : []),
      ],
    ),
  ];
  return (
    <PanelFrame
      title="Notifications"
      note={deliveries.length ? noteOf(deliveries) : undefined}
      actions={
        <a class="button plain" href={routesLink(alarm)}>
          <Icon name="route" />
          Its routes
        </a>
      }
    >
      {sending.problem && <Refusal problem={sending.problem} />}
      <DataTable
        name="Notifications of this alarm"
        rows={deliveries}
        columns={columns}
        rowKey={(row) => row.key}
        height={HEIGHT}
        empty="Nobody has been told anything so far."
        cards
      />
      {open && <Attempts of={open} onClose={() => setOpen(null)} />}
    </PanelFrame>
  );
}

function noteOf(deliveries: readonly Delivery[]): string {
  const held = deliveries.some((each) => each.progress === 'silenced');
  return `the newest first${held ? '; what a silence holds back is sent when it ends, if it still holds' : ''}`;
}

export const DELIVERY_COLUMNS: Column<Delivery>[] = [
  { key: 'time', title: 'Since', cell: (row) => showSecond(row.created_ms), width: '11rem' },
  {
    key: 'state',
    title: 'Tells',
    cell: (row) => row.state && <StateChip state={row.state as State} />,
    width: '11rem',
  },
  { key: 'target', title: 'To', cell: (row) => row.target, fills: true },
  {
    key: 'progress',
    title: 'Is',
    cell: (row) => <span class={PROGRESS[row.progress]}>{row.progress}</span>,
    width: '7rem',
  },
  { key: 'attempts', title: 'Attempts', number: true, cell: (row) => row.attempts, width: '6rem' },
  { key: 'due', title: 'Next at', cell: (row) => row.due_ms && showSecond(row.due_ms), width: '11rem' },
];

const ATTEMPTS: Column<Attempt>[] = [
  { key: 'time', title: 'At', cell: (row) => showSecond(row.time_ms), width: '11rem' },
  { key: 'lasted', title: 'Took', number: true, cell: (row) => show(row.lasted_ms, 'ms'), width: '6rem' },
  {
    key: 'status',
    title: 'Answer',
    number: true,
    cell: (row) => (row.status ? String(row.status) : <span class="muted">none</span>),
    width: '6rem',
  },
  {
    key: 'error',
    title: 'What went wrong',
    cell: (row) => row.error || <span class="good">nothing</span>,
    fills: true,
  },
];

function Attempts({ of, onClose }: { of: string; onClose: () => void }) {
  const load = useLoad(['delivery', of], (signal) => api.get('/v1/deliveries/{key}', { path: { key: of }, signal }));
  return (
    <Dialog title="A notification" onClose={onClose} wide>
      <LoadBody load={load} height={260}>
        {({ delivery, body, attempts }) => (
          <div class="stack">
            <dl class="facts">
              <dt>To</dt>
              <dd>{delivery.target}</dd>
              <dt>Is</dt>
              <dd>
                <span class={PROGRESS[delivery.progress]}>{delivery.progress}</span>
              </dd>
              {delivery.due_ms && (
                <>
                  <dt>Next at</dt>
                  <dd>{showSecond(delivery.due_ms)}</dd>
                </>
              )}
            </dl>
            <DataTable
              name="Attempts"
              rows={attempts}
              columns={ATTEMPTS}
              rowKey={(row) => row.time_ms}
              height={300}
              empty="It has not been tried yet."
              cards
            />
            <section aria-label="What is sent" class="stack">
              <h3>What is sent</h3>
              <Code text={JSON.stringify(body, null, 2)} />
            </section>
          </div>
        )}
      </LoadBody>
    </Dialog>
  );
}

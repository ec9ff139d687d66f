// SPDX-License-Identifier: Apache-2.0
// What changes a group's size: its policies, what each would do now, and signalling one by hand.

import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Schema } from '../../api/operations';
import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { Code, Copy } from '../../parts/Copy';
import { Dialog } from '../../parts/Dialog';
import { ConfirmDialog, FormDialog } from '../../parts/FormDialog';
import { Menu, type MenuItem } from '../../parts/Menu';
import { PanelFrame } from '../../parts/Panel';
import { Refusal } from '../../parts/Refusal';
import { showSecond } from '../../parts/second';
import { useSubmit } from '../../parts/useSubmit';
import { href } from '../../state/url';
import { mayChange, workingIn } from '../alarms/rights';
import { RESOURCES } from '../alarms/rule';
import { decisionText, inZone, KINDS, ruleText, type Decision, type Group, type Policy } from '../scaling/groups';
import { VerdictChip } from '../scaling/states';
import { PolicyForm } from './PolicyForm';

type Would = Schema<'PolicyDryRun'>;
type Open = { what: 'new' } | { what: 'signal' | 'address' | 'edit' | 'delete'; policy: Policy } | null;

interface PoliciesProps {
  group: Group;
  policies: readonly Policy[];
  warnings: readonly string[];
  onDone: () => void;
}

export function Policies({ group, policies, warnings, onDone }: PoliciesProps) {
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  return (
    <PanelFrame
      title="Policies"
      note="what changes the number of members"
      actions={
        mayChange() && (
          <Button icon="plus" onClick={() => setOpen({ what: 'new' })}>
            New policy
          </Button>
        )
      }
    >
      {policies.length ? (
        <ul class="policies">
          {policies.map((each) => (
            <li key={each.id} class="policy">
              <PolicyCard group={group} policy={each} onOpen={setOpen} />
            </li>
          ))}
        </ul>
      ) : (
        <p class="muted">
          There is none: the group keeps the size that it was given. A policy follows signals, such as those of
          alarms, a target, or the clock.
        </p>
      )}
      {open?.what === 'new' && <PolicyForm {...{ group, warnings, onDone }} onClose={close} />}
      {open?.what === 'edit' && <PolicyForm {...{ group, warnings, onDone }} before={open.policy} onClose={close} />}
      {open?.what === 'signal' && <SignalDialog group={group} policy={open.policy} onClose={close} onDone={onDone} />}
      {open?.what === 'address' && (
        <AddressDialog group={group} policy={open.policy} onClose={close} onDone={onDone} />
      )}
      {open?.what === 'delete' && (
        <ConfirmDialog
          title={`Delete policy ${open.policy.name}?`}
          verb="Delete"
          text="Alarms that signal it, and its address, reach nothing any more. What it has begun is finished."
          onClose={close}
          act={async () => {
            const where = { path: { id: open.policy.id }, project: workingIn(group.project_id) };
            await api.delete('/v1/scaling/policies/{id}', where);
            announce('The policy is deleted');
            onDone();
            close();
          }}
        />
      )}
    </PanelFrame>
  );
}

function PolicyCard(props: { group: Group; policy: Policy; onOpen: (open: Open) => void }) {
  const { group, policy, onOpen } = props;
  const { name, rule, enabled, note, decided_ms, alarm_action } = policy;
  const [would, setWould] = useState<Would | null>(null);
  const trying = useSubmit(async () => setWould(await dryRun(policy)));
  const signalled = rule.type === 'adjustment';
  const draft = { name: `${group.name} ${name}`, type: RESOURCES, alarm_actions: alarm_action, repeat: true };
  const items: MenuItem[] = [
    ...(signalled
      ? [
          { label: 'Address', icon: 'link', onChoose: () => onOpen({ what: 'address', policy }) } as const,
          {
            label: 'New alarm',
            icon: 'alarms',
            href: href('/alarms/new', { draft: JSON.stringify(draft) }),
          } as const,
        ]
      : []),
    { label: 'Delete', icon: 'trash', danger: true, onChoose: () => onOpen({ what: 'delete', policy }) },
  ];
  return (
    <>
      <h3>
        {name} <span class="chip">{KINDS[rule.type]}</span>
        {!enabled && <span class="chip warn">off</span>}
      </h3>
      <p>{ruleText(rule)}</p>
      {note && (
        <p class="muted">
          {decided_ms !== null && `${showSecond(decided_ms)}: `}
          {inZone(note)}
        </p>
      )}
      {alarm_action && (
        <p class="muted">
          As an alarm's action: <code>{alarm_action}</code>{' '}
          <Copy text={alarm_action} label={`Copy ${alarm_action}`} />
        </p>
      )}
      <div role="status">
        {would && (
          <p>
            <VerdictChip verdict={would.verdict} progress="" /> now it {wouldText(would)}
          </p>
        )}
      </div>
      {trying.problem && <Refusal problem={trying.problem} />}
      <div class="row">
        {signalled && (
          <Button
            disabled={trying.busy}
            aria-label={`Try: ${name}`}
            title="What it would do now"
            onClick={() => trying.submit()}
          >
            Try
          </Button>
        )}
        {mayChange() && (
          <>
            {signalled && (
              <Button icon="play" aria-label={`Signal: ${name}`} onClick={() => onOpen({ what: 'signal', policy })}>
                Signal
              </Button>
            )}
            <Button icon="edit" aria-label={`Edit: ${name}`} onClick={() => onOpen({ what: 'edit', policy })}>
              Edit
            </Button>
            <Menu label={`${name}: more`} icon="more" items={items} />
          </>
        )}
      </div>
    </>
  );
}

const dryRun = (policy: Policy): Promise<Would> =>
  api.post('/v1/scaling/policies/{id}/dry-run', { path: { id: policy.id } });

/** What would become of it, as a sentence. */
function wouldText({ verdict, before, wanted, ...told }: Would): string {
  const reason = inZone(told.reason);
  if (verdict === 'accepted') return `would ${wanted > before ? 'grow' : 'shrink'} from ${before} to ${wanted}`;
  if (verdict === 'no change') return `would stay at ${before}: ${reason}`;
  return `would be refused: ${reason}`;
}

interface SheetProps {
  group: Group;
  policy: Policy;
  onClose: () => void;
  onDone: () => void;
}

/** Asks before a signal is given, and tells what it led to. */
function SignalDialog({ group, policy, onClose, onDone }: SheetProps) {
  const [decided, setDecided] = useState<Decision | null>(null);
  const act = async (): Promise<void> => {
    const where = { path: { id: policy.id }, project: workingIn(group.project_id) };
    setDecided(await api.post('/v1/scaling/policies/{id}/signal', where));
    onDone();
  };
  if (decided) {
    return (
      <Dialog
        title={`Policy ${policy.name} was signalled`}
        onClose={onClose}
        actions={
          <Button kind="primary" onClick={onClose}>
            Close
          </Button>
        }
      >
        <p role="status">
          <VerdictChip {...decided} /> the group {decisionText(decided)}
        </p>
      </Dialog>
    );
  }
  return (
    <FormDialog title={`Signal policy ${policy.name}?`} verb="Signal" onClose={onClose} act={act}>
      {() => (
        <p>
          {group.name} has {group.size} members. {ruleText(policy.rule)}.
        </p>
      )}
    </FormDialog>
  );
}

/** The address that signals without credentials: asked for only when it is wanted, and exchanged for another one. */
function AddressDialog({ group, policy, onClose, onDone }: SheetProps) {
  const [shown, setShown] = useState<string | null>(null);
  const where = { path: { id: policy.id }, project: workingIn(group.project_id) };
  const asking = useSubmit(async () => setShown((await api.get('/v1/scaling/policies/{id}', where)).signal_url));
  const rotating = useSubmit(async () => {
    setShown((await api.post('/v1/scaling/policies/{id}/rotate', where)).signal_url);
    announce('The address of before is of no use any more');
    onDone();
  });
  const problem = asking.problem ?? rotating.problem;
  return (
    <Dialog
      title={`The address of policy ${policy.name}`}
      onClose={onClose}
      wide
      actions={
        <>
          <Button disabled={rotating.busy} onClick={() => rotating.submit()}>
            Make another one
          </Button>
          <Button kind="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <div class="stack">
        <p>
          Whoever knows it signals the policy by a POST, without a password; it is good until another one is made.
        </p>
        {shown === null ? (
          <div>
            <Button icon="key" disabled={asking.busy} onClick={() => asking.submit()}>
              Show it
            </Button>
          </div>
        ) : shown ? (
          <Code text={`curl -X POST '${shown}'`} />
        ) : (
          <p class="muted">It is shown to those who may change the group.</p>
        )}
        {problem && <Refusal problem={problem} />}
      </div>
    </Dialog>
  );
}

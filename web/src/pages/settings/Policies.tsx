// SPDX-License-Identifier: Apache-2.0
// Archive policies: how fine and how long metrics are kept, what that costs, and which new metrics get which.

import { api } from '../../api/client';
import type { Answer } from '../../api/operations';
import { show } from '../../charts/units';
import { actionsColumn } from '../../parts/actions';
import { Button } from '../../parts/Button';
import { CARDS_HEIGHT } from '../../parts/Cards';
import { DataTable, type Column } from '../../parts/DataTable';
import { ConfirmDialog } from '../../parts/FormDialog';
import { narrow } from '../../parts/narrow';
import { Panel } from '../../parts/Panel';
import { useLoad } from '../../state/load';
import { has } from '../../state/session';
import { PolicyForm, RuleForm } from './PolicyForms';
import { keptText, pointsOf, BYTES_PER_POINT } from './retention';
import { useSheet } from './useSheet';

export type Policy = Answer<'/v1/archive-policies', 'get'>['policies'][number];
type Rule = Answer<'/v1/archive-policy-rules', 'get'>['rules'][number];
type Sheet =
  { kind: 'make' | 'rule' } | { kind: 'change' | 'delete'; policy: Policy } | { kind: 'delete rule'; rule: Rule };

export function Policies() {
  const policies = useLoad(['policies'], (signal) => api.get('/v1/archive-policies', { signal }));
  const rules = useLoad(['rules'], (signal) => api.get('/v1/archive-policy-rules', { signal }));
  const { open, setOpen, close, done } = useSheet<Sheet>(() => {
    policies.reload();
    rules.reload();
  });
  const mayChange = has();
  const names = (policies.data.value?.policies ?? []).map((each) => each.name);
  return (
    <div class="stack">
      <Panel
        title="Archive policies"
        note="how fine metrics are kept, and how long"
        load={policies}
        height={narrow.value ? CARDS_HEIGHT : 210}
        actions={
          mayChange && (
            <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: 'make' })}>
              New policy
            </Button>
          )
        }
      >
        {(answer) => (
          <DataTable
            name="List of archive policies"
            rows={answer.policies}
            columns={mayChange ? [...COLUMNS, actions(setOpen)] : COLUMNS}
            rowKey={(row) => row.name}
            cards
          />
        )}
      </Panel>
      <Panel
        title="Rules"
        note="which policy new metrics get, by their names; the first that matches"
        load={rules}
        actions={
          mayChange && (
            <Button icon="plus" onClick={() => setOpen({ kind: 'rule' })}>
              New rule
            </Button>
          )
        }
        empty={(answer) =>
          answer.rules.length ? null : { kind: 'nothing', text: 'Without a rule, metrics have to name their policy.' }
        }
      >
        {(answer) => (
          <DataTable
            name="List of rules"
            rows={answer.rules}
            columns={mayChange ? [...RULES, ruleActions(setOpen)] : RULES}
            rowKey={(row) => row.name}
            cards
            height={360}
          />
        )}
      </Panel>
      <Opened open={open} names={names} onClose={close} onDone={done} />
    </div>
  );
}

function Opened({
  open,
  names,
  onClose,
  onDone,
}: {
  open: Sheet | null;
  names: readonly string[];
  onClose: () => void;
  onDone: (said: string) => void;
}) {
  switch (open?.kind) {
    case undefined:
      return null;
    case 'make':
      return <PolicyForm onClose={onClose} onDone={() => onDone('The policy is there.')} />;
    case 'change':
      return <PolicyForm policy={open.policy} onClose={onClose} onDone={() => onDone('The policy is changed.')} />;
    case 'rule':
      return <RuleForm policies={names} onClose={onClose} onDone={() => onDone('The rule is there.')} />;
    case 'delete':
      return (
        <ConfirmDialog
          title={`Delete policy ${open.policy.name}?`}
          verb="Delete"
          text="It can go only when no metric and no rule refers to it."
          onClose={onClose}
          act={async () => {
            await api.delete('/v1/archive-policies/{name}', { path: { name: open.policy.name } });
            onDone('The policy is deleted.');
          }}
        />
      );
    case 'delete rule':
      return (
        <ConfirmDialog
          title={`Delete rule ${open.rule.name}?`}
          verb="Delete"
          text="Metrics that got their policy from it keep it."
          onClose={onClose}
          act={async () => {
            await api.delete('/v1/archive-policy-rules/{name}', { path: { name: open.rule.name } });
            onDone('The rule is deleted.');
          }}
        />
      );
  }
}

const COLUMNS: Column<Policy>[] = [
  { key: 'name', title: 'Name', cell: (row) => row.name, sort: (row) => row.name, width: '11rem' },
  { key: 'kept', title: 'Kept', cell: (row) => row.definition.map(keptText).join('; '), fills: true },
  { key: 'methods', title: 'Methods', cell: (row) => row.methods.join(', '), width: '18rem' },
  {
    key: 'back',
    title: 'Back window',
    number: true,
    cell: (row) => row.back_window,
    sort: (row) => row.back_window,
    width: '9rem',
  },
  {
    key: 'cost',
    title: 'A metric takes',
    number: true,
    cell: (row) => costText(row),
    sort: (row) => pointsOf(row),
    width: '10rem',
  },
  {
    key: 'metrics',
    title: 'Metrics',
    number: true,
    cell: (row) => row.metrics.toLocaleString('en'),
    sort: (row) => row.metrics,
    width: '7rem',
  },
];

function costText(policy: Policy): string {
  const points = pointsOf(policy);
  return points === null ? 'grows for ever' : `up to ${show(points * BYTES_PER_POINT, 'B')}`;
}

function actions(open: (open: Sheet | null) => void): Column<Policy> {
  return actionsColumn(
    (policy) => policy.name,
    (policy) => [
      { label: 'Change', onChoose: () => open({ kind: 'change', policy }) },
      { label: 'Delete', onChoose: () => open({ kind: 'delete', policy }) },
    ],
  );
}

const RULES: Column<Rule>[] = [
  { key: 'pattern', title: 'Names like', cell: (row) => <code>{row.metric_pattern}</code>, width: '18rem' },
  { key: 'policy', title: 'Get', cell: (row) => row.archive_policy_name, width: '18rem' },
  { key: 'name', title: 'Rule', cell: (row) => row.name, fills: true },
];

function ruleActions(open: (open: Sheet | null) => void): Column<Rule> {
  return actionsColumn(
    (rule) => rule.name,
    (rule) => [{ label: 'Delete', onChoose: () => open({ kind: 'delete rule', rule }) }],
  );
}

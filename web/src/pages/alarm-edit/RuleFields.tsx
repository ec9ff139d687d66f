// SPDX-License-Identifier: Apache-2.0
// The fields of a rule that is not composite, whichever type it has.

import { Field, type FieldsProps } from '../../parts/Field';
import { EVENT, isThreshold, LOAD_BALANCER, PROMETHEUS, SQL, type Named } from '../alarms/rule';
import { CodeArea } from './CodeArea';
import { Compared } from './Compared';
import { EventFields } from './EventFields';
import type { RuleDraft } from './rule-draft';
import { SqlFields } from './SqlFields';
import { ThresholdFields } from './ThresholdFields';

export interface RuleFieldsProps extends FieldsProps<RuleDraft> {
  /** What it looks at by its names, as far as that is known. */
  named?: Named | undefined;
  /** Whether it is a part of a composite rule. */
  isPart?: boolean;
}

export function RuleFields(props: RuleFieldsProps) {
  const { type } = props.draft;
  if (isThreshold(type)) return <ThresholdFields {...props} />;
  if (type === SQL) return <SqlFields {...props} />;
  if (type === PROMETHEUS) return <PrometheusFields {...props} />;
  if (type === EVENT) return <EventFields {...props} />;
  if (type === LOAD_BALANCER) return <LoadBalancerFields {...props} />;
  return <JsonField {...props} />;
}

function PrometheusFields(props: RuleFieldsProps) {
  const { draft, set, problemAt } = props;
  return (
    <>
      <CodeArea
        label="Expression in PromQL"
        rows={3}
        placeholder={'up{job="node"}'}
        hint="Each series that it yields is one value."
        value={draft.expression}
        onValue={(expression) => set({ expression })}
        problem={problemAt('query')}
      />
      <Compared {...props} />
    </>
  );
}

const MEMBERS = [
  { key: 'pool_id', label: 'Pool', hint: 'The id of the load balancer’s pool' },
  { key: 'stack_id', label: 'Stack', hint: 'The id of the stack that has the members' },
  { key: 'autoscaling_group_id', label: 'Scaling group', hint: 'Its id, in that stack' },
] as const;

function LoadBalancerFields({ draft, set, problemAt }: RuleFieldsProps) {
  return (
    <>
      {MEMBERS.map(({ key, label, hint }) => (
        <Field
          key={key}
          label={label}
          hint={hint}
          value={draft[key]}
          onValue={(text) => set({ [key]: text })}
          problem={problemAt(key)}
          autocomplete="off"
          spellcheck={false}
        />
      ))}
    </>
  );
}

/** The rule of a type that has no fields. */
function JsonField({ draft, set, problemAt }: RuleFieldsProps) {
  return (
    <CodeArea
      label="Rule, as JSON"
      rows={8}
      value={draft.json}
      onValue={(json) => set({ json })}
      problem={problemAt('rule')}
    />
  );
}

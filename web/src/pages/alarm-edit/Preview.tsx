// SPDX-License-Identifier: Apache-2.0
// What would have become of the alarm in the page's time range, renewed as one writes.

import { useMemo } from 'preact/hooks';

import { api } from '../../api/client';
import type { Body, Schema } from '../../api/operations';
import type { Problem } from '../../api/problem';
import { listed } from '../../parts/listed';
import { narrow } from '../../parts/narrow';
import { LoadBody, PanelFrame, Skeleton } from '../../parts/Panel';
import { useSettled } from '../../shell/SearchBox';
import { useLoad, type Load } from '../../state/load';
import { showSpan } from '../../state/moment';
import { now, span, type Span } from '../../state/time';
import { PastPanels } from '../alarm/PastPanels';
import { within, type AlarmPast } from '../alarms/past';
import { COMPOSITE, isThreshold, leavesOf, type Leaf, type Named, type Rule } from '../alarms/rule';

/** Kept free while it loads; pixels. */
const HEIGHT = 352;
const NARROW_HEIGHT = 470;
/** Typing, and dragging the threshold, is followed once it rests. */
const REST_MS = 350;

export interface Previewed {
  load: Load<AlarmPast>;
  /** The rules of what is shown, which may be behind what is being typed. */
  leaves: readonly Leaf[];
  span: Span;
  /** Whether there is anything to be asked for. */
  asked: boolean;
  /** What the server says against the rule. */
  problem: Problem | null;
}

/** `rule` null while it is not complete. */
export function usePreview(
  type: string,
  rule: Rule | null,
  behaviour: Schema<'BehaviourBody'>,
  project: string | undefined,
): Previewed {
  const text = useSettled(rule && hasPast(type) ? JSON.stringify({ type, rule, behaviour }) : '', REST_MS);
  const leaves = useMemo(() => {
    if (!text) return [];
    const settled = JSON.parse(text) as { type: string; rule: Rule };
    return leavesOf(settled.type, settled.rule);
  }, [text]);
  const asked = within(span.value, leaves, now.value);
  const load = useLoad(
    ['preview', text, asked, project],
    (signal) => {
      const body = {
        ...(JSON.parse(text) as Body<'/v1/alarms/preview', 'post'>),
        start: asked.start_ms / 1000,
        stop: asked.stop_ms / 1000,
      };
      return api.post('/v1/alarms/preview', { body, signal, project });
    },
    { when: text !== '' },
  );
  return { load, leaves, span: asked, asked: text !== '', problem: text ? load.problem.value : null };
}

/** Whether anything is known of the past of such alarms. */
export const hasPast = (type: string): boolean => isThreshold(type) || type === COMPOSITE;

export function Preview(props: {
  type: string;
  shown: Previewed;
  named: readonly Named[] | null;
  /** The threshold as it stands in its field, which may be ahead of what was asked for. */
  threshold: number | null;
  recovery: number | null;
  missing: readonly string[];
  /** Whether what the server says against the rule stands at one of its fields. */
  isMarked: boolean;
  onLevel: (value: number) => void;
}) {
  const { type, shown, named, threshold, recovery, missing, isMarked, onLevel } = props;
  const { load, span: asked } = shown;
  const leaves = useMemo(() => withThreshold(shown.leaves, threshold), [shown.leaves, threshold]);
  const isSingle = isThreshold(type);
  const height = narrow.value ? NARROW_HEIGHT : HEIGHT;
  return (
    <section aria-label="What would have become of it" class="stack" aria-busy={load.busy.value || undefined}>
      <h2 class="preview-title">
        What would have become of it{' '}
        <span class="muted" role="status">
          {shown.asked && load.data.value && !shown.problem ? verdict(load.data.value) : ''}
        </span>
      </h2>
      {!shown.asked || isMarked ? (
        <PanelFrame title="Preview">
          <p class="muted">{hasPast(type) ? waitingFor(missing) : NO_PAST}</p>
        </PanelFrame>
      ) : (
        <LoadBody load={load} height={height}>
          {(past) =>
            // Units come with the names: without these everything would be drawn twice.
            named ? (
              <PastPanels
                past={past}
                leaves={leaves}
                named={named}
                span={asked}
                recovery={recovery}
                onLevel={isSingle ? onLevel : undefined}
              />
            ) : (
              <Skeleton height={height} />
            )
          }
        </LoadBody>
      )}
      {shown.asked && asked !== span.value && (
        <p class="muted">The newest {showSpan(asked.stop_ms - asked.start_ms)} of the range are looked at.</p>
      )}
    </section>
  );
}

const NO_PAST = 'Alarms of this type look at no values of ours, so there is nothing to look back at.';

function waitingFor(missing: readonly string[]): string {
  return missing.length
    ? `Fill in ${listed(missing)}, and the chart shows what the rule sees.`
    : 'Mend what is marked above, and the chart shows what the rule sees.';
}

/** A threshold that is being dragged is shown where it is. */
function withThreshold(leaves: readonly Leaf[], threshold: number | null): readonly Leaf[] {
  if (leaves.length !== 1 || threshold === null) return leaves;
  return leaves.map((leaf) => ({ ...leaf, rule: { ...leaf.rule, threshold } }));
}

/** `it would have gone into alarm 3 times, with 7 changes of state in all`. */
export function verdict(past: Pick<AlarmPast, 'transitions' | 'instance_transitions'>): string {
  const { transitions, instance_transitions } = past;
  const fired = instance_transitions
    .filter((each) => each.state === 'alarm')
    .map((each) => JSON.stringify(each.labels));
  const many = new Set(fired).size;
  return overall(transitions) + (many ? `; ${many === 1 ? 'one instance' : `${many} instances`} of it` : '');
}

function overall(transitions: AlarmPast['transitions']): string {
  const alarms = transitions.filter((each) => each.state === 'alarm').length;
  const times = alarms === 1 ? 'once' : alarms === 2 ? 'twice' : `${alarms} times`;
  const all = transitions.length === 1 ? 'one change' : `${transitions.length} changes`;
  if (!transitions.length) return 'no change of state';
  return alarms ? `in alarm ${times}, ${all} of state in all` : `never in alarm, ${all} of state in all`;
}

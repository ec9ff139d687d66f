// SPDX-License-Identifier: Apache-2.0
// Asking freely: metrics picked by hand or named in an expression, drawn together, beside an earlier period if wished.

import { useRef } from 'preact/hooks';

import { PageHead } from '../../parts/PageHead';
import { PanelFrame } from '../../parts/Panel';
import { Tabs } from '../../parts/Tabs';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { span } from '../../state/time';
import { params, setParams } from '../../state/url';
import { zone } from '../../state/zone';
import { ExpressionForm } from './ExpressionForm';
import { MetricsForm } from './MetricsForm';
import { Options } from './Options';
import { explore, type Explored } from './read';
import { Result } from './Result';
import { Start } from './Start';
import { asksNothing, wishOf, type Mode } from './wish';
import './explore.css';

const TABS = [
  { key: 'metrics', title: 'Metrics' },
  { key: 'expression', title: 'Expression' },
] as const;

export default function Explore() {
  const wish = wishOf(params.value);
  const asks = !asksNothing(wish);
  const load = useLoad(
    [wish, span.value, zone.value, project.value],
    (signal) => explore(wish, span.value, zone.value, signal),
    { when: asks },
  );
  const parked = useRef<Record<Mode, string | readonly string[]>>({ metrics: [], expression: '' });
  const choose = (mode: string): void => {
    if (mode === wish.mode) return;
    // What the other tab held comes back with it.
    parked.current[wish.mode] = wish.mode === 'metrics' ? wish.metrics : wish.expression;
    const toExpression = mode === 'expression';
    setParams({
      by: toExpression ? 'expression' : null,
      metric: toExpression ? null : (parked.current.metrics as readonly string[]),
      expr: toExpression ? (parked.current.expression as string) : null,
      hide: null,
    });
  };
  const isFirst = !load.data.value && !load.problem.value && !load.stopped.value;
  const waiting = load.busy.value || isFirst;
  const read: Explored | null = asks ? load.data.value : null;
  return (
    <div class="stack explore">
      <PageHead title="Explore" />
      <PanelFrame title="What to draw">
        <Tabs label="Way of asking" tabs={TABS} chosen={wish.mode} onChoose={choose}>
          <div class="explore-form">
            {wish.mode === 'metrics' ? (
              <MetricsForm wish={wish} read={read?.now ?? null} waiting={waiting} />
            ) : (
              <ExpressionForm wish={wish} problem={asks ? load.problem.value : null} />
            )}
            <Options wish={wish} />
          </div>
        </Tabs>
      </PanelFrame>
      {asks ? <Result wish={wish} load={load} /> : <Start mode={wish.mode} />}
    </div>
  );
}

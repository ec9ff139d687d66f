// SPDX-License-Identifier: Apache-2.0
// What has become of the statement: how far it is, what went wrong, what it gave.

import { useEffect, useState } from 'preact/hooks';

import { PanelFrame } from '../../parts/Panel';
import { ProblemBox } from '../../parts/ProblemBox';
import { Result } from './Result';
import type { Runner, SqlState } from './run';

export function Outcome({ runner, onRetry }: { runner: Runner; onRetry: () => void }) {
  const running = runner.running.value;
  const failed = runner.problem.value;
  const done = runner.done.value;
  const cancelled = runner.cancelled.value && !running;
  // What is wrong with the statement stays wrong; a server that is busy may answer the next time.
  const retry = failed && (failed.problem.status >= 500 || failed.problem.status <= 0) ? onRetry : undefined;
  return (
    <>
      {running && <Progress began_ms={running.began_ms} cancelling={running.cancelling} state={runner.state.value} />}
      {failed && !running && <ProblemBox problem={failed.problem} onRetry={retry} />}
      {cancelled && (
        <p class="banner" role="status">
          Cancelled; the engine has stopped working on it.
        </p>
      )}
      {done ? (
        <Result done={done} dimmed={running !== null || failed !== null || cancelled} />
      ) : (
        !running &&
        !failed &&
        !cancelled && (
          <PanelFrame title="Result">
            <p class="muted">Nothing has been run so far. Press Run, or choose an example.</p>
          </PanelFrame>
        )
      )}
    </>
  );
}

const TICK_MS = 100;
/** Quick ones come and go without a bar. */
const SHOWN_AFTER_MS = 300;

function Progress({
  began_ms,
  cancelling,
  state,
}: {
  began_ms: number;
  cancelling: boolean;
  state: SqlState | null;
}) {
  const [spent_ms, setSpent] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSpent(Date.now() - began_ms), TICK_MS);
    return () => clearInterval(timer);
  }, [began_ms]);
  if (spent_ms < SHOWN_AFTER_MS) return null;
  const { rows_read = 0, rows_total = 0 } = state ?? {};
  const share = rows_total > 0 ? Math.min(1, rows_read / rows_total) : null;
  return (
    <PanelFrame
      title={cancelling ? 'Stopping' : state?.state === 'waiting' ? 'Waiting for its turn' : 'Running'}
      busy
    >
      <progress class="sql-progress" aria-label="Rows read" {...(share === null ? {} : { value: share, max: 1 })} />
      <p class="muted">
        {(spent_ms / 1000).toFixed(1)} s
        {rows_read > 0 && (
          <>
            {' · '}
            {rows_read.toLocaleString('en')}
            {rows_total > 0 && ` of about ${rows_total.toLocaleString('en')}`} rows read
          </>
        )}
      </p>
    </PanelFrame>
  );
}

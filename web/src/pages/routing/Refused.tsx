// SPDX-License-Identifier: Apache-2.0
// Why a change was refused; where another was faster, with the way to what there is now.

import type { Problem } from '../../api/problem';
import { Button } from '../../parts/Button';
import { Refusal } from '../../parts/Refusal';

export const isConflict = (problem: Problem | null): boolean => problem?.status === 409;

export function Refused({ problem, onReload }: { problem: Problem; onReload: () => void }) {
  if (!isConflict(problem)) return <Refusal problem={problem} />;
  return (
    <div class="notice warn" role="alert">
      <p>
        <strong>Somebody else has saved meanwhile.</strong> Nothing of yours was taken: {problem.detail}.
      </p>
      <p>
        <Button icon="refresh" onClick={onReload}>
          Load what there is now
        </Button>
      </p>
    </div>
  );
}

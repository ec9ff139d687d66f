// SPDX-License-Identifier: Apache-2.0
// What became of something, the newest first, in pages.

import type { ComponentChildren } from 'preact';

import { zone } from '../state/zone';
import { Button } from './Button';
import type { Paged } from './paged';
import { LoadBody, PanelFrame } from './Panel';
import { ProblemBox } from './ProblemBox';

/** `children` are entries of a list, made once the first page is there. */
export function HistoryPanel<Row>({ list, children }: { list: Paged<Row>; children: () => ComponentChildren }) {
  const { load, more, further } = list;
  return (
    <PanelFrame title="History" note={`newest first, times in ${zone.value}`} busy={load.busy.value}>
      <LoadBody load={load}>
        {() => (
          <ol class="history" tabIndex={0} aria-label="Changes">
            {children()}
          </ol>
        )}
      </LoadBody>
      {further.problem.value && <ProblemBox problem={further.problem.value} onRetry={more} />}
      {more && (
        <Button disabled={further.busy.value} onClick={more}>
          Earlier changes
        </Button>
      )}
    </PanelFrame>
  );
}

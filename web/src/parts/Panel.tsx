// SPDX-License-Identifier: Apache-2.0
// A framed part of a page: loads, shows, dims while it loads anew, and says what went wrong, without touching its
// neighbours.

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

import type { Load } from '../state/load';
import { Button } from './Button';
import { Empty, type EmptyProps } from './Empty';
import { ErrorBoundary } from './ErrorBoundary';
import { ProblemBox } from './ProblemBox';

interface Frame {
  title: ComponentChildren;
  /** A word or two beside the title. */
  note?: ComponentChildren;
  /** Buttons at the right of the title. */
  actions?: ComponentChildren;
  /** Kept free before the first answer, so that nothing jumps; pixels. */
  height?: number;
  class?: string;
}

export interface PanelProps<T> extends Frame {
  load: Load<T>;
  /** Which kind of nothing the data amount to; null or undefined when there is something to show. */
  empty?: (data: T) => EmptyProps | null | undefined;
  children: (data: T) => ComponentChildren;
}

/** A panel around something that is loaded. */
export function Panel<T>({ load, empty, children, height = 120, ...frame }: PanelProps<T>) {
  return (
    <PanelFrame {...frame} busy={load.busy.value}>
      <LoadBody load={load} height={height} empty={empty}>
        {children}
      </LoadBody>
    </PanelFrame>
  );
}

/** A panel around what is there already. */
export function PanelFrame({
  title,
  note,
  actions,
  busy,
  children,
  ...rest
}: Frame & {
  busy?: boolean;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={`panel ${rest.class ?? ''}`} aria-labelledby={id} aria-busy={busy || undefined}>
      <header class="panel-head">
        <h2 id={id}>{title}</h2>
        {note && <span class="panel-note">{note}</span>}
        {actions && <div class="panel-actions">{actions}</div>}
      </header>
      <div class="panel-body">
        <ErrorBoundary>{children}</ErrorBoundary>
      </div>
    </section>
  );
}

/** Only the inside of a panel: for lists and pages that have a frame of their own. */
export function LoadBody<T>({
  load,
  empty,
  children,
  height = 120,
}: {
  load: Load<T>;
  empty?: (data: T) => EmptyProps | null | undefined;
  children: (data: T) => ComponentChildren;
  height?: number;
}) {
  const data = load.data.value;
  const problem = load.problem.value;
  const busy = load.busy.value;
  if (data === null) {
    if (problem) return <ProblemBox problem={problem} onRetry={load.reload} />;
    return (
      <>
        <Waiting load={load} />
        {load.stopped.value ? <Stopped onRetry={load.reload} /> : <Skeleton height={height} />}
      </>
    );
  }
  const nothing = empty?.(data);
  return (
    <>
      <Waiting load={load} />
      {problem && <ProblemBox problem={problem} onRetry={load.reload} />}
      <div class={busy || problem ? 'dimmed' : undefined}>{nothing ? <Empty {...nothing} /> : children(data)}</div>
    </>
  );
}

/** After a second a bar, after ten an offer to cancel. */
function Waiting<T>({ load }: { load: Load<T> }) {
  const slow = load.slow.value;
  if (!slow) return null;
  return (
    <div class="waiting">
      <div class="bar" role="progressbar" aria-label="Loading" />
      {slow === 2 && (
        <p>
          This takes long. <Button onClick={load.cancel}>Cancel</Button>
        </p>
      )}
    </div>
  );
}

/** Holds the place of what loads. */
export function Skeleton({ height }: { height: number }) {
  return <div class="skeleton" style={{ height: `${height}px` }} aria-label="Loading" role="img" />;
}

function Stopped({ onRetry }: { onRetry: () => void }) {
  return (
    <div class="empty">
      <p>Cancelled.</p>
      <Button icon="refresh" onClick={onRetry}>
        Load
      </Button>
    </div>
  );
}

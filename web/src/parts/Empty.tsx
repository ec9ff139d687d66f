// SPDX-License-Identifier: Apache-2.0
// The three ways of there being nothing to show, each with what to do about it.

import type { ComponentChildren } from 'preact';

import { absolute, showSpan } from '../state/moment';
import { now, setRange, span } from '../state/time';
import { zone } from '../state/zone';
import { Button } from './Button';
import { Code } from './Copy';
import { showSecond } from './second';

export type EmptyProps =
  /** Nothing has ever been there: what would be here, and how to get it here. */
  | { kind: 'nothing'; text: ComponentChildren; how?: string }
  /** Nothing in this range of time: when the last point was, if that is known. */
  | { kind: 'range'; text?: ComponentChildren; last_ms?: number | null }
  /** There is something, but filters keep it from being seen. */
  | { kind: 'filtered'; text?: ComponentChildren; filters: readonly string[]; onClear: () => void };

export function Empty(props: EmptyProps) {
  if (props.kind === 'nothing') {
    return (
      <div class="empty">
        <p class="empty-title">Nothing here yet</p>
        <p>{props.text}</p>
        {props.how && <Code text={props.how} />}
      </div>
    );
  }
  if (props.kind === 'range') return <EmptyRange {...props} />;
  return (
    <div class="empty">
      <p class="empty-title">Nothing matches</p>
      <p>{props.text ?? 'These filters leave nothing over:'}</p>
      <ul class="chips">
        {props.filters.map((each) => (
          <li key={each} class="chip">
            {each}
          </li>
        ))}
      </ul>
      <Button icon="close" onClick={props.onClear}>
        Clear filters
      </Button>
    </div>
  );
}

function EmptyRange({ text, last_ms }: { text?: ComponentChildren; last_ms?: number | null }) {
  const { start_ms, stop_ms } = span.value;
  const go = (): void => {
    const half = (stop_ms - start_ms) / 2;
    setRange({
      from: absolute(last_ms! - half),
      to: absolute(Math.min(last_ms! + half, Math.max(now.peek(), last_ms!))),
    });
  };
  return (
    <div class="empty">
      <p class="empty-title">Nothing in this time range</p>
      {text && <p>{text}</p>}
      {typeof last_ms === 'number' ? (
        <>
          <p>
            The last point is of {showSecond(last_ms)} {zone.value}, {showSpan(Math.abs(now.value - last_ms))} ago.
          </p>
          <Button icon="clock" onClick={go}>
            Go there
          </Button>
        </>
      ) : (
        <p>
          Nothing was measured between {showSecond(start_ms)} and {showSecond(stop_ms)}.
        </p>
      )}
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
// A piece of a line as the chart draws it: colour, and dash or mark; of bars a block.

import { theme } from '../state/theme';
import { isDense, type Line } from './line';
import { PAST_DASH, strokeOf } from './palette';

/** `place` is that of the line's stroke in the palette. */
export function Swatch({ line, place, off }: { line: Line; place: number; off?: boolean }) {
  const { color, dash, mark } = strokeOf(place, theme.value);
  const isPast = line.earlierOf !== undefined;
  const isMarked = !isPast && isDense(line) && dash.length > 0;
  return (
    <svg class="swatch" width="22" height="10" viewBox="-11 -5 22 10" aria-hidden="true">
      <g
        stroke={off ? 'currentColor' : color}
        fill={off ? 'currentColor' : color}
        opacity={off ? 0.3 : isPast ? 0.6 : 1}
      >
        {line.stacked ? (
          <path d="M-5 -5H5V5H-5Z" stroke="none" />
        ) : (
          <path
            d="M-11 0H11"
            stroke-width={isPast ? 1.5 : isMarked ? 2 : 3}
            stroke-dasharray={(isPast ? PAST_DASH : isMarked ? [] : dash).join(' ')}
          />
        )}
        {isMarked && <path d={mark} stroke="none" />}
      </g>
    </svg>
  );
}

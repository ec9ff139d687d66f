// SPDX-License-Identifier: Apache-2.0
// A piece of a line as the chart draws it: colour and dash.

import { theme } from '../state/theme';
import { strokeOf } from './palette';

export function Swatch({ index, faint, off }: { index: number; faint?: boolean | undefined; off?: boolean }) {
  const { color, dash } = strokeOf(index, theme.value);
  return (
    <svg class="swatch" width="22" height="8" aria-hidden="true">
      <line
        x1="0"
        y1="4"
        x2="22"
        y2="4"
        stroke={off ? 'currentColor' : color}
        stroke-opacity={off ? 0.3 : faint ? 0.6 : 1}
        stroke-width={faint ? 1.5 : 3}
        stroke-dasharray={(faint ? [3, 3] : dash).join(' ')}
      />
    </svg>
  );
}

// SPDX-License-Identifier: Apache-2.0
// The box beside the cursor: the time in both zones, and each line's value, biggest first.

import { showTime, zone } from '../state/zone';
import { strokePlaces, type Line } from './line';
import { Swatch } from './Swatch';
import { show } from './units';

export interface Hover {
  time_ms: number;
  /** Where the cursor is, in pixels from the chart's corner. */
  left: number;
  top: number;
  width: number;
  /** A value a line, null where it has none. */
  values: readonly (number | null)[];
  /** What happened there. */
  marks?: readonly string[];
  /** How it was then. */
  band?: string;
}

const ROWS_MAX = 12;

export function Tooltip({
  hover,
  lines,
  hidden,
}: {
  hover: Hover;
  lines: readonly Line[];
  hidden: ReadonlySet<string>;
  theme: 'light' | 'dark';
}) {
  const places = strokePlaces(lines);
  const rows = lines
    .map((line, index) => ({ line, place: places[index]!, value: hover.values[index] ?? null }))
    .filter(({ line, value }) => value !== null && !hidden.has(line.key))
    .sort((one, other) => other.value! - one.value!);
  const flip = hover.left > hover.width / 2;
  const side = flip ? { right: `${hover.width - hover.left + 12}px` } : { left: `${hover.left + 12}px` };
  return (
    <div class="tooltip" style={{ ...side, top: '4px' }} aria-hidden="true">
      <div class="tooltip-time">
        {showTime(hover.time_ms)} <span class="muted">{zone.value}</span>
      </div>
      {zone.value !== 'UTC' && <div class="muted">{showTime(hover.time_ms, 'UTC')} UTC</div>}
      <table>
        <tbody>
          {rows.slice(0, ROWS_MAX).map(({ line, place, value }) => (
            <tr key={line.key}>
              <td>
                <Swatch line={line} place={place} />
              </td>
              <td class="tooltip-label">{line.label}</td>
              <td class="number">{show(value, line.unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hover.band && <div class="tooltip-mark">{hover.band}</div>}
      {rows.length > ROWS_MAX && <div class="muted">and {rows.length - ROWS_MAX} more</div>}
      {!rows.length && !hover.marks?.length && <div class="muted">no point</div>}
      {hover.marks?.slice(0, ROWS_MAX).map((label) => (
        <div key={label} class="tooltip-mark">
          ▼ {label}
        </div>
      ))}
    </div>
  );
}

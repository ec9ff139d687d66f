// SPDX-License-Identifier: Apache-2.0
// Colours that colour-blind readers can tell apart, and dashes for when there are more lines than colours.

export interface Stroke {
  color: string;
  /** Lengths of dash and gap in CSS pixels; empty for a solid line. */
  dash: number[];
  /** The outline, around 0,0 in CSS pixels, of what marks a line whose points are too many for dashes to be seen. */
  mark: string;
}

// Neighbours differ in lightness as well as in hue; each has a contrast of 3 to 1 or more against its background.
const LIGHT = ['#0b5fb5', '#c2410c', '#00755b', '#a3267a', '#7a5c00', '#3f7fd6', '#7d2ae8', '#5b6470'];
const DARK = ['#6cb2ff', '#ff9a5c', '#3ddcb0', '#f58ad0', '#e8c547', '#a5b8ff', '#c79bff', '#b4bcc8'];
const DASHES: readonly number[][] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 4]];
/** How an earlier period is drawn, in the colour of the present one. */
export const PAST_DASH = [3, 3];
const CIRCLE = 'M3.5 0A3.5 3.5 0 1 1 -3.5 0A3.5 3.5 0 1 1 3.5 0Z';
const SQUARE = 'M-3.5 -3.5H3.5V3.5H-3.5Z';
const TRIANGLE = 'M0 -4.5L4.5 3.5H-4.5Z';
const DIAMOND = 'M0 -5L5 0L0 5L-5 0Z';
const CROSS = 'M-4 -2L-2 -4L0 -2L2 -4L4 -2L2 0L4 2L2 4L0 2L-2 4L-4 2L-2 0Z';
const MARKS = [CIRCLE, SQUARE, TRIANGLE, DIAMOND, CROSS];

/** How the n-th line is drawn. Dashes and marks differ from the second on, for colour alone tells nothing to some. */
export function strokeOf(index: number, theme: 'light' | 'dark'): Stroke {
  const colors = theme === 'dark' ? DARK : LIGHT;
  const color = colors[index % colors.length]!;
  const form = (index + Math.floor(index / colors.length)) % DASHES.length;
  return { color, dash: index === 0 ? [] : DASHES[form]!, mark: MARKS[form]! };
}

/** A colour of the style sheet, for the canvas. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || '#888';
}

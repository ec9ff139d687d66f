// SPDX-License-Identifier: Apache-2.0
// Colours that colour-blind readers can tell apart, and dashes for when there are more lines than colours.

export interface Stroke {
  color: string;
  /** Lengths of dash and gap in CSS pixels; empty for a solid line. */
  dash: number[];
}

// Neighbours differ in lightness as well as in hue; each has a contrast of 3 to 1 or more against its background.
const LIGHT = ['#0b5fb5', '#c2410c', '#00755b', '#a3267a', '#7a5c00', '#3f7fd6', '#7d2ae8', '#5b6470'];
const DARK = ['#6cb2ff', '#ff9a5c', '#3ddcb0', '#f58ad0', '#e8c547', '#a5b8ff', '#c79bff', '#b4bcc8'];
const DASHES: readonly number[][] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 4]];

/** How the n-th line is drawn. Dashes already differ within the first eight, for colour alone tells nothing to some. */
export function strokeOf(index: number, theme: 'light' | 'dark'): Stroke {
  const colors = theme === 'dark' ? DARK : LIGHT;
  const color = colors[index % colors.length]!;
  const dash = DASHES[(index + Math.floor(index / colors.length)) % DASHES.length]!;
  return { color, dash: index === 0 ? [] : dash };
}

/** A colour of the style sheet, for the canvas. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || '#888';
}

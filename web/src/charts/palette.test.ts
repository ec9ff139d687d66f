// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { strokeOf } from './palette';

const BACKGROUND = { light: '#ffffff', dark: '#171e26' } as const;
const LINES = 8;

function channels(color: string): [number, number, number] {
  return [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

it.each(['light', 'dark'] as const)('every line stands out from the %s background', (theme) => {
  for (let index = 0; index < LINES; index++) {
    expect(contrast(strokeOf(index, theme).color, BACKGROUND[theme])).toBeGreaterThanOrEqual(3);
  }
});

it('lines differ by more than their colour', () => {
  const strokes = Array.from({ length: 5 }, (_, index) => strokeOf(index, 'light'));
  expect(new Set(strokes.map((each) => each.dash.join())).size).toBe(5);
  expect(new Set(strokes.map((each) => each.mark)).size).toBe(5);
});

it('forty lines are all drawn differently', () => {
  const seen = Array.from({ length: 40 }, (_, index) => JSON.stringify(strokeOf(index, 'dark')));
  expect(new Set(seen).size).toBe(40);
});

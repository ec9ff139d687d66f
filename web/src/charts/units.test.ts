// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import { digits, scaleFor, show, showAt, showRaw } from './units';

const plain = (text: string): string => text.replace('\u202f', ' ');

describe('a value with its unit', () => {
  it.each([
    [0, 'B', '0 B'],
    [1536, 'B', '1.5 KiB'],
    [3_000_000_000, 'B', '2.794 GiB'],
    [2048, 'MB', '1.907 GiB'],
    [2048, 'MiB', '2 GiB'],
    [1_500_000, 'B/s', '1.5 MB/s'],
    [999, 'B/s', '999 B/s'],
    [12_345, 'packet/s', '12.35 k packet/s'],
    [0.25, 's', '250 ms'],
    [7_200_000_000_000, 'ns', '2 h'],
    [90, 's', '1.5 min'],
    [1_500_000_000, 'ns/s', '1.5 s/s'],
    [15_000_000, 'ns/s', '15 ms/s'],
    [120, 's/s', '120 s/s'],
    [4, 'ms/request', '4 ms/request'],
    [0, 's', '0 s'],
    [42.123456, '%', '42.12 %'],
    [0.0123, '%', '0.0123 %'],
    [1234567, '', '1.235 M'],
    [0.004, '', '0.004'],
    [0.004, 'W', '4 mW'],
    [-1536, 'B', '-1.5 KiB'],
    [7, 'instance', '7 instance'],
    [21.5, 'C', '21.5 °C'],
    [3, null, '3'],
  ])('%d %s is %s', (value, unit, text) => {
    expect(plain(show(value, unit))).toBe(text);
  });

  it('is a dash where there is none', () => {
    expect([show(null, 'B'), show(undefined, 's'), show(NaN, '%')]).toEqual(['—', '—', '—']);
  });

  it('has all its digits for copying', () => {
    expect(plain(showRaw(1234.56789, 'B/s'))).toBe('1234.56789 B/s');
  });
});

it('never more than four significant digits', () => {
  for (const value of [1, 1.23456, 12.3456, 123.456, 999.9, 0.000123456, 1e-9, 123456789012345680]) {
    expect(
      digits(value)
        .replace(/e.*/, '')
        .replace(/^0\.0*/, '')
        .replace(/\D/g, '').length,
    ).toBeLessThanOrEqual(4);
  }
});

it('labels of an axis share a prefix and tell neighbours apart', () => {
  const scale = scaleFor(2_000_000, 'B/s');
  expect([0, 500_000, 1_000_000].map((value) => plain(showAt(value, scale, 500_000)))).toEqual([
    '0 MB/s',
    '0.5 MB/s',
    '1 MB/s',
  ]);
  const plainly = scaleFor(8, 'measure/s');
  expect([0, 2.5, 5].map((value) => plain(showAt(value, plainly, 2.5)))).toEqual([
    '0 measure/s',
    '2.5 measure/s',
    '5 measure/s',
  ]);
});

// SPDX-License-Identifier: Apache-2.0
// The order of rows by one of their values.

export type Cellular = string | number | null;

const collator = new Intl.Collator('en', { numeric: true });

/** Which of two texts comes first, as people count: `vm-2` before `vm-10`. */
export function compareTexts(one: string, other: string): number {
  return collator.compare(one, other);
}

/** Rows in order; what has no value comes last either way. */
export function sorted<Row>(rows: readonly Row[], by: (row: Row) => Cellular, descending: boolean): Row[] {
  const keyed = rows.map((row) => [by(row), row] as const);
  keyed.sort(([one], [other]) => compare(one, other, descending));
  return keyed.map(([, row]) => row);
}

function compare(one: Cellular, other: Cellular, descending: boolean): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
  const numbers = typeof one === 'number' && typeof other === 'number';
  const order = numbers ? one - other : compareTexts(String(one), String(other));
  return descending ? -order : order;
}

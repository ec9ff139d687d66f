// SPDX-License-Identifier: Apache-2.0
// Choosing rows of a table, or cards, by boxes.

/** Rows that something is to be done with together, by their keys. */
export interface Selection<Row> {
  chosen: ReadonlySet<string | number>;
  onChosen: (chosen: ReadonlySet<string | number>) => void;
  /** What a row is called, for those who hear only `Choose`. */
  nameOf: (row: Row) => string;
}

/** The box of one row. */
export function SelectRow<Row>(props: { row: Row; of: string | number; selection: Selection<Row> }) {
  const { row, of, selection } = props;
  const toggle = (): void => {
    const next = new Set(selection.chosen);
    if (!next.delete(of)) next.add(of);
    selection.onChosen(next);
  };
  return (
    <input
      type="checkbox"
      aria-label={`Choose ${selection.nameOf(row)}`}
      checked={selection.chosen.has(of)}
      onChange={toggle}
    />
  );
}

/** The box of all rows that are here. */
export function SelectAll<Row>(props: {
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  selection: Selection<Row>;
}) {
  const { rows, rowKey, selection } = props;
  const all = rows.length > 0 && rows.every((row) => selection.chosen.has(rowKey(row)));
  return (
    <input
      type="checkbox"
      aria-label="Choose all rows"
      checked={all}
      indeterminate={!all && selection.chosen.size > 0}
      onChange={() => selection.onChosen(new Set(all ? [] : rows.map(rowKey)))}
    />
  );
}

// SPDX-License-Identifier: Apache-2.0
// The lines of a chart with their statistics; pressing one hides it, with Ctrl all others.

import { useMemo } from 'preact/hooks';

import { statistics, strokePlaces, type Line } from './line';
import { Swatch } from './Swatch';
import { show, showRaw } from './units';

const COLUMNS = ['min', 'mean', 'max', 'last'] as const;

export function Legend({
  name,
  lines,
  hidden,
  onHidden,
}: {
  /** The chart's name. */
  name: string;
  lines: readonly Line[];
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
}) {
  const rows = useMemo(() => lines.map(statistics), [lines]);
  const places = useMemo(() => strokePlaces(lines), [lines]);
  const press = (key: string, alone: boolean): void => {
    if (alone) {
      const others = lines.filter((line) => line.key !== key).map((line) => line.key);
      const isAlone = others.every((other) => hidden.has(other)) && !hidden.has(key);
      return onHidden(new Set(isAlone ? [] : others));
    }
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    onHidden(next);
  };
  return (
    <div class="legend" tabIndex={0} role="region" aria-label={`Legend of ${name}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Series</th>
            {COLUMNS.map((each) => (
              <th key={each} scope="col" class={`number ${each}`}>
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <tr key={line.key} class={hidden.has(line.key) ? 'off' : undefined}>
              <th scope="row">
                <button
                  type="button"
                  aria-pressed={!hidden.has(line.key)}
                  title={`${line.label}: press to hide or show, with Ctrl to see it alone`}
                  onClick={(event) => press(line.key, event.ctrlKey || event.metaKey)}
                >
                  <Swatch line={line} place={places[index]!} off={hidden.has(line.key)} />
                  <span>{line.label}</span>
                </button>
              </th>
              {COLUMNS.map((each) => (
                <td key={each} class={`number ${each}`} title={showRaw(rows[index]![each], line.unit)}>
                  {show(rows[index]![each], line.unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

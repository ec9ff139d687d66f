// SPDX-License-Identifier: Apache-2.0
// What SQL can read, beside the box: views, their columns, and what each means; pressing one writes it.

import { useState } from 'preact/hooks';

import { Button } from '../../parts/Button';
import { Panel } from '../../parts/Panel';
import type { Load } from '../../state/load';
import type { View } from './completion';

export function Catalog({
  load,
  onInsert,
}: {
  load: Load<{ views: readonly View[] }>;
  onInsert: (text: string) => void;
}) {
  const [open, setOpen] = useState('measures');
  return (
    <Panel title="Views" note="press to insert" load={load} height={300} class="sql-catalog">
      {({ views }) => (
        <>
          {views.map((view) => (
            <details key={view.name} open={view.name === open}>
              <summary
                onClick={(event) => {
                  event.preventDefault();
                  setOpen(open === view.name ? '' : view.name);
                }}
              >
                <code>{view.name}</code>
              </summary>
              <p class="muted">{view.meaning}</p>
              <Button kind="quiet" icon="plus" onClick={() => onInsert(view.name)}>
                Insert {view.name}
              </Button>
              <ul>
                {view.columns.map((column) => (
                  <li key={column.name}>
                    <button type="button" title={`Insert ${column.name}`} onClick={() => onInsert(column.name)}>
                      <code>{column.name}</code> <span class="muted">{shortType(column.type)}</span>
                    </button>
                    <span class="muted">{column.meaning}</span>
                  </li>
                ))}
              </ul>
            </details>
          ))}
          <details open={open === '$'}>
            <summary
              onClick={(event) => {
                event.preventDefault();
                setOpen(open === '$' ? '' : '$');
              }}
            >
              Time range
            </summary>
            <ul>
              {RANGE.map(([name, meaning]) => (
                <li key={name}>
                  <button type="button" title={`Insert ${name}`} onClick={() => onInsert(name)}>
                    <code>{name}</code>
                  </button>
                  <span class="muted">{meaning}</span>
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </Panel>
  );
}

const RANGE = [
  ['$from', "the start of the page's time range"],
  ['$to', 'its end; statements with them run again when the range changes'],
] as const;

/** `DateTime64(9, 'UTC')` → `DateTime64`. */
function shortType(type: string): string {
  return type.replace(/\(.*\)$/, '');
}

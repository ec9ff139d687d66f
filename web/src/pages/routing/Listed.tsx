// SPDX-License-Identifier: Apache-2.0
// Parts of the tree that are lists: mute timings and inhibitions, each edited in a sheet.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { announce } from '../../parts/announce';
import { Button, IconButton } from '../../parts/Button';
import { ConfirmDialog } from '../../parts/FormDialog';
import { PanelFrame } from '../../parts/Panel';
import type { Changing } from './changing';
import type { Routing } from './tree';

export interface Listing<Row> {
  title: string;
  note: string;
  /** What one of them is called. */
  one: string;
  rows: readonly Row[];
  nameOf: (row: Row) => string;
  tell: (row: Row) => string;
  /** What they are good for, where there is none. */
  none: string;
  save: (tree: Routing, rows: Row[]) => Promise<void>;
  form: (props: {
    before: Row | null;
    /** Its number in the list. */
    at: number;
    act: (row: Row) => Promise<void>;
    onClose: () => void;
  }) => ComponentChildren;
}

/** The tree is that of when the sheet was opened: what was changed since is not overwritten. */
type Open = { kind: 'edit' | 'delete'; at: number; tree: Routing } | null;

export function Listed<Row>({ changing, listing }: { changing: Changing; listing: Listing<Row> }) {
  const { kept, mayChange } = changing;
  const { title, note, one, rows, nameOf, tell, none, save, form } = listing;
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const begin = (kind: 'edit' | 'delete', at: number): void => setOpen({ kind, at, tree: kept.tree });
  const row = open ? rows[open.at] : undefined;
  return (
    <PanelFrame
      title={title}
      note={note}
      actions={
        mayChange && (
          <Button icon="plus" onClick={() => begin('edit', rows.length)}>
            New {one}
          </Button>
        )
      }
    >
      {rows.length ? (
        <ul class="listed" aria-label={title}>
          {rows.map((each, at) => (
            <li key={at}>
              <strong>{nameOf(each)}</strong>
              <span class="muted">{tell(each)}</span>
              {mayChange && (
                <span class="actions">
                  <IconButton icon="edit" label={`Edit ${nameOf(each)}`} onClick={() => begin('edit', at)} />
                  <IconButton icon="trash" label={`Delete ${nameOf(each)}`} onClick={() => begin('delete', at)} />
                </span>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <p class="muted">{none}</p>
      )}
      {open?.kind === 'edit' &&
        form({
          before: row ?? null,
          at: open.at,
          act: async (made) => {
            await save(open.tree, rows.toSpliced(open.at, 1, made));
            close();
          },
          onClose: close,
        })}
      {open?.kind === 'delete' && row !== undefined && (
        <ConfirmDialog
          title={`Delete ${nameOf(row)}?`}
          verb="Delete"
          text={`The ${one} is gone then; routes that name it have to be changed first.`}
          onClose={close}
          act={async () => {
            await save(open.tree, rows.toSpliced(open.at, 1));
            announce('It is deleted');
            close();
          }}
        />
      )}
    </PanelFrame>
  );
}

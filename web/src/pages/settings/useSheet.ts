// SPDX-License-Identifier: Apache-2.0
// Which sheet is open over a panel, and what follows once it has done its work.

import { useState } from 'preact/hooks';

import { announce } from '../../parts/announce';

export interface SheetState<Open> {
  open: Open | null;
  setOpen: (open: Open | null) => void;
  close: () => void;
  /** Close, say what was done, and load again. */
  done: (said: string) => void;
}

/** `renew` loads anew what the sheet may have changed. */
export function useSheet<Open>(renew: () => void): SheetState<Open> {
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const done = (said: string): void => {
    close();
    announce(said);
    renew();
  };
  return { open, setOpen, close, done };
}

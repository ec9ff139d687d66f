// SPDX-License-Identifier: Apache-2.0
// What is asked again every ten seconds, as long as somebody looks.

import { useEffect } from 'preact/hooks';

import { useLoad, type Load } from '../../state/load';

export const EVERY_MS = 10_000;

/** As `useLoad`, but renewed by itself; not while the page is hidden, or the last answer is still awaited. */
export function useLive<T>(key: unknown, ask: (signal: AbortSignal) => Promise<T>): Load<T> {
  const load = useLoad(key, ask);
  useRenewed(load);
  return load;
}

/** Renews what is loaded already, as `useLive` does. */
export function useRenewed(load: Load<unknown>): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden && !load.busy.peek()) load.reload();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}

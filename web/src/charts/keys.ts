// SPDX-License-Identifier: Apache-2.0
// Moving a chart's cursor without a pointer.

import type uPlot from 'uplot';

/** Move the cursor as a key asks; gives the index it is at, or undefined for keys that mean something else. */
export function cursorKeys(event: KeyboardEvent, plot: uPlot): number | undefined {
  const times = plot.data[0];
  const last = times.length - 1;
  const at = plot.cursor.idx ?? null;
  const step = event.shiftKey ? Math.max(1, Math.round(last / 20)) : 1;
  const to = {
    ArrowRight: at === null ? 0 : at + step,
    ArrowLeft: at === null ? last : at - step,
    Home: 0,
    End: last,
  }[event.key];
  if (to === undefined || last < 0 || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  event.preventDefault();
  const index = Math.min(last, Math.max(0, to));
  plot.setCursor({ left: plot.valToPos(times[index]!, 'x'), top: plot.over.clientHeight / 3 });
  return index;
}

// SPDX-License-Identifier: Apache-2.0
// Metrics picked one by one: a box that finds them, and the ones picked so far.

import { Button, IconButton } from '../../parts/Button';
import { setParams } from '../../state/url';
import { MetricPicker } from './MetricPicker';
import type { Read } from './read';
import { METRICS_MAX, type Wish } from './wish';

/** `read` has the names of metrics; those that are picked just now have none while it is `waiting`. */
export function MetricsForm({ wish, read, waiting }: { wish: Wish; read: Read | null; waiting: boolean }) {
  const labels = new Map(read?.series.map((each) => [each.key, fullLabel(each)]));
  const pick = (metrics: readonly string[]): void => setParams({ metric: metrics.slice(0, METRICS_MAX), hide: null });
  const full = wish.metrics.length >= METRICS_MAX;
  return (
    <div class="stack">
      <MetricPicker
        picked={wish.metrics}
        onAdd={(ids) => pick([...new Set([...wish.metrics, ...ids])])}
        onDrop={(id) => pick(wish.metrics.filter((each) => each !== id))}
      />
      {full && <p class="muted">{METRICS_MAX} metrics are as many as one chart can have.</p>}
      {wish.metrics.length > 0 && (
        <ul class="chips explore-picked" aria-label="Picked metrics">
          {wish.metrics.map((id) => (
            <li key={id} class="chip">
              <span class="picked-name">{labels.get(id) ?? (waiting ? '…' : id)}</span>
              <IconButton
                icon="close"
                label={`Remove ${labels.get(id) ?? id}`}
                onClick={() => pick(wish.metrics.filter((each) => each !== id))}
              />
            </li>
          ))}
          {wish.metrics.length > 1 && (
            <li>
              <Button kind="quiet" onClick={() => pick([])}>
                Remove all
              </Button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function fullLabel({ resource, name, label }: Read['series'][number]): string {
  return resource ? `${resource.label} · ${name ?? label}` : (name ?? label);
}

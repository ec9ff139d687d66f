// SPDX-License-Identifier: Apache-2.0
// The page before anything is asked: where one may begin.

import { api } from '../../api/client';
import { Panel } from '../../parts/Panel';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { href } from '../../state/url';
import { examplesFor } from './expression';
import type { Mode } from './wish';

/** Metrics by which most people begin, the most telling first. */
const FIRST = ['cpu.util', 'cpu_util', 'memory.util', 'memory.usage'];

/** A metric that is good for examples, or null where there is none at all. */
export async function exampleMetric(signal: AbortSignal): Promise<string | null> {
  const found = await api.get('/v1/search', { query: { q: 'util', limit: 40 }, signal });
  const names = found.metrics.map((each) => each.name).filter((name) => name !== null);
  const first = FIRST.find((each) => names.includes(each)) ?? names[0];
  if (first) return first;
  const [any] = await api.get('/v1/metrics', { query: { limit: 1 }, signal });
  return any?.name ?? null;
}

const NOTHING = {
  kind: 'nothing',
  text: 'No metric has come in that you may see. An agent on a host sends some:',
  how: 'nephoscope up',
} as const;

export function Start({ mode }: { mode: Mode }) {
  const load = useLoad(
    ['explore example', project.value],
    async (signal) => ({ metric: await exampleMetric(signal) }),
    { refresh: false },
  );
  return (
    <Panel
      title="Nothing asked so far"
      load={load}
      height={180}
      empty={({ metric }) => (metric === null ? NOTHING : null)}
    >
      {({ metric }) => (
        <div class="stack">
          <p>
            {mode === 'metrics'
              ? 'Find metrics by their name or by what they belong to in the box above. Or begin with an expression:'
              : 'Write an expression above, or begin with one of these:'}
          </p>
          <ul class="explore-examples">
            {examplesFor(metric!).map(({ title, expression, groupby }) => (
              <li key={title}>
                <a href={href('/explore', { expr: expression, group: groupby ?? null })}>{title}</a>
                <code>{expression}</code>
                {groupby && <span class="muted">by {groupby.join(', ')}</span>}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  );
}

// SPDX-License-Identifier: Apache-2.0
// A small form that writes the usual expressions.

import { useId, useState } from 'preact/hooks';

import { api } from '../../api/client';
import { Button } from '../../parts/Button';
import { Select } from '../../parts/Field';
import { Popover } from '../../parts/Menu';
import { useSettled } from '../../shell/SearchBox';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { AGGREGATIONS, METHODS, written } from './expression';

export function Builder({ onWrite }: { onWrite: (expression: string) => void }) {
  return (
    <Popover label="Build an expression" icon="plus" shown="Build">
      {(close) => (
        <Form
          onWrite={(expression) => {
            close();
            onWrite(expression);
          }}
        />
      )}
    </Popover>
  );
}

const TOGETHER = [
  ...AGGREGATIONS.map((each) => ({ value: each, label: `made into one: ${each}` })),
  { value: '', label: 'each by itself' },
];

function Form({ onWrite }: { onWrite: (expression: string) => void }) {
  const [metric, setMetric] = useState('');
  const [method, setMethod] = useState('mean');
  const [aggregation, setAggregation] = useState('mean');
  const asked = useSettled(metric.trim(), 150);
  const load = useLoad(
    ['names', asked, project.value],
    async (signal) => {
      const { metrics } = await api.get('/v1/search', { query: { q: asked, limit: 100 }, signal });
      return metrics.map((each) => each.name);
    },
    { refresh: false, when: asked !== '' },
  );
  const names = [...new Set(load.data.value ?? [])].filter((name) => name !== null).sort();
  const id = useId();
  const write = (): void => onWrite(written(metric.trim(), method, aggregation));
  return (
    <div class="stack explore-builder">
      <div class="field">
        <label for={id}>Metric</label>
        <input
          id={id}
          list={`${id}-names`}
          value={metric}
          placeholder="cpu.util or disk.*"
          spellcheck={false}
          onInput={(event) => setMetric(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !metric.trim()) return;
            // The form around this one draws what is written already.
            event.preventDefault();
            write();
          }}
        />
        <datalist id={`${id}-names`}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
      <Select label="Method" value={method} options={METHODS} onValue={setMethod} />
      <Select label="All series" value={aggregation} options={TOGETHER} onValue={setAggregation} />
      <Button kind="primary" disabled={!metric.trim()} onClick={write}>
        Write
      </Button>
    </div>
  );
}

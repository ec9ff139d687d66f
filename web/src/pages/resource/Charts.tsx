// SPDX-License-Identifier: Apache-2.0
// The charts of a resource: one a unit, or one a metric where there are many of a unit.

import { Checkbox, Select } from '../../parts/Field';
import { Empty } from '../../parts/Empty';
import type { Load } from '../../state/load';
import { params, setParams } from '../../state/url';
import { Events } from './Events';
import { GroupPanel } from './GroupPanel';
import { drawnOf, grouped } from './groups';
import { useHappened } from './happened';
import { labelled, NO_PARTS, type Parts } from './parts';
import type { ResourceAnswer } from './ResourcePage';

/** Methods that make sense on a chart, in the order in which they are offered. */
const METHODS = ['mean', 'min', 'max', 'median', 'last', 'sum', 'count', 'std'];

export function Charts({ data, parts }: { data: ResourceAnswer; parts: Load<Parts> }) {
  const { resource } = data;
  const all = labelled(data, parts.data.value ?? NO_PARTS);
  const raw = params.value.get('counters') === 'raw';
  const kept = new Set(all.flatMap(({ metric }) => metric.methods));
  const methods = METHODS.filter((each) => each === 'mean' || kept.has(each));
  const asked = params.value.get('method') ?? 'mean';
  const method = methods.includes(asked) ? asked : 'mean';
  const drawn = drawnOf(all, raw);
  const groups = grouped(drawn);
  const happened = useHappened(resource.name);
  const { origin } = window.location;
  if (!drawn.length && !parts.busy.value) {
    return (
      <div class="stack">
        <Empty
          kind="nothing"
          text="This resource has no metrics. One is made with the first measure that is sent for it:"
          how={`nephoscope send queue.length 17 --unit job --resource ${resource.name} --server ${origin}`}
        />
        <Events of={resource.name} happened={happened} />
      </div>
    );
  }
  return (
    <div class="stack">
      <div class="row chart-choices">
        <label class="row">
          <span class="muted">Method</span>
          <Select
            label="Method"
            hideLabel
            value={method}
            onValue={(chosen) => setParams({ method: chosen === 'mean' ? null : chosen })}
            options={methods}
          />
        </label>
        {drawn.some((each) => each.rate) && (
          <Checkbox
            label="Counters as growth per second"
            value={!raw}
            onValue={(rates) => setParams({ counters: rates ? null : 'raw' })}
          />
        )}
      </div>
      <div class="chart-groups">
        {groups.map((group) => (
          <GroupPanel
            key={group.unit}
            of={resource.label}
            group={group}
            method={method}
            raw={raw}
            marks={happened.marks}
          />
        ))}
      </div>
      <Events of={resource.name} happened={happened} />
    </div>
  );
}

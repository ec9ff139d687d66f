// SPDX-License-Identifier: Apache-2.0
// The fields of a rule about metrics: what it looks at, by which method, and when that is too much.

import { useEffect, useId, useMemo } from 'preact/hooks';

import { IconButton } from '../../parts/Button';
import { Field, Select } from '../../parts/Field';
import { METHODS } from '../explore/expression';
import '../explore/explore.css';
import { MetricPicker } from '../explore/MetricPicker';
import { unitOf } from '../alarm/named';
import { METRICS, RESOURCE, RESOURCES, SERIES, type Named } from '../alarms/rule';
import { secondsOf, spanText } from '../settings/retention';
import { Compared } from './Compared';
import type { RuleDraft } from './rule-draft';
import type { RuleFieldsProps } from './RuleFields';
import { Comparing, Grouping } from './SeriesFields';
import { useFound, useResource, useTypes, type Resource } from './known';

type MetricOf = Resource['metrics'][number];

export function ThresholdFields(props: RuleFieldsProps) {
  const { draft } = props;
  const ofResource = draft.type === RESOURCE;
  const load = useResource(draft.resource_id, ofResource);
  const found = ofResource && draft.resource_id.trim() ? load.data.value : null;
  const resource = found === 'gone' ? null : found;
  const metric = resource?.metrics.find((each) => each.name === draft.metric) ?? null;
  return (
    <>
      {ofResource && <ResourceFields {...props} resource={resource} isGone={found === 'gone'} />}
      {(draft.type === RESOURCES || draft.type === SERIES) && <GroupFields {...props} />}
      {draft.type === METRICS && <MetricFields {...props} />}
      {draft.type === SERIES && <Grouping {...props} />}
      <Comparison {...props} metric={metric} />
      {draft.type === SERIES && <Comparing {...props} />}
    </>
  );
}

function ResourceFields({
  draft,
  set,
  problemAt,
  resource,
  isGone,
}: RuleFieldsProps & { resource: Resource | null; isGone: boolean }) {
  const id = useId();
  const offered = useFound(draft.resource_id, !resource).resources;
  const types = useTypes();
  const type = resource?.resource.type;
  // Its type is known with the resource.
  useEffect(() => {
    if (type && type !== draft.resource_type) set({ resource_type: type });
  }, [type]);
  const hint = resource ? resource.resource.label : isGone ? 'There is no such resource so far' : 'Its name or id';
  return (
    <>
      <Field
        label="Resource"
        class="wide"
        hint={hint}
        value={draft.resource_id}
        onValue={(resource_id) => set({ resource_id })}
        problem={problemAt('resource_id')}
        list={`${id}-resources`}
        autocomplete="off"
        spellcheck={false}
      />
      <datalist id={`${id}-resources`}>
        {offered.map((each) => (
          <option key={each.id} value={each.name}>
            {each.label}, {each.type}
          </option>
        ))}
      </datalist>
      <TypeField value={draft.resource_type} types={types} set={set} problem={problemAt('resource_type')} />
      <Field
        label="Metric"
        hint={resource && !resource.metrics.some((each) => each.name === draft.metric) ? notOne(draft, resource) : ''}
        value={draft.metric}
        onValue={(name) => set({ metric: name, ...fitting(resource, name) })}
        problem={problemAt('metric')}
        list={`${id}-metrics`}
        autocomplete="off"
        spellcheck={false}
      />
      <datalist id={`${id}-metrics`}>
        {resource?.metrics.map((each) => (
          <option key={each.id} value={each.name}>
            {each.unit}
          </option>
        ))}
      </datalist>
    </>
  );
}

function notOne({ metric }: RuleDraft, { metrics }: Resource): string {
  return metric ? 'It has no such metric so far' : `It has ${metrics.length} metrics`;
}

/** What suits another metric: the finest step that is kept of it, and a method that is. */
function fitting(resource: Resource | null, name: string): Partial<RuleDraft> {
  const metric = resource?.metrics.find((each) => each.name === name);
  if (!metric) return {};
  const method = metric.rate && metric.methods.includes('rate:mean') ? 'rate:mean' : undefined;
  const [finest] = metric.granularities_s;
  return { ...(finest ? { granularity: spanText(finest) } : {}), ...(method ? { method } : {}) };
}

function TypeField(props: {
  value: string;
  types: readonly string[];
  set: RuleFieldsProps['set'];
  problem: string | undefined;
}) {
  const id = useId();
  return (
    <>
      <Field
        label="Resource type"
        value={props.value}
        onValue={(resource_type) => props.set({ resource_type })}
        problem={props.problem}
        list={id}
        autocomplete="off"
        spellcheck={false}
      />
      <datalist id={id}>
        {props.types.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  );
}

function GroupFields({ draft, set, problemAt }: RuleFieldsProps) {
  const id = useId();
  const types = useTypes();
  const offered = useFound(draft.metric, true).metrics;
  const names = [...new Set(offered.map((each) => each.name).filter((each) => each !== null))];
  return (
    <>
      <TypeField value={draft.resource_type} types={types} set={set} problem={problemAt('resource_type')} />
      <Field
        label="Metric"
        value={draft.metric}
        onValue={(metric) => set({ metric })}
        problem={problemAt('metric')}
        list={id}
        autocomplete="off"
        spellcheck={false}
      />
      <datalist id={id}>
        {names.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <Field
        label="Resources that match"
        class="wide"
        hint={
          <>
            A search, such as <code>{'{"=": {"server_group": "web"}}'}</code>; empty for all of the type
          </>
        }
        value={draft.query}
        onValue={(query) => set({ query })}
        problem={problemAt('query')}
        autocomplete="off"
        spellcheck={false}
      />
    </>
  );
}

function MetricFields({ draft, set, problemAt, named }: RuleFieldsProps) {
  const wrong = problemAt('metrics');
  const labels = useMemo(() => labelled(draft.metrics, named), [draft.metrics, named]);
  return (
    <div class="whole alarm-metrics">
      <span class="muted field-name">Metrics, aggregated with each other</span>
      <MetricPicker
        picked={draft.metrics}
        onAdd={(ids) => set({ metrics: [...new Set([...draft.metrics, ...ids])] })}
        onDrop={(id) => set({ metrics: draft.metrics.filter((each) => each !== id) })}
      />
      {draft.metrics.length > 0 && (
        <ul class="chips" aria-label="Picked metrics">
          {draft.metrics.map((id) => (
            <li key={id} class="chip">
              <span>{labels.get(id) ?? id}</span>
              <IconButton
                icon="close"
                label={`Remove ${labels.get(id) ?? id}`}
                onClick={() => set({ metrics: draft.metrics.filter((each) => each !== id) })}
              />
            </li>
          ))}
        </ul>
      )}
      {wrong && (
        <p class="field-problem" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

/** What metrics are called, by their ids, as far as the sentence about them tells it. */
function labelled(metrics: readonly string[], named: Named | undefined): ReadonlyMap<string, string> {
  const names = named?.subject.split(', ') ?? [];
  return new Map(metrics.flatMap((id, at) => (names[at] ? [[id, names[at]] as const] : [])));
}

function Comparison({ draft, set, problemAt, named, metric }: RuleFieldsProps & { metric: MetricOf | null }) {
  const id = useId();
  const methods = metric ? [...metric.methods] : [...METHODS];
  if (draft.method && !methods.includes(draft.method)) methods.push(draft.method);
  const kept = metric?.granularities_s.map(spanText) ?? [];
  const shown = metric ? unitOf(metric.unit, { aggregation_method: draft.method }) : named?.unit;
  const isKept = !kept.length || kept.includes(spanText(secondsOf(draft.granularity) ?? 0));
  return (
    <>
      <Select
        label="Method"
        value={draft.method}
        onValue={(method) => set({ method })}
        options={methods}
        problem={problemAt('aggregation_method')}
        hint={metric?.rate ? 'A counter: rate:mean is what it grows by in a step' : undefined}
      />
      <Compared {...{ draft, set, problemAt }} unit={shown ?? null} />
      <Field
        label="Step"
        hint={
          kept.length ? (
            <span class={isKept ? undefined : 'warn'}>{`${isKept ? 'Kept' : 'Only kept'}: ${kept.join(', ')}`}</span>
          ) : (
            'One value each'
          )
        }
        value={draft.granularity}
        onValue={(granularity) => set({ granularity })}
        problem={problemAt('granularity')}
        list={id}
        autocomplete="off"
      />
      <datalist id={id}>
        {kept.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <Field
        label="Steps in a row"
        inputmode="numeric"
        value={draft.periods}
        onValue={(periods) => set({ periods })}
        problem={problemAt('evaluation_periods')}
        autocomplete="off"
      />
    </>
  );
}

// SPDX-License-Identifier: Apache-2.0
// An expression of the aggregates grammar, the resources that it is about, and by what these are put together.

import { useEffect, useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Problem } from '../../api/problem';
import { Button } from '../../parts/Button';
import { Checkbox, Field, Select } from '../../parts/Field';
import { MenuList, Popover } from '../../parts/Menu';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { setParams } from '../../state/url';
import { Builder } from './Builder';
import { examplesFor, GRAMMAR, placeOf } from './expression';
import { exampleMetric } from './Start';
import type { Wish } from './wish';

/** Attributes that all resources have and that are worth grouping by. */
const COMMON = ['type', 'project_id', 'user_id', 'creator', 'original_resource_id'];

interface Draft {
  expr: string;
  type: string;
  search: string;
  group: readonly string[];
}

export function ExpressionForm({ wish, problem }: { wish: Wish; problem: Problem | null }) {
  const given: Draft = { expr: wish.expression, type: wish.type, search: wish.search, group: wish.groupby };
  const [draft, setDraft] = useState(given);
  const key = JSON.stringify(given);
  // The back button changes what is asked without a new form.
  useEffect(() => setDraft(given), [key]);
  const change = (part: Partial<Draft>): void => setDraft((old) => ({ ...old, ...part }));
  const run = (next: Draft = draft): void => {
    setDraft(next);
    setParams({ ...next, by: 'expression', metric: null, hide: null });
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <div class="field">
        <label for="expression">Expression</label>
        <textarea
          id="expression"
          class="explore-expression"
          rows={Math.min(10, Math.max(2, draft.expr.split('\n').length))}
          spellcheck={false}
          placeholder="(aggregate mean (metric cpu.util mean))"
          value={draft.expr}
          aria-invalid={problem?.status === 400 || undefined}
          onInput={(event) => change({ expr: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
          }}
        />
        <Trouble problem={problem} text={wish.expression} />
      </div>
      <Scope draft={draft} onChange={change} />
      <div class="row">
        <Button type="submit" kind="primary" icon="play" title="Ctrl-Enter" disabled={!draft.expr.trim()}>
          Draw
        </Button>
        <Builder onWrite={(expr) => run({ ...draft, expr })} />
        <Examples onChoose={(expr, group) => run({ ...draft, expr, group })} />
        <Grammar />
      </div>
    </form>
  );
}

/** The expression once more with the place of the error marked. */
function Trouble({ problem, text }: { problem: Problem | null; text: string }) {
  const place = placeOf(problem, text);
  if (!place) return null;
  return (
    <div class="field-problem">
      <pre class="explore-trouble">
        {text.slice(0, place.start)}
        <mark>{text.slice(place.start, place.stop) || ' '}</mark>
        {text.slice(place.stop)}
      </pre>
      {problem!.detail}
    </div>
  );
}

function Scope({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const types = useLoad(['types', project.value], (signal) => api.get('/v1/resource-types', { signal }), {
    refresh: false,
  });
  const known = types.data.value?.types ?? [];
  const names = known.filter((each) => each.resources > 0).map((each) => each.name);
  if (draft.type && !names.includes(draft.type)) names.push(draft.type);
  const own = Object.keys(known.find((each) => each.name === draft.type)?.attributes ?? {});
  const groupable = [...new Set([...own, ...COMMON, ...draft.group])];
  const grouped = draft.group.join(', ') || 'nothing';
  const toggle = (name: string, on: boolean): void =>
    onChange({ group: on ? [...draft.group, name] : draft.group.filter((each) => each !== name) });
  return (
    <div class="row end">
      <Select
        label="Of resources"
        value={draft.type}
        options={[{ value: '', label: 'of any type' }, ...names]}
        onValue={(type) => onChange({ type, group: draft.group.filter((each) => COMMON.includes(each)) })}
      />
      <div class="explore-filter">
        <Field
          label="For which"
          placeholder="host = 'web1' and not flavor like 'm1.%'"
          value={draft.search}
          spellcheck={false}
          onValue={(search) => onChange({ search })}
        />
      </div>
      <div class="field">
        <span class="muted field-name">Group by</span>
        <Popover label={`Group by ${grouped}`} shown={grouped}>
          {() => (
            <div class="explore-groups" role="group" aria-label="Group by">
              {groupable.map((name) => (
                <Checkbox
                  key={name}
                  label={name}
                  value={draft.group.includes(name)}
                  onValue={(on) => toggle(name, on)}
                />
              ))}
              {!draft.type && <p class="muted">A type of resource has attributes of its own.</p>}
            </div>
          )}
        </Popover>
      </div>
    </div>
  );
}

function Examples({ onChoose }: { onChoose: (expression: string, groupby: readonly string[]) => void }) {
  return (
    <Popover label="Examples" shown="Examples">
      {(close) => <ExampleList close={close} onChoose={onChoose} />}
    </Popover>
  );
}

function ExampleList({
  close,
  onChoose,
}: {
  close: () => void;
  onChoose: (expression: string, groupby: readonly string[]) => void;
}) {
  const load = useLoad(['explore example', project.value], exampleMetric, { refresh: false });
  const metric = load.data.value ?? 'cpu.util';
  return (
    <MenuList
      key={metric}
      close={close}
      items={examplesFor(metric).map((each) => ({
        label: each.title,
        onChoose: () => onChoose(each.expression, each.groupby ?? []),
      }))}
    />
  );
}

function Grammar() {
  return (
    <Popover label="Grammar of expressions" icon="help" shown="Grammar">
      {() => (
        <dl class="explore-grammar">
          {GRAMMAR.map(([form, meaning]) => (
            <div key={form}>
              <dt>
                <code>{form}</code>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      )}
    </Popover>
  );
}

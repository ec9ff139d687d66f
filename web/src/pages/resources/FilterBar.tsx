// SPDX-License-Identifier: Apache-2.0
// What narrows the list: text, type, project, attributes, and whether ended resources are in it.

import { useId, useState } from 'preact/hooks';

import { Button, IconButton } from '../../parts/Button';
import { Checkbox, Field, Select } from '../../parts/Field';
import { FilterRow, TextFilter } from '../../parts/FilterRow';
import { Popover } from '../../parts/Menu';
import { clearFilters, setFilters, toldFilters, type Filters } from './filters';
import { session } from '../../state/session';
import type { ResourceRow } from './list';

const SUGGESTED_MAX = 200;

export interface FilterBarProps {
  given: Filters;
  types: readonly { name: string; resources: number }[];
  projects: ReadonlyMap<string, string>;
  /** What is shown: the values of attributes are suggested from it. */
  rows: readonly ResourceRow[];
  /** The attributes of the type chosen. */
  attributes: readonly string[];
}

export function FilterBar({ given, types, projects, rows, attributes }: FilterBarProps) {
  return (
    <FilterRow told={toldFilters(given)} onClear={clearFilters}>
      <TextFilter
        label="Name or id"
        placeholder="part of it, * for anything"
        value={given.match}
        onRest={(match) => setFilters({ match }, { replace: true })}
      />
      <Select
        label="Type"
        value={given.type}
        onValue={(type) => setFilters({ type })}
        options={[{ value: '', label: 'All types' }, ...typeOptions(types, given.type)]}
      />
      {(projects.size > 1 || session.value?.sees_all) && (
        <Select
          label="Project"
          value={given.project}
          onValue={(project) => setFilters({ project })}
          options={[{ value: '', label: 'All projects' }, ...projectOptions(projects, given.project)]}
        />
      )}
      <AttributeFilter given={given} rows={rows} attributes={attributes} />
      <Checkbox label="Ended too" value={given.ended} onValue={(ended) => setFilters({ ended })} />
      {given.attributes.length > 0 && (
        <ul class="chips" aria-label="Attributes asked for">
          {given.attributes.map((each) => (
            <li key={each} class="chip">
              {each}
              <IconButton
                icon="close"
                label={`Without ${each}`}
                onClick={() => setFilters({ attributes: given.attributes.filter((other) => other !== each) })}
              />
            </li>
          ))}
        </ul>
      )}
    </FilterRow>
  );
}

function AttributeFilter({ given, rows, attributes }: Pick<FilterBarProps, 'given' | 'rows' | 'attributes'>) {
  return (
    <Popover label="Filter by an attribute" icon="filter" shown="Attribute">
      {(close) => (
        <AttributeForm
          rows={rows}
          attributes={attributes}
          onAdd={(text) => {
            close();
            if (!given.attributes.includes(text)) setFilters({ attributes: [...given.attributes, text] });
          }}
        />
      )}
    </Popover>
  );
}

function AttributeForm(props: {
  rows: readonly ResourceRow[];
  attributes: readonly string[];
  onAdd: (text: string) => void;
}) {
  const { rows, attributes, onAdd } = props;
  const names = attributes.length ? [...attributes] : namesIn(rows);
  const [name, setName] = useState(names[0] ?? '');
  const [value, setValue] = useState('');
  const id = useId();
  const suggested = valuesOf(rows, name);
  return (
    <form
      class="stack attribute-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) onAdd(`${name.trim()}=${value.trim()}`);
      }}
    >
      <Field label="Attribute" value={name} onValue={setName} list={`${id}-names`} autocomplete="off" required />
      <datalist id={`${id}-names`}>
        {names.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <Field label="is" value={value} onValue={setValue} list={`${id}-values`} autocomplete="off" />
      <datalist id={`${id}-values`}>
        {suggested.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <Button kind="primary" type="submit">
        Filter
      </Button>
    </form>
  );
}

/** The attributes that rows of any type have. */
function namesIn(rows: readonly ResourceRow[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row.attributes)))].sort();
}

/** The values of an attribute among the rows, the most frequent first. */
export function valuesOf(rows: readonly ResourceRow[], name: string): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = row.attributes[name];
    if (value !== null && value !== undefined && value !== '') {
      counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([value]) => value)
    .slice(0, SUGGESTED_MAX);
}

function typeOptions(types: FilterBarProps['types'], chosen: string) {
  const used = types.filter((each) => each.resources > 0 || each.name === chosen);
  const options = used.map(({ name, resources }) => ({ value: name, label: `${name} (${resources})` }));
  // An address may name a type that is not there.
  const known = !chosen || used.some((each) => each.name === chosen);
  return known ? options : [...options, { value: chosen, label: chosen }];
}

function projectOptions(projects: ReadonlyMap<string, string>, chosen: string) {
  const options = [...projects].map(([value, label]) => ({ value, label }));
  return chosen && !projects.has(chosen) ? [...options, { value: chosen, label: chosen }] : options;
}

// SPDX-License-Identifier: Apache-2.0
// What narrows the events: text, types, traits, and an expression for all else.

import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';

import type { Answer } from '../../api/operations';
import { Button, IconButton } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { FilterRow, TextFilter } from '../../parts/FilterRow';
import { Popover } from '../../parts/Menu';
import { clearFilters, setFilters, toggled, toldFilters, type Filters } from './filters';
import { keyTraits, type EventRow } from './traits';

type Types = Answer<'/v1/events/types', 'get'>;

const SUGGESTED_MAX = 100;
const EXAMPLE = "type like 'compute.%' and traits.memory_mb >= 4096";

export interface FilterBarProps {
  given: Filters;
  /** What there is to choose from. */
  known: Types;
  /** What is shown: the values of traits are suggested from it. */
  rows: readonly EventRow[];
}

export function FilterBar({ given, known, rows }: FilterBarProps) {
  const chips = [
    ...given.types.map((each) => ({ text: each, without: { types: toggled(given.types, each) } })),
    ...given.traits.map((each) => ({ text: each, without: { traits: toggled(given.traits, each) } })),
    ...(given.expression ? [{ text: given.expression, without: { expression: '' } }] : []),
  ];
  return (
    <FilterRow told={toldFilters(given)} onClear={clearFilters}>
      <TextFilter
        label="Text"
        placeholder="in type, id or any trait"
        value={given.text}
        onRest={(text) => setFilters({ text }, { replace: true })}
        maxLength={200}
      />
      <Popover label="Filter by type" icon="filter" shown="Type">
        {(close) => (
          <TypeForm
            known={known}
            onAdd={(type) => {
              close();
              if (!given.types.includes(type)) setFilters({ types: [...given.types, type] });
            }}
          />
        )}
      </Popover>
      <Popover label="Filter by a trait" icon="filter" shown="Trait">
        {(close) => (
          <TraitForm
            known={known}
            rows={rows}
            onAdd={(trait) => {
              close();
              if (!given.traits.includes(trait)) setFilters({ traits: [...given.traits, trait] });
            }}
          />
        )}
      </Popover>
      <Popover label="Filter by an expression" icon="filter" shown="Expression">
        {(close) => (
          <ExpressionForm
            expression={given.expression}
            onAdd={(expression) => {
              close();
              setFilters({ expression });
            }}
          />
        )}
      </Popover>
      {chips.length > 0 && (
        <ul class="chips" aria-label="Filters in force">
          {chips.map(({ text, without }) => (
            <li key={text} class="chip">
              {text}
              <IconButton icon="close" label={`Without ${text}`} onClick={() => setFilters(without)} />
            </li>
          ))}
        </ul>
      )}
    </FilterRow>
  );
}

function TypeForm({ known, onAdd }: { known: Types; onAdd: (type: string) => void }) {
  const [type, setType] = useState('');
  const id = useId();
  return (
    <Form ready={type.trim() !== ''} onSubmit={() => onAdd(type.trim())}>
      <Field
        label="Type"
        hint="* stands for anything, ! before it leaves out"
        value={type}
        onValue={setType}
        placeholder="compute.instance.*"
        list={id}
        autocomplete="off"
        maxLength={255}
        required
      />
      <datalist id={id}>
        {known.types.slice(0, SUGGESTED_MAX).map((each) => (
          <option key={each.type} value={each.type}>
            {each.events.toLocaleString('en')}
          </option>
        ))}
      </datalist>
    </Form>
  );
}

function TraitForm({ known, rows, onAdd }: Omit<FilterBarProps, 'given'> & { onAdd: (trait: string) => void }) {
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const id = useId();
  const values = new Set(
    rows.flatMap((row) => row.traits.filter((each) => each.name === name).map((each) => String(each.value))),
  );
  return (
    <Form ready={name.trim() !== ''} onSubmit={() => onAdd(`${name.trim()}=${value.trim()}`)}>
      <Field
        label="Trait"
        value={name}
        onValue={setName}
        placeholder={keyTraits(rows[0] ?? { resource: null, traits: [] })[0]?.name ?? 'state'}
        list={`${id}-names`}
        autocomplete="off"
        required
      />
      <datalist id={`${id}-names`}>
        {known.traits.map((each) => (
          <option key={each.name} value={each.name} />
        ))}
      </datalist>
      <Field label="is" value={value} onValue={setValue} list={`${id}-values`} autocomplete="off" />
      <datalist id={`${id}-values`}>
        {[...values].slice(0, SUGGESTED_MAX).map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </Form>
  );
}

function ExpressionForm({ expression, onAdd }: { expression: string; onAdd: (expression: string) => void }) {
  const [text, setText] = useState(expression);
  return (
    <Form ready onSubmit={() => onAdd(text.trim())}>
      <Field
        label="Expression"
        hint={
          <>
            such as <code>{EXAMPLE}</code>
          </>
        }
        value={text}
        onValue={setText}
        autocomplete="off"
        spellcheck={false}
        maxLength={4000}
      />
    </Form>
  );
}

function Form(props: { ready: boolean; onSubmit: () => void; children: ComponentChildren }) {
  return (
    <form
      class="stack attribute-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (props.ready) props.onSubmit();
      }}
    >
      {props.children}
      <Button kind="primary" type="submit">
        Filter
      </Button>
    </form>
  );
}

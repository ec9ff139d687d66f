// SPDX-License-Identifier: Apache-2.0
// Which columns the list has.

import { useState } from 'preact/hooks';

import { Button } from '../../parts/Button';
import { Checkbox, Field } from '../../parts/Field';
import { Popover } from '../../parts/Menu';
import { attributeKey, FIXED, metricKey, titleOf, toggled } from './choices';

export interface ColumnChooserProps {
  columns: readonly string[];
  attributes: readonly string[];
  metrics: readonly string[];
  /** Whether the columns are those that nobody had to choose. */
  isUsual: boolean;
  disabled: boolean;
  /** Null for the usual columns. */
  onChoose: (columns: readonly string[] | null) => void;
}

export function ColumnChooser(props: ColumnChooserProps) {
  return (
    <Popover label="Choose the columns" icon="table" shown="Columns" align="end" disabled={props.disabled}>
      {() => <Choices {...props} />}
    </Popover>
  );
}

function Choices({ columns, attributes, metrics, isUsual, onChoose }: ColumnChooserProps) {
  const [text, setText] = useState('');
  const groups = [
    { title: 'Resource', keys: Object.keys(FIXED).filter((key) => key !== 'name') },
    { title: 'Attributes', keys: attributes.map(attributeKey) },
    { title: 'Newest values', keys: metrics.map(metricKey) },
  ];
  // What is chosen can be unchosen, also where the rows at hand have no such metric.
  const offered = new Set(groups.flatMap((group) => group.keys));
  const others = columns.filter((key) => key !== 'name' && !offered.has(key));
  const all = others.length ? [...groups, { title: 'Others chosen', keys: others }] : groups;
  const matches = (key: string): boolean => titleOf(key).toLowerCase().includes(text.trim().toLowerCase());
  return (
    <div class="column-chooser">
      <div class="row end">
        <Field label="Find a column" type="search" value={text} onValue={setText} />
        <Button disabled={isUsual} onClick={() => onChoose(null)}>
          Usual ones
        </Button>
      </div>
      {all.map(({ title, keys }) => {
        const found = keys.filter(matches);
        return (
          found.length > 0 && (
            <fieldset key={title}>
              <legend>{title}</legend>
              {found.map((key) => (
                <Checkbox
                  key={key}
                  label={titleOf(key)}
                  value={columns.includes(key)}
                  onValue={() => onChoose(toggled(columns, key))}
                />
              ))}
            </fieldset>
          )
        );
      })}
    </div>
  );
}

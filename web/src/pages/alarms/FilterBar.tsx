// SPDX-License-Identifier: Apache-2.0
// What narrows the list: how many alarms are in each state, and choices beneath.

import type { Schema } from '../../api/operations';
import { Select } from '../../parts/Field';
import { FilterRow, TextFilter } from '../../parts/FilterRow';
import { Icon, type IconName } from '../../parts/Icon';
import { clearFilters, setFilters, toldFilters, type Filters } from './filters';
import { TYPES } from './rule';
import { SEVERITIES } from './states';

export type Counts = Schema<'Counts'>;

const TALLIES: readonly {
  state: Filters['state'];
  word: string;
  look: string;
  icon?: IconName;
  of: (counts: Counts) => number;
}[] = [
  { state: '', word: 'All', look: '', of: (each) => each.ok + each.alarm + each.insufficient_data },
  { state: 'alarm', word: 'Alarm', look: 'bad', icon: 'alarms', of: (each) => each.alarm },
  {
    state: 'insufficient data',
    word: 'Insufficient data',
    look: 'warn',
    icon: 'help',
    of: (each) => each.insufficient_data,
  },
  { state: 'ok', word: 'Ok', look: 'good', icon: 'check', of: (each) => each.ok },
  { state: 'error', word: 'With errors', look: 'failing', icon: 'warn', of: (each) => each.failing },
];

/** How many there are in each state; pressing one shows these alone, or all again. */
export function Tallies({ given, counts }: { given: Filters; counts: Counts | null }) {
  return (
    <ul class="tallies" aria-label="States">
      {TALLIES.map(({ state, word, look, icon, of }) => {
        const count = counts ? of(counts) : null;
        return (
          <li key={word}>
            <button
              type="button"
              class={`tally ${count ? look : ''}`}
              aria-pressed={given.state === state}
              onClick={() => setFilters({ state: given.state === state ? '' : state })}
            >
              <span class="tally-count">{count === null ? '…' : count.toLocaleString('en')}</span>
              <span class="tally-word">
                {icon && <Icon name={icon} size={12} />} {word}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

export function FilterBar({ given }: { given: Filters }) {
  return (
    <FilterRow told={toldFilters(given)} onClear={clearFilters}>
      <TextFilter
        label="Name"
        placeholder="part of it, * for anything"
        value={given.match}
        onRest={(match) => setFilters({ match }, { replace: true })}
      />
      <Select
        label="Severity"
        value={given.severity}
        onValue={(severity) => setFilters({ severity: severity as Filters['severity'] })}
        options={[{ value: '', label: 'Any' }, ...SEVERITIES]}
      />
      <Select
        label="Type"
        value={given.type}
        onValue={(type) => setFilters({ type })}
        options={[{ value: '', label: 'All types' }, ...typeOptions(given.type)]}
      />
      <Select
        label="Switched"
        value={given.enabled}
        onValue={(enabled) => setFilters({ enabled: enabled as Filters['enabled'] })}
        options={[
          { value: '', label: 'On and off' },
          { value: 'yes', label: 'On' },
          { value: 'no', label: 'Off' },
        ]}
      />
      <Select
        label="Silenced"
        value={given.silenced}
        onValue={(silenced) => setFilters({ silenced: silenced as Filters['silenced'] })}
        options={[
          { value: '', label: 'Silenced or not' },
          { value: 'yes', label: 'Silenced' },
          { value: 'no', label: 'Not silenced' },
        ]}
      />
    </FilterRow>
  );
}

function typeOptions(chosen: string) {
  const options = Object.entries(TYPES).map(([value, label]) => ({ value, label }));
  // An address may name a type that is not there.
  return chosen && !TYPES[chosen] ? [...options, { value: chosen, label: chosen }] : options;
}

// SPDX-License-Identifier: Apache-2.0
// The columns of a list of events.

import type { Column } from '../../parts/DataTable';
import { showSecond } from '../../parts/second';
import { ResourceLink } from './ResourceLink';
import { keyTraits, showTrait, type EventRow } from './traits';

const TIME: Column<EventRow> = {
  key: 'time',
  title: 'Time',
  cell: (row) => showSecond(row.time_ms),
  width: '14rem',
};

const TYPE: Column<EventRow> = {
  key: 'type',
  title: 'Type',
  cell: (row) => <span title={row.type}>{row.type}</span>,
  width: '18rem',
};

const RESOURCE: Column<EventRow> = {
  key: 'resource',
  title: 'Resource',
  cell: (row) => row.resource && <ResourceLink name={row.resource} />,
  width: '18rem',
};

const TRAITS: Column<EventRow> = {
  key: 'traits',
  title: 'Traits',
  cell: (row) =>
    keyTraits(row).map((each) => (
      <span key={each.name} class="trait">
        <span class="muted">{each.name}</span> {showTrait(each)}
      </span>
    )),
  fills: true,
};

export const COLUMNS: readonly Column<EventRow>[] = [TIME, TYPE, RESOURCE, TRAITS];
/** On the page of the resource itself. */
export const COLUMNS_OF_ONE: readonly Column<EventRow>[] = [TIME, TYPE, TRAITS];

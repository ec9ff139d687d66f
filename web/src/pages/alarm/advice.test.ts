// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { adviceFor } from './advice';

it.each([
  [
    'No datapoint for granularity 60: archive policy low of metric cpu keeps 300 s, 3600 s',
    'The rule wants a value every 1 min, and the archive policy keeps one every 5 min, 1 h.',
  ],
  [
    'No datapoint for granularity 60: the newest point of the metric is from 2026-03-02T08:59:00+00:00',
    'No value has come',
  ],
  ['No datapoint for granularity 300', 'No value has come lately.'],
  ['3 datapoints are unknown: 1 of 3 are there', 'Fewer values have come'],
  [
    'aggregation std does not exist for metric cpu of resource vm: archive policy low keeps count, max',
    'keeps count, max.',
  ],
  ['metric cpu for resource vm does not exists', 'Nothing of that name is measured there.'],
  ['resource vm does not exist', 'It may have been deleted'],
  ["At least of metrics in ['1'] does not exist: 1 not found", 'It may have been deleted'],
  ['Remaining as ok: 3 of 3 instances are: a; b; c', 'The table of instances says'],
  ['Beyond the threshold since 2026-03-02T08:59:00+00:00, alarm after 600 s', 'It fires if values stay there'],
  ['Not evaluated yet', 'It is new'],
  ['alarm statistics retrieval failed: away', 'The values could not be read'],
  ['something else', 'There are no values to decide by.'],
])('“%s” says what to do', (reason, advice) => {
  expect(adviceFor(reason, 'gnocchi_resources_threshold')).toContain(advice);
});

it('an alarm that waits for events is as it should be', () => {
  expect(adviceFor('Not evaluated yet', 'event')).toContain('waits for an event');
});

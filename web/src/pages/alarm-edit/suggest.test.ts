// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { navigate } from '../../state/url';
import { METRICS, RESOURCE } from '../alarms/rule';
import { EMPTY, readDraft } from './draft';
import { above, alarmHref, type Charted } from './suggest';

const CPU: Charted = {
  id: 'm-1',
  name: 'cpu_util',
  unit: '%',
  methods: ['max', 'mean'],
  granularities_s: [60, 3600],
  grows: false,
  of: { name: 'vm-1', label: 'web-1', type: 'instance', project_id: 'p' },
};

function draftOf(link: string) {
  const { pathname, searchParams } = new URL(link, 'http://here');
  expect(pathname).toBe('/alarms/new');
  return readDraft(searchParams.get('draft'));
}

it('an alarm from a chart watches what is seen, just above its highest value, in the finest steps', () => {
  navigate('/resources/x?from=now-6h', { replace: true });
  const link = alarmHref(CPU, 'max', { values: [10, null, 73.2] });
  expect(new URL(link, 'http://here').searchParams.get('from')).toBe('now-6h');
  expect(draftOf(link)).toEqual({
    ...EMPTY,
    name: 'cpu_util of web-1 is high',
    type: RESOURCE,
    metric: 'cpu_util',
    resource_id: 'vm-1',
    metrics: ['m-1'],
    method: 'max',
    threshold: '74',
    granularity: '1 min',
    project: 'p',
  });
});

it('a method that is not kept is one that is', () => {
  expect(draftOf(alarmHref(CPU, 'std', undefined))).toMatchObject({ method: 'mean', threshold: '' });
});

it('a counter is watched by what it grows by in a step', () => {
  const counter = { ...CPU, unit: 'B/s', grows: true, methods: ['mean', 'rate:mean'] };
  expect(draftOf(alarmHref(counter, 'mean', { values: [10] }))).toMatchObject({
    type: RESOURCE,
    method: 'rate:mean',
    threshold: '610',
  });
  const without = { ...counter, methods: ['mean'] };
  expect(draftOf(alarmHref(without, 'mean', { values: [10] }))).toMatchObject({ type: METRICS, metrics: ['m-1'] });
});

it.each([
  [73.2, '%', 74],
  [74, '%', 75],
  [0.0123, '', 0.013],
  [123_456, 'B', 130_000],
  [99.9, '%', 99],
  [120, '%', 130],
  [0, 's', 0],
  [-7.31, '', -7.3],
])('above %d %s comes %d', (value, unit, next) => {
  expect(above(value, unit)).toBe(next);
});

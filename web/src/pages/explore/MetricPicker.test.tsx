// SPDX-License-Identifier: Apache-2.0

import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';

import { hitsOf, MetricPicker } from './MetricPicker';

afterEach(cleanup);

const OWNER = { id: 'r', label: 'web-1', type: 'host' };
const METRICS = [
  { id: 'm1', name: 'cpu.util', unit: '%', resource: OWNER },
  { id: 'm2', name: 'memory.used', unit: 'B', resource: OWNER },
];

test('metrics come before the resources that have more of them', () => {
  const hits = hitsOf({ metrics: METRICS, resources: [OWNER] }, null, '');
  expect(hits.map((each) => each.text)).toEqual(['All 2', 'cpu.util', 'memory.used', 'web-1']);
  expect(hits[0]!.metrics).toEqual(['m1', 'm2']);
  expect(hits[1]!.more).toBe('web-1 · %');
});

test('the metrics of a resource are narrowed by what is typed', () => {
  expect(hitsOf({ metrics: METRICS, resources: [] }, OWNER, ' MEM').map((each) => each.text)).toEqual([
    'memory.used',
  ]);
});

test('Enter picks the first metric found, once more puts it back', async () => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ metrics: METRICS, resources: [] })));
  const [onAdd, onDrop] = [vi.fn(), vi.fn()];
  const { rerender } = render(<MetricPicker picked={[]} onAdd={onAdd} onDrop={onDrop} />);
  const box = screen.getByRole('combobox', { name: 'Find metrics' });
  fireEvent.focus(box);
  fireEvent.input(box, { target: { value: 'u' } });
  await screen.findByRole('option', { name: /cpu\.util/ });
  fireEvent.keyDown(box, { key: 'Enter' });
  expect(onAdd).toHaveBeenCalledWith(['m1']);
  rerender(<MetricPicker picked={['m1']} onAdd={onAdd} onDrop={onDrop} />);
  fireEvent.keyDown(box, { key: 'Enter' });
  expect(onDrop).toHaveBeenCalledWith('m1');
  vi.unstubAllGlobals();
});

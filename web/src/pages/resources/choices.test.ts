// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { best, isSortedByServer, nextSort, titleOf, toggled, usualColumns } from './choices';

const INSTANCE = {
  type: 'instance',
  attributes: ['display_name', 'created_at', 'flavor_id', 'flavor_name', 'host'],
  metrics: ['vcpus', 'memory.usage', 'cpu_util'],
  manyProjects: true,
  ended: false,
};

it('a type has its telling attributes and metrics as columns', () => {
  expect(usualColumns(INSTANCE)).toEqual([
    'name',
    'project',
    'a.host',
    'a.flavor_name',
    'm.cpu_util',
    'm.memory.usage',
    'started',
  ]);
});

it('types mixed have one column for the main metric of each', () => {
  const columns = usualColumns({ ...INSTANCE, type: '', manyProjects: false, ended: true });
  expect(columns).toEqual(['name', 'type', 'main', 'started', 'ended', 'revision']);
});

it('an unknown type shows what it has, ids and times last of all', () => {
  expect(best(['owner_id', 'made_at', 'rack', 'row'], ['host'], 3)).toEqual(['rack', 'row']);
});

it('a column is put at the end or taken away, the name stays', () => {
  expect(toggled(['name', 'type'], 'm.cpu')).toEqual(['name', 'type', 'm.cpu']);
  expect(toggled(['name', 'type'], 'type')).toEqual(['name']);
  expect(toggled(['name', 'type'], 'name')).toEqual(['name', 'type']);
});

it('the server sorts by what it has an index for', () => {
  expect(isSortedByServer('-revision')).toBe(true);
  expect(isSortedByServer('name')).toBe(false);
  expect(isSortedByServer('-m.cpu_util')).toBe(false);
});

it('values are sorted highest first, texts first to last, and a second press turns the order', () => {
  expect(nextSort('m.cpu_util', 'name')).toBe('-m.cpu_util');
  expect(nextSort('m.cpu_util', '-m.cpu_util')).toBe('m.cpu_util');
  expect(nextSort('name', '-revision')).toBe('name');
  expect(nextSort('-name', 'name')).toBe('-name');
});

it('a column is called after what it shows', () => {
  expect(titleOf('a.host')).toBe('host');
  expect(titleOf('m.cpu.util')).toBe('cpu.util');
  expect(titleOf('started')).toBe('Since');
});

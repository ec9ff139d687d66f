// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import { layOut, levelOf, type Node } from './layout';
import { broker, detail, flow, outlet, sink, source, task } from './made';

const keysOf = (agent = detail()): string[] => layOut(agent).edges.map((each) => each.key);

function overlapping(nodes: readonly Node[]): string[] {
  const pairs = nodes.flatMap((a, at) => nodes.slice(at + 1).map((b) => [a, b] as const));
  const meet = (from: number, length: number, other: number, otherLength: number): boolean =>
    from < other + otherLength && other < from + length;
  return pairs
    .filter(([a, b]) => meet(a.x, a.width, b.x, b.width) && meet(a.y, a.height, b.y, b.height))
    .map(([a, b]) => `${a.key} and ${b.key}`);
}

describe('the picture of an agent', () => {
  it('leads from left to right, and no part lies over another', () => {
    const { nodes, width, height, heads } = layOut(detail());
    expect([...new Set(nodes.map((each) => each.x))]).toEqual(heads.map((each) => each.x));
    expect(overlapping(nodes)).toEqual([]);
    for (const { x, y, width: wide, height: high } of nodes) {
      expect(x + wide).toBeLessThanOrEqual(width);
      expect(y + high).toBeLessThanOrEqual(height);
    }
  });

  it('has a line for each way that there is, and pipelines do not mix', () => {
    expect(keysOf()).toEqual([
      'task 60s >',
      'broker 0 >',
      '> meters source all',
      '> meters source idle',
      '> events source all',
      'bus',
      'meters source all > meters sink store',
      'meters source all > meters sink rates',
      'meters source idle > meters sink rates',
      'events source all > events sink store',
      'meters sink store > outlet 1',
      'meters sink store > outlet 0',
      'meters sink rates > outlet 0',
      'events sink store > outlet 0',
    ]);
  });

  it('leaves events out where nobody brings any', () => {
    const keys = layOut(detail({ brokers: [] })).nodes.map((each) => each.key);
    expect(keys.filter((each) => each.startsWith('events'))).toEqual([]);
    expect(layOut(detail({ brokers: [], tasks: [], pipelines: [], outlets: [] }))).toMatchObject({
      nodes: [],
      edges: [],
    });
  });

  it('marks what is in trouble, and the lines to it', () => {
    const { nodes, edges } = layOut(
      detail({
        tasks: [task({ in_trouble: true })],
        brokers: [broker({ connected: false })],
        outlets: [outlet('a'), outlet('b', { away: true, in_trouble: true }), outlet('dead letters')],
      }),
    );
    expect(nodes.filter((each) => each.bad).map((each) => each.key)).toEqual(['task 60s', 'broker 0', 'outlet 1']);
    expect(edges.filter((each) => each.bad).map((each) => each.key)).toEqual([
      'task 60s >',
      'broker 0 >',
      'meters sink store > outlet 1',
    ]);
  });

  it('stays readable with a hundred sinks', () => {
    const names = Array.from({ length: 100 }, (_, at) => `s${at}`);
    const { nodes } = layOut(
      detail({
        pipelines: [
          {
            takes: 'meters',
            sources: [source('all', names)],
            sinks: names.map((each, at) => sink(each, [at % 3], at % 2 ? ['filter'] : [])),
          },
        ],
      }),
    );
    expect(nodes).toHaveLength(2 + 1 + 100 + 3);
    expect(overlapping(nodes)).toEqual([]);
  });
});

it('lines are drawn by what moves on them', () => {
  expect([null, 0, 0.01, 1, 49, 50].map((each) => levelOf(flow(each)))).toEqual([0, 0, 1, 2, 2, 3]);
});

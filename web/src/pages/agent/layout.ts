// SPDX-License-Identifier: Apache-2.0
// Where the parts of an agent stand, from left to right: what is collected, sources, sinks, publishers; and the lines
// between them. Pixels.

import type { Schema } from '../../api/operations';

export type AgentDetail = Schema<'AgentDetail'>;
export type Flow = Schema<'Flow'>;
export type Task = Schema<'TaskView'>;
export type Broker = Schema<'BrokerView'>;
export type Source = Schema<'PipelineSourceView'>;
export type Sink = Schema<'SinkView'>;
export type Outlet = Schema<'OutletView'>;
export type Takes = 'meters' | 'events';

/** A part at its place; `out` is what leaves it. */
interface At {
  key: string;
  x: number;
  y: number;
  width: number;
  height: number;
  out: Flow | null;
  bad: boolean;
}

export type Node = At &
  (
    | { kind: 'task'; task: Task }
    | { kind: 'broker'; broker: Broker }
    | { kind: 'source'; source: Source; takes: Takes }
    | { kind: 'sink'; sink: Sink; takes: Takes; publishers: string[] }
    | { kind: 'outlet'; outlet: Outlet }
  );

/** A line from a part to another; `level` 0 is one on which nothing moves, 3 the busiest. */
export interface Edge {
  key: string;
  path: string;
  level: number;
  bad: boolean;
}

export interface Layout {
  nodes: Node[];
  edges: Edge[];
  /** The names of the columns, and where they begin. */
  heads: { title: string; x: number }[];
  width: number;
  height: number;
}

export const LINE = 18;
const [PADDING, TITLE] = [14, 20];
const COLUMN = 212;
const GAP_X = 84;
/** What waits takes more words. */
const LAST_COLUMN = 256;
const GAP_Y = 16;
const LANE_GAP = 34;
const HEAD = 28;
/** How far before the sources all that is collected comes together. */
const BUS = 22;

const TITLES = ['Collected', 'Sources', 'Sinks', 'Publishers'];

/** Everything that an agent has at its place. */
export function layOut(agent: AgentDetail): Layout {
  const inputs = stacked(inputsOf(agent), 0, HEAD);
  const lanes = agent.pipelines.filter((each) => each.takes === 'meters' || agent.brokers.length > 0);
  const sources: Node[] = [];
  const sinks: Node[] = [];
  let top = HEAD;
  for (const pipeline of lanes) {
    const takes = pipeline.takes as Takes;
    const left = stacked(sourcesOf(pipeline.sources, takes), 1, top);
    const right = stacked(sinksOf(pipeline.sinks, takes, agent.outlets), 2, top);
    sources.push(...left);
    sinks.push(...right);
    top = Math.max(bottom(left), bottom(right), top) + LANE_GAP;
  }
  const outlets = beside(outletsOf(agent.outlets), sinks);
  const nodes = [...inputs, ...sources, ...sinks, ...outlets];
  return {
    nodes,
    edges: [...collected(inputs, sources), ...passed(sources, sinks), ...published(sinks, outlets)],
    heads: TITLES.map((title, column) => ({ title, x: xOf(column) })),
    width: xOf(3) + LAST_COLUMN,
    height: bottom(nodes),
  };
}

type Part = Node extends infer N ? (N extends Node ? Omit<N, 'x' | 'y' | 'width'> : never) : never;

function inputsOf({ tasks, brokers }: AgentDetail): Part[] {
  return [
    ...tasks.map((task): Part => {
      const bad = task.in_trouble;
      return { kind: 'task', key: `task ${task.name}`, task, height: heightOf(1), out: task.samples, bad };
    }),
    ...brokers.map((broker, at): Part => {
      const bad = !broker.connected;
      return { kind: 'broker', key: `broker ${at}`, broker, height: heightOf(1), out: broker.received, bad };
    }),
  ];
}

function sourcesOf(sources: readonly Source[], takes: Takes): Part[] {
  return sources.map((source) => ({
    kind: 'source',
    key: `${takes} source ${source.name}`,
    source,
    takes,
    height: heightOf(1),
    out: source.taken,
    bad: false,
  }));
}

function sinksOf(sinks: readonly Sink[], takes: Takes, outlets: readonly Outlet[]): Part[] {
  return sinks.map((sink) => ({
    kind: 'sink',
    key: `${takes} sink ${sink.name}`,
    sink,
    takes,
    publishers: sink.outlets.map((at) => outlets[at]!.name),
    height: heightOf(Math.max(1, sink.steps.length)),
    out: leaving(sink),
    bad: false,
  }));
}

function outletsOf(outlets: readonly Outlet[]): Part[] {
  return outlets.map((outlet, at) => ({
    kind: 'outlet',
    key: `outlet ${at}`,
    outlet,
    height: heightOf(outlet.in_trouble ? 3 : 2),
    out: null,
    bad: outlet.in_trouble,
  }));
}

/** What reaches a sink's publishers. */
export function leaving(sink: Sink): Flow {
  return sink.steps.at(-1)?.out ?? sink.entered;
}

function heightOf(lines: number): number {
  return PADDING + TITLE + lines * LINE;
}

function xOf(column: number): number {
  return column * (COLUMN + GAP_X);
}

function bottom(nodes: readonly At[]): number {
  return Math.max(0, ...nodes.map((each) => each.y + each.height));
}

function stacked(parts: readonly Part[], column: number, top: number): Node[] {
  let y = top;
  return parts.map((part) => {
    const node = { ...part, x: xOf(column), y, width: COLUMN } as Node;
    y += part.height + GAP_Y;
    return node;
  });
}

/** Publishers stand as near as may be to the sinks that feed them, those that nothing feeds at the end. */
function beside(outlets: readonly Part[], sinks: readonly Node[]): Node[] {
  const wanted = outlets.map((part, at) => {
    const feeding = sinks.filter((each) => each.kind === 'sink' && each.sink.outlets.includes(at));
    const middles = feeding.map(middle);
    return { part, y: middles.length ? middles.reduce((sum, each) => sum + each, 0) / middles.length : Infinity };
  });
  wanted.sort((a, b) => (a.y === b.y ? 0 : a.y - b.y));
  let top = HEAD;
  return wanted.map(({ part, y }) => {
    const at = Number.isFinite(y) ? Math.max(top, y - part.height / 2) : top;
    top = at + part.height + GAP_Y;
    return { ...part, x: xOf(3), y: at, width: LAST_COLUMN } as Node;
  });
}

function collected(inputs: readonly Node[], sources: readonly Node[]): Edge[] {
  if (!inputs.length || !sources.length) return [];
  const x = xOf(1) - BUS;
  const all = [...inputs, ...sources].map(middle);
  const levels = [...inputs, ...sources].map((each) => levelOf(each.out));
  return [
    ...inputs.map((each) => line(`${each.key} >`, each.x + each.width, middle(each), x, middle(each), each)),
    ...sources.map((each) => line(`> ${each.key}`, x, middle(each), each.x, middle(each), { out: each.out })),
    { key: 'bus', path: `M${x} ${Math.min(...all)}V${Math.max(...all)}`, level: Math.max(...levels), bad: false },
  ];
}

function passed(sources: readonly Node[], sinks: readonly Node[]): Edge[] {
  return sources.flatMap((from) =>
    sinks
      .filter((to) => from.kind === 'source' && to.kind === 'sink' && leadsTo(from, to))
      .map((to) => between(from, to, false)),
  );
}

function leadsTo(from: Node & { kind: 'source' }, to: Node & { kind: 'sink' }): boolean {
  return from.takes === to.takes && from.source.sinks.includes(to.sink.name);
}

function published(sinks: readonly Node[], outlets: readonly Node[]): Edge[] {
  return sinks.flatMap((from) =>
    outlets
      .filter((to) => from.kind === 'sink' && from.sink.outlets.includes(Number(to.key.split(' ')[1])))
      .map((to) => between(from, to, to.bad)),
  );
}

function between(from: Node, to: Node, bad: boolean): Edge {
  const edge = line(`${from.key} > ${to.key}`, from.x + from.width, middle(from), to.x, middle(to), from);
  return { ...edge, bad };
}

function line(
  key: string,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  { out, bad = false }: { out: Flow | null; bad?: boolean },
): Edge {
  // What is written above its beginning needs a straight piece to stand on.
  const bend = x1 + 0.7 * (x2 - x1);
  const path = y1 === y2 ? `M${x1} ${y1}H${x2}` : `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`;
  return { key, path, level: levelOf(out), bad };
}

function middle(node: At): number {
  return node.y + node.height / 2;
}

/** How strongly a line is drawn: each step is fifty times as much. */
export function levelOf(flow: Flow | null): number {
  const per_s = flow?.per_s ?? 0;
  if (per_s <= 0) return 0;
  return per_s < 1 ? 1 : per_s < 50 ? 2 : 3;
}

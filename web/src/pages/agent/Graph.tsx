// SPDX-License-Identifier: Apache-2.0
// The way of samples and events through an agent, drawn from left to right; in narrow windows the same parts beneath
// each other, where words say what leads where.

import type { ComponentChildren } from 'preact';

import { show } from '../../charts/units';
import { Icon } from '../../parts/Icon';
import { showSpan } from '../../state/moment';
import { showRate } from '../agents/rate';
import { layOut, type AgentDetail, type Node, type Outlet, type Sink, type Task } from './layout';

const GROUPS = [
  { title: 'Collected', kinds: ['task', 'broker'] },
  { title: 'Sources', kinds: ['source'] },
  { title: 'Sinks', kinds: ['sink'] },
  { title: 'Publishers', kinds: ['outlet'] },
];

export function Graph({ agent }: { agent: AgentDetail }) {
  const { nodes, edges, heads, width, height } = layOut(agent);
  return (
    <div class="flow-box" tabIndex={0} role="region" aria-label="The way of samples and events">
      <div
        class={agent.agent.state === 'silent' ? 'flow stale' : 'flow'}
        style={{ width: px(width), height: px(height + 2) }}
      >
        <svg width={width} height={height + 2} aria-hidden="true" focusable="false">
          {edges.map(({ key, path, level, bad }) => (
            <path key={key} d={path} class={`edge level-${level}${bad ? ' bad' : ''}`} />
          ))}
        </svg>
        {GROUPS.map(({ title, kinds }, column) => {
          const found = nodes.filter((each) => kinds.includes(each.kind));
          return (
            <div key={title} role="group" aria-label={title}>
              <h3 style={{ left: px(heads[column]!.x) }}>{title}</h3>
              {found.length === 0 && <p class="muted flow-nothing">none</p>}
              <ul>
                {found.map((node) => (
                  <Part key={node.key} node={node} />
                ))}
              </ul>
            </div>
          );
        })}
      </div>
    </div>
  );
}

const px = (length: number): string => `${length}px`;

function Part({ node }: { node: Node }) {
  const { x, y, width, height, out, bad, kind } = node;
  return (
    <li
      class={`flow-part ${kind}${bad ? ' bad' : ''}`}
      style={{ left: px(x), top: px(y), width: px(width), height: px(height) }}
    >
      <Content node={node} />
      {out && (
        <span class="flow-rate number" title={`${Math.round(out.total).toLocaleString('en')} since its start`}>
          {showRate(out)}
        </span>
      )}
    </li>
  );
}

function Content({ node }: { node: Node }) {
  switch (node.kind) {
    case 'task':
      return <TaskPart task={node.task} bad={node.bad} />;
    case 'broker': {
      const { address, connected } = node.broker;
      return (
        <>
          <Title bad={node.bad}>{address}</Title>
          <Line>{connected ? 'broker, connected' : 'no connection to the broker'}</Line>
        </>
      );
    }
    case 'source':
      return (
        <>
          <Title>{node.source.name}</Title>
          <Line>
            {node.takes} {node.source.takes.join(' ')}
          </Line>
          <p class="flow-to">to {node.source.sinks.join(', ')}</p>
        </>
      );
    case 'sink':
      return <SinkPart sink={node.sink} publishers={node.publishers} />;
    case 'outlet':
      return <OutletPart outlet={node.outlet} />;
  }
}

function Title({ bad = false, children }: { bad?: boolean; children: string }) {
  return (
    <p class="flow-title" title={children}>
      {bad && <Icon name="warn" size={13} />}
      <span>{children}</span>
    </p>
  );
}

function Line({ children }: { children: ComponentChildren }) {
  return <p class="flow-line">{children}</p>;
}

function TaskPart({ task, bad }: { task: Task; bad: boolean }) {
  const { last } = task;
  return (
    <>
      <Title bad={bad}>{`${task.shared ? 'shared' : 'polled'} every ${showSpan(1000 * task.interval_s)}`}</Title>
      <Line>
        {last
          ? `${last.samples.toLocaleString('en')} samples in ${show(last.seconds, 's')}`
          : 'no cycle has ended yet'}
      </Line>
    </>
  );
}

function SinkPart({ sink, publishers }: { sink: Sink; publishers: readonly string[] }) {
  return (
    <>
      <Title>{sink.name}</Title>
      {sink.steps.length ? (
        <ol class="flow-steps">
          {sink.steps.map(({ name, out }, at) => (
            <li key={at} class="flow-line">
              <span>{name}</span>
              <span class="number">{showRate(out)}</span>
            </li>
          ))}
        </ol>
      ) : (
        <Line>as it comes</Line>
      )}
      <p class="flow-to">to {publishers.join(', ')}</p>
    </>
  );
}

function OutletPart({ outlet }: { outlet: Outlet }) {
  const { waiting, waiting_bytes, away, refused, lost, trouble } = outlet;
  const gone = [refused.total && `${refused.total} refused`, lost.total && `${lost.total} lost`].filter(Boolean);
  return (
    <>
      <Title bad={outlet.in_trouble}>{outlet.name}</Title>
      <p class="flow-line">
        <span>sent</span>
        <span class="number">{showRate(outlet.sent)}</span>
      </p>
      <p class="flow-line">
        <span>waiting</span>
        <span class="number">
          {waiting ? `${waiting} ${waiting === 1 ? 'batch' : 'batches'}, ${show(waiting_bytes, 'B')}` : 'nothing'}
        </span>
      </p>
      {outlet.in_trouble && (
        <p class="flow-line bad" title={trouble}>
          {[away && 'takes nothing now', ...gone].filter(Boolean).join(', ')}
        </p>
      )}
    </>
  );
}

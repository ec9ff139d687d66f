// SPDX-License-Identifier: Apache-2.0
// The first visit: how to get something in, as commands to copy.

import { Code } from '../../parts/Copy';
import { PanelFrame } from '../../parts/Panel';
import { has } from '../../state/session';
import { href } from '../../state/url';

interface Way {
  title: string;
  command: string;
  more: string;
  /** Whether it takes an administrator. */
  admin?: boolean;
}

export function HowToSend() {
  const ways = waysOf(window.location.origin).filter((way) => !way.admin || has('admin'));
  return (
    <PanelFrame title="Nothing has been sent yet" note="Ways to begin; each shows up here within seconds.">
      <div class="columns ways">
        {ways.map((way) => (
          <section key={way.title} aria-label={way.title}>
            <h3>{way.title}</h3>
            <Code text={way.command} />
            <p class="muted">{way.more}</p>
          </section>
        ))}
      </div>
      <p class="muted">
        On another machine, add <code>--token-file FILE</code> with a token of a user that may write.{' '}
        <a href={href('/settings', { tab: 'tokens' })}>{has('member') ? 'Make a token' : 'Tokens'}</a>
      </p>
    </PanelFrame>
  );
}

export function waysOf(origin: string): Way[] {
  const sample =
    '{"meters":[{"name":"queue.length","unit":"job"}],"resources":[{"id":"printer"}],' +
    '"meter":[0],"resource":[0],"time_ns":[\'$(date +%s%N)\'],"value":[17]}';
  const headers = `-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json'`;
  return [
    {
      title: 'Watch a machine',
      command: `nephoscope agent --server ${origin}`,
      more: 'Processors, memory, disks, networks and more, every ten seconds.',
    },
    {
      title: 'Send one sample',
      command: `nephoscope send queue.length 17 --unit job --resource printer --server ${origin}`,
      more: 'From a script or by hand; it is on disk when the command ends.',
    },
    {
      title: 'By HTTP',
      command: `curl ${headers} \\\n  ${origin}/api/v1/samples -d '${sample}'`,
      more: `What speaks Gnocchi's API finds it at ${origin}/gnocchi.`,
    },
    {
      title: 'Try it with a made-up cloud',
      command: `nephoscope demo --server ${origin} --instances 50 --days 1`,
      more: 'Hosts, projects, instances and their history up to now; best on a data directory of its own.',
      admin: true,
    },
  ];
}

// SPDX-License-Identifier: Apache-2.0
// Somebody else's program that knows the members of scaling groups: what the webhook actuator asks and tells.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Told {
  action: 'grow' | 'shrink';
  group: string;
  names?: string[];
  members?: { name: string }[];
}

interface Kept {
  name: string;
  created: number;
  resource_id: string;
  detail: string;
}

/** Of this machine's addresses the one that the server under test may ask: see README.md. */
const HOST = '127.0.0.2';

let address: Promise<string> | null = null;

/** The address of a receiver in this process; each query, such as `?of=web`, has members of its own. */
export async function receiving(measured = ''): Promise<string> {
  address ??= started();
  return `${await address}/members?of=${encodeURIComponent(measured)}`;
}

function started(): Promise<string> {
  const kept = new Map<string, Map<string, Kept>>();
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    const members = kept.get(url) ?? new Map<string, Kept>();
    kept.set(url, members);
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      if (request.method === 'POST') change(members, JSON.parse(text) as Told, measuredAs(url));
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ members: [...members.values()] }));
    });
  });
  // Whoever has ended need not wait for it.
  server.unref();
  return new Promise((resolve) =>
    server.listen(0, HOST, () => resolve(`http://${HOST}:${(server.address() as AddressInfo).port}`)),
  );
}

const measuredAs = (url: string): string => new URL(url, 'http://localhost').searchParams.get('of') ?? '';

/** The first member is measured as something that there is. */
function change(members: Map<string, Kept>, { names = [], members: gone = [] }: Told, measured: string): void {
  for (const name of names) {
    const resource_id = members.size ? name : measured || name;
    members.set(name, { name, created: Date.now() / 1000, resource_id, detail: `in rack ${(members.size % 7) + 1}` });
  }
  for (const { name } of gone) members.delete(name);
}

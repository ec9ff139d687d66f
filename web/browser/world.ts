// SPDX-License-Identifier: Apache-2.0
// What the specs run against, as whoever starts them says in the environment.

/** The server under test; it holds a made-up cloud of at least two projects, as `nephoscope demo` makes it. */
export const SERVER = process.env['NEPHOSCOPE_SERVER'] ?? 'http://127.0.0.1:8040';

/** The password of the made-up cloud's users. */
export const PASSWORD = process.env['NEPHOSCOPE_DEMO_PASSWORD'] ?? '';

/** The program, for specs that start a server of their own. */
export const PROGRAM = process.env['NEPHOSCOPE_PROGRAM'] ?? '../.venv/bin/nephoscope';

/** The browser; none is ever downloaded. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Where screenshots go, those of every page and those of failures. */
export const OUT = './browser/out';

/** The users of the made-up cloud, by what they are. */
export const USERS = {
  operator: 'demo-operator',
  owner: 'web-shop-owner',
  viewer: 'web-shop-viewer',
  stranger: 'payments-owner',
} as const;

export type Who = keyof typeof USERS | 'nobody';

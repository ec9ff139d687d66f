// SPDX-License-Identifier: Apache-2.0
// Browser tests: against a server that serves a made-up cloud, in the Chromium of this machine.

import { defineConfig } from '@playwright/test';

import { CHROMIUM, OUT, SERVER } from './browser/world';

export default defineConfig({
  testDir: './browser',
  outputDir: `${OUT}/failed`,
  // One machine, one server: two at once would only spoil each other's times.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: {
    baseURL: SERVER,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    },
  },
});

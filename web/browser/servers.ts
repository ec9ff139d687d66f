// SPDX-License-Identifier: Apache-2.0
// Servers that a spec starts for itself, to stop them or to be the first who logs in.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PROGRAM } from './world';

const READY = /^ready (http:\/\/\S+?)\/?$/m;
const FIRST_PASSWORD = /user admin, password (\S+)/;
const START_MS = 45_000;

export class OwnServer {
  /** The address, the same over restarts. */
  url = '';
  private said = '';
  private process: ChildProcess | null = null;
  private readonly folder = mkdtempSync(join(tmpdir(), 'nephoscope-browser-'));

  async start(): Promise<void> {
    const listen = this.url ? new URL(this.url).host : '127.0.0.1:0';
    const child = spawn(PROGRAM, ['serve', '--data-dir', this.folder, '--listen', listen]);
    this.process = child;
    const before = this.said.length;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not ready in ${START_MS} ms: ${this.said}`)), START_MS);
      const onText = (text: Buffer): void => {
        this.said += text.toString();
        const ready = READY.exec(this.said.slice(before));
        if (!ready) return;
        clearTimeout(timer);
        this.url = ready[1]!;
        resolve();
      };
      child.stdout.on('data', onText);
      child.stderr.on('data', onText);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`ended with ${code}: ${this.said}`)));
    });
  }

  /** What the first start printed for `admin`. */
  get password(): string {
    return FIRST_PASSWORD.exec(this.said)?.[1] ?? '';
  }

  /** Stop as an operator would; the data stay for the next `start`. */
  async stop(): Promise<void> {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

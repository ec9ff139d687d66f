// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { factsOf } from './Status';

const STATUS = {
  version: '1.2.3',
  uptime_s: 3600,
  metrics: 1200,
  measures_accepted: 1_000_000,
  commits: 400,
  commit_seconds: 2,
  dropped: [],
  tables: [],
};

it('the mean time of a commit is that of all commits', () => {
  expect(new Map(factsOf(STATUS)).get('Mean time of a commit')).toMatch(/^5\s?ms$/);
});

it('a server that has committed nothing has no mean', () => {
  expect(new Map(factsOf({ ...STATUS, commits: 0, commit_seconds: 0 })).get('Mean time of a commit')).toBe('—');
});

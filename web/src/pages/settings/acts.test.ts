// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import { changeText, detailsOf, targetOf } from './acts';

const NAMES = new Map([
  ['8f14', 'Web shop'],
  ['ann', 'A project with the id of a user'],
]);

describe('whom an act was done to', () => {
  it.each([
    ['change project', '8f14', {}, 'Web shop'],
    ['delete project', 'c9f0', { name: 'Payments' }, 'Payments'],
    ['change project', 'c9f0', { name: { from: 'Old', to: 'New' } }, 'c9f0'],
    ['set member', 'ann in 8f14', {}, 'ann in Web shop'],
    ['create token', '539ddd7f', { name: 'backup job' }, 'backup job'],
    ['log in', 'ann', {}, 'ann'],
  ])('%s %s', (action, target, details, text) => {
    expect(targetOf({ action, target, details }, NAMES)).toBe(text);
  });
});

describe('what an act was done with', () => {
  it('stands in one line', () => {
    const details = { roles: ['member', 'reader'], disabled: true, project: null, none: [] };
    expect(detailsOf({ details }, NAMES)).toBe('roles: member, reader; disabled: true; project: none; none: none');
  });

  it('tells what was and what is', () => {
    const details = { disabled: { from: false, to: true }, roles: { from: null, to: ['reader'] } };
    expect(detailsOf({ details }, NAMES)).toBe('disabled: false → true; roles: none → reader');
  });

  it('names projects', () => {
    const details = { project: '8f14', projects: { '8f14': ['reader', 'writer'], c9f0: ['member'] } };
    expect(detailsOf({ details }, NAMES)).toBe(
      'project: Web shop; projects: Web shop (reader, writer), c9f0 (member)',
    );
  });

  it('writes times and spans as people do', () => {
    const details = { expires_ns: 1_764_288_000e9, definition: [[60e9, 10_080, 604_800e9]] };
    expect(detailsOf({ details }, NAMES)).toMatch(/^good until: 2025-11-28 \d\d:00:00; kept: 1 min for 7 d$/);
    expect(detailsOf({ details: { expires_ns: null } }, NAMES)).toBe('good until: it is taken back');
  });
});

it.each([
  ['create project 8f14', 'create project Web shop'],
  ['set member ann in 8f14', 'set member ann in Web shop'],
  ['change project 8f14: 5 of them', 'change project Web shop: 5 of them'],
  ['log in ann', 'log in ann'],
  ['project_id: 8f14 → nothing; host: a → b', 'project: Web shop → nothing; host: a → b'],
])('the overview tells of “%s”', (what, text) => {
  expect(changeText(what, NAMES)).toBe(text);
});

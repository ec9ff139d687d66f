// SPDX-License-Identifier: Apache-2.0
// Roles and spans of time as the settings offer them.

/** Roles in a project, and those that hold everywhere. */
export const PROJECT_ROLES = ['member', 'reader', 'writer'] as const;
export const ROLES = ['admin', 'operator', ...PROJECT_ROLES, 'service'] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];
export type Role = (typeof ROLES)[number];

export const ROLE_MEANINGS: Record<Role, string> = {
  admin: 'everything',
  operator: 'sees everything, changes nothing of others',
  member: 'reads and writes what belongs to its project',
  reader: 'reads what belongs to its project',
  writer: 'sends samples, reads nothing: for agents',
  service: 'a service of the cloud',
};

/** How long a token is good for. */
export const LIVES = [
  { value: '7', label: 'a week' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
  { value: '', label: 'until it is taken back' },
] as const;

/** Days of a choice; null for no end. */
export function lifeOf(choice: string): number | null {
  return choice === '' ? null : Number(choice);
}

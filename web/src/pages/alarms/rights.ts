// SPDX-License-Identifier: Apache-2.0
// Who may change alarms, and in which project: that of the alarm, since operators see more than they work in.

import { has, project } from '../../state/session';

/** Whether buttons that change something are shown; the server decides about each alarm. */
export const mayChange = (): boolean => has('member', 'operator');

/** The project to work in for something of a project, where it has to be said; an administrator may anywhere. */
export function workingIn(of: string): string | undefined {
  return project.value === '*' && !has() && of ? of : undefined;
}

/** Whether something new has to be told whose it is: no project is chosen, and only administrators may have none. */
export const lacksOwner = (chosen: string): boolean => project.value === '*' && !has() && !chosen;

/** Whose something new is, as far as that has to be said in it: administrators alone may. */
export const ownerOf = (chosen: string): { project_id?: string } =>
  has() && project.value === '*' && chosen ? { project_id: chosen } : {};

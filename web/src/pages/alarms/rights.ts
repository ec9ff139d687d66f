// SPDX-License-Identifier: Apache-2.0
// Who may change alarms, and in which project: that of the alarm, since operators see more than they work in.

import { has, project } from '../../state/session';

/** Whether buttons that change something are shown; the server decides about each alarm. */
export const mayChange = (): boolean => has('member', 'operator');

/** The project to work in for something of a project, where it has to be said; an administrator may anywhere. */
export function workingIn(of: string): string | undefined {
  return project.value === '*' && !has() && of ? of : undefined;
}

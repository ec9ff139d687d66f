// SPDX-License-Identifier: Apache-2.0
// Whose something new is, asked where one works in all projects at once.

import { has, project } from '../../state/session';
import { ProjectSelect } from '../resources/ProjectSelect';

export function OwnerSelect(props: { value: string; onValue: (project: string) => void }) {
  if (project.value !== '*') return null;
  return <ProjectSelect none={has() ? 'none: it sees everything' : 'choose one'} {...props} />;
}

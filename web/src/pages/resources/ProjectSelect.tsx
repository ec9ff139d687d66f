// SPDX-License-Identifier: Apache-2.0
// Whose something is to be, for those who see all projects at once.

import { Select } from '../../parts/Field';
import { useProjects } from './projects';

export interface ProjectSelectProps {
  /** @default 'Project' */
  label?: string;
  /** What choosing none of them means. */
  none: string;
  /** A project's id, or '' for none. */
  value: string;
  onValue: (project: string) => void;
}

export function ProjectSelect({ label = 'Project', none, value, onValue }: ProjectSelectProps) {
  const projects = useProjects();
  const options = [...projects].map(([id, name]) => ({ value: id, label: name }));
  return <Select label={label} value={value} onValue={onValue} options={[{ value: '', label: none }, ...options]} />;
}

// SPDX-License-Identifier: Apache-2.0
// A project by its name, with its id as the hint; of one that is gone only the id is known.

import type { Names } from './acts';

export function ProjectName({ id, names }: { id: string; names: Names }) {
  return <span title={id}>{names.get(id) ?? id}</span>;
}

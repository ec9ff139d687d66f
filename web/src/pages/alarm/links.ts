// SPDX-License-Identifier: Apache-2.0
// From an alarm to what holds it back, and to whom it is told.

import { project } from '../../state/session';
import { href } from '../../state/url';
import { matchersOf, matcherText } from '../silences/matchers';
import type { AlarmView } from '../alarms/states';

type Named = Pick<AlarmView, 'id' | 'name' | 'project_id'>;

/** Where a silence of an alarm is made, or of one of its instances. */
export function silenceLink({ id, name, project_id }: Named, labels: Record<string, string> = {}): string {
  const match = matchersOf(id, labels).map(matcherText);
  return href('/silences', { new: '1', match, comment: name, in: project.value === '*' ? project_id : null });
}

/** Where one sees which routes an alarm takes. */
export function routesLink({ id, project_id }: Named): string {
  return href('/routing', { alarm: id, of: project.value === '*' ? project_id : null });
}

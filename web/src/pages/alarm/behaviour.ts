// SPDX-License-Identifier: Apache-2.0
// What stands between values and the state, in words.

import { show } from '../../charts/units';
import { showSpan } from '../../state/moment';
import type { AlarmView } from '../alarms/states';

export type Behaviour = AlarmView['behaviour'];

/** A sentence for each part that is not as usual. */
export function behaviourTexts(given: Behaviour, unit: string | null = null): string[] {
  const { pending_s = 0, keep_firing_s = 0, recovery_threshold = null, no_data = USUAL } = given;
  return [
    ...(pending_s ? [`fires once values are beyond the threshold for ${showSpan(1000 * pending_s)}`] : []),
    ...(recovery_threshold !== null ? [`recovers once they are back behind ${show(recovery_threshold, unit)}`] : []),
    ...(keep_firing_s ? [`stays in alarm ${showSpan(1000 * keep_firing_s)} longer`] : []),
    ...(no_data !== USUAL ? [NO_DATA[no_data]] : []),
  ];
}

const USUAL = 'insufficient data';
const NO_DATA = {
  alarm: 'goes into alarm where nothing is known',
  ok: 'is ok where nothing is known',
  keep: 'stays as it is where nothing is known',
};

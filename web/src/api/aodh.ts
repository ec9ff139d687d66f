// SPDX-License-Identifier: Apache-2.0
// What the Aodh dialect of the same server does with alarms.

import { request } from './client';

export type State = 'ok' | 'alarm' | 'insufficient data';

/** The project to work in, where it is not the page's. */
interface In {
  project?: string | undefined;
  signal?: AbortSignal | undefined;
}

const ALARMS = '/aodh/v2/alarms';
const addressOf = (id: string, more = ''): string => `${ALARMS}/${encodeURIComponent(id)}${more}`;

export function deleteAlarm(id: string, where: In = {}): Promise<void> {
  return request('delete', addressOf(id), where);
}

/** Set the state by hand; the next decision may be another. */
export function setState(id: string, state: State, where: In = {}): Promise<State> {
  return request('put', addressOf(id, '/state'), { ...where, body: state });
}

// SPDX-License-Identifier: Apache-2.0
// What only the Aodh dialect of the same server gives of alarms, or does with them.

import { request } from './client';

export type State = 'ok' | 'alarm' | 'insufficient data';

/** The URLs of an alarm's actions with all that is in them, passwords too. */
export interface Actions {
  ok_actions: string[] | null;
  alarm_actions: string[] | null;
  insufficient_data_actions: string[] | null;
}

/** The project to work in, where it is not the page's. */
interface In {
  project?: string | undefined;
  signal?: AbortSignal | undefined;
}

const ALARMS = '/aodh/v2/alarms';
const addressOf = (id: string, more = ''): string => `${ALARMS}/${encodeURIComponent(id)}${more}`;

/** The actions of an alarm as they were written: our own API does not show what is secret in them. */
export function showActions(id: string, where: In = {}): Promise<Actions> {
  return request('get', addressOf(id), where);
}

export function deleteAlarm(id: string, where: In = {}): Promise<void> {
  return request('delete', addressOf(id), where);
}

/** Set the state by hand; the next decision may be another. */
export function setState(id: string, state: State, where: In = {}): Promise<State> {
  return request('put', addressOf(id, '/state'), { ...where, body: state });
}

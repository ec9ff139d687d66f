// SPDX-License-Identifier: Apache-2.0
// Alarms are made, changed and deleted by the Aodh dialect of the same server, as other clients do it.

import { request } from './client';

export type State = 'ok' | 'alarm' | 'insufficient data';
export type Severity = 'low' | 'moderate' | 'critical';

export interface TimeConstraint {
  name: string;
  start: string;
  duration: number;
  description?: string;
  timezone?: string;
}

/** What a definition of an alarm says; its rule stands under the type's name and `_rule`. */
export interface Definition {
  name: string;
  description: string;
  type: string;
  enabled: boolean;
  severity: Severity;
  ok_actions: string[] | null;
  alarm_actions: string[] | null;
  insufficient_data_actions: string[] | null;
  repeat_actions: boolean;
  time_constraints: TimeConstraint[];
  project_id?: string;
  state?: State;
  [rule: `${string}_rule`]: unknown;
}

export type AodhAlarm = Definition & { alarm_id: string; project_id: string; state: State };

/** The project to work in, where it is not the page's. */
interface In {
  project?: string | undefined;
  signal?: AbortSignal | undefined;
}

const ALARMS = '/aodh/v2/alarms';
const addressOf = (id: string, more = ''): string => `${ALARMS}/${encodeURIComponent(id)}${more}`;

/** An alarm as its definition says it. */
export function showAlarm(id: string, where: In = {}): Promise<AodhAlarm> {
  return request('get', addressOf(id), where);
}

export function createAlarm(definition: Definition, where: In = {}): Promise<AodhAlarm> {
  return request('post', ALARMS, { ...where, body: definition });
}

/** Put another definition in place of an alarm's; what it leaves out gets its default, the state too. */
export function replaceAlarm(id: string, definition: Definition, where: In = {}): Promise<AodhAlarm> {
  return request('put', addressOf(id), { ...where, body: definition });
}

export function deleteAlarm(id: string, where: In = {}): Promise<void> {
  return request('delete', addressOf(id), where);
}

/** Set the state by hand; the next decision may be another. */
export function setState(id: string, state: State, where: In = {}): Promise<State> {
  return request('put', addressOf(id, '/state'), { ...where, body: state });
}

// SPDX-License-Identifier: Apache-2.0
// A group as it is being written: what stands in the fields, and the definition that this amounts to.

import type { Schema } from '../../api/operations';
import type { Group } from '../scaling/groups';
import { ACTUATORS, optionsOf, textsOf } from './actuators';
import { cooldownText, spanOf } from './policy';

/** What stands in the fields; numbers as they were typed. */
export interface GroupDraft {
  name: string;
  /** In which project it is made, where the page works in all of them. */
  project: string;
  actuator: string;
  options: Record<string, string>;
  /** Options of an actuator that has no fields here. */
  json: string;
  min_size: string;
  max_size: string;
  desired: string;
  cooldown_s: string;
  cooldown_out_s: string;
  cooldown_in_s: string;
  warm_up_s: string;
}

export const EMPTY: GroupDraft = {
  name: '',
  project: '',
  actuator: 'command',
  options: {},
  json: '{}',
  min_size: '1',
  max_size: '',
  desired: '',
  cooldown_s: '2 min',
  cooldown_out_s: '',
  cooldown_in_s: '',
  warm_up_s: '',
};

export function draftOf(group: Group): GroupDraft {
  return {
    ...EMPTY,
    name: group.name,
    project: group.project_id,
    actuator: group.actuator,
    options: textsOf(group.options),
    json: JSON.stringify(group.options, null, 2),
    min_size: String(group.min_size),
    max_size: String(group.max_size),
    cooldown_s: cooldownText(group.cooldown_s),
    cooldown_out_s: cooldownText(group.cooldown_out_s),
    cooldown_in_s: cooldownText(group.cooldown_in_s),
    warm_up_s: group.warm_up_s ? cooldownText(group.warm_up_s) : '',
  };
}

type NewGroup = Schema<'NewGroup'>;

export interface Written {
  /** What both making and changing take. */
  common: Pick<
    NewGroup,
    'name' | 'min_size' | 'max_size' | 'options' | 'cooldown_s' | 'cooldown_out_s' | 'cooldown_in_s' | 'warm_up_s'
  >;
  desired: number | null;
  /** What cannot be read, by the field's name. */
  wrong: Record<string, string>;
  /** The fields that have to be filled in first. */
  missing: string[];
}

/** The group that a draft amounts to, which is ready when nothing is wrong or missing. */
export function groupOf(draft: GroupDraft): Written {
  const wrong: Record<string, string> = {};
  const missing: string[] = [];
  type Text = 'min_size' | 'max_size' | 'desired' | 'cooldown_s' | 'cooldown_out_s' | 'cooldown_in_s' | 'warm_up_s';
  const count = (field: Text): number | null => {
    const text = draft[field].trim();
    if (text && !/^\d+$/.test(text)) wrong[field] = 'expected a whole number';
    return text ? Number(text) : null;
  };
  const span = (field: Text): number | null => {
    const seconds = spanOf(draft[field]);
    if (Number.isNaN(seconds)) wrong[field] = 'expected a time such as 2 min, or nothing';
    return seconds;
  };
  if (!draft.name.trim()) missing.push('name');
  const max_size = count('max_size');
  if (max_size === null) missing.push('at most');
  for (const { name, label, needed } of ACTUATORS[draft.actuator]?.options ?? []) {
    if (needed && !(draft.options[name] ?? '').trim()) missing.push(label.toLowerCase());
  }
  const common = {
    name: draft.name.trim(),
    min_size: count('min_size') ?? 0,
    max_size: max_size ?? 0,
    options: draft.actuator in ACTUATORS ? optionsOf(draft.actuator, draft.options) : parsed(draft.json, wrong),
    cooldown_s: span('cooldown_s') ?? 0,
    cooldown_out_s: span('cooldown_out_s'),
    cooldown_in_s: span('cooldown_in_s'),
    warm_up_s: span('warm_up_s') ?? 0,
  };
  return { common, desired: count('desired'), wrong, missing };
}

function parsed(json: string, wrong: Record<string, string>): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    wrong['json'] = 'expected an object, as in {"name": "value"}';
  } catch (error) {
    wrong['json'] = `expected JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  return {};
}

// SPDX-License-Identifier: Apache-2.0
// A policy as it is being written: what stands in the fields, and the rule that this amounts to.

import { secondsOf, spanText } from '../settings/retention';
import type { Policy, Rule } from '../scaling/groups';

/** What stands in the fields; numbers as they were typed. */
export interface PolicyDraft {
  name: string;
  enabled: boolean;
  type: Rule['type'];
  adjustment_type: 'change_in_capacity' | 'exact_capacity' | 'percent_change_in_capacity';
  scaling_adjustment: string;
  min_adjustment_step: string;
  cooldown_s: string;
  by_direction: boolean;
  metric: string;
  method: string;
  target: string;
  granularity: string;
  resource_type: string;
  query: string;
  cooldown_out_s: string;
  cooldown_in_s: string;
  cron: string;
  timezone: string;
  min_size: string;
  max_size: string;
  desired: string;
}

export const EMPTY: PolicyDraft = {
  name: '',
  enabled: true,
  type: 'adjustment',
  adjustment_type: 'change_in_capacity',
  scaling_adjustment: '',
  min_adjustment_step: '',
  cooldown_s: '',
  by_direction: false,
  metric: '',
  method: 'mean',
  target: '',
  granularity: '1 min',
  resource_type: 'generic',
  query: '',
  cooldown_out_s: '',
  cooldown_in_s: '',
  cron: '',
  timezone: '',
  min_size: '',
  max_size: '',
  desired: '',
};

export function draftOf({ name, enabled, rule }: Policy): PolicyDraft {
  const text = (value: number | null): string => (value === null ? '' : String(value));
  const base = { ...EMPTY, name, enabled, type: rule.type };
  if (rule.type === 'target') {
    const { metric, method, resource_type, query } = rule;
    return {
      ...base,
      ...{ metric, method, resource_type, query },
      target: String(rule.target),
      granularity: spanText(rule.granularity),
      cooldown_out_s: cooldownText(rule.cooldown_out_s),
      cooldown_in_s: cooldownText(rule.cooldown_in_s),
    };
  }
  if (rule.type === 'schedule') {
    const { cron, timezone } = rule;
    const sizes = { min_size: text(rule.min_size), max_size: text(rule.max_size), desired: text(rule.desired) };
    return { ...base, cron, timezone, ...sizes };
  }
  return {
    ...base,
    adjustment_type: rule.adjustment_type,
    scaling_adjustment: String(rule.scaling_adjustment),
    min_adjustment_step: text(rule.min_adjustment_step),
    cooldown_s: cooldownText(rule.cooldown_s),
    by_direction: rule.by_direction,
  };
}

/** A span as it is typed; '' for none of its own. */
export function cooldownText(seconds: number | null): string {
  return seconds === null ? '' : spanText(seconds);
}

export interface Written {
  rule: Rule;
  /** What cannot be read, by the field's name. */
  wrong: Record<string, string>;
  /** The fields that have to be filled in first. */
  missing: string[];
}

/** The rule that a draft amounts to, for policies that are ready when nothing is wrong or missing. */
export function ruleOf(draft: PolicyDraft): Written {
  const wrong: Record<string, string> = {};
  const missing: string[] = [];
  const needed = (field: keyof PolicyDraft): string => {
    const text = String(draft[field]).trim();
    if (!text) missing.push(field);
    return text;
  };
  const number = (field: keyof PolicyDraft): number => {
    const text = needed(field).replace('−', '-');
    const value = Number(text);
    if (text && !Number.isFinite(value)) wrong[field] = 'expected a number';
    return value;
  };
  const count = (field: keyof PolicyDraft): number | null => {
    const text = String(draft[field]).trim();
    if (text && !/^\d+$/.test(text)) wrong[field] = 'expected a whole number, or nothing';
    return text ? Number(text) : null;
  };
  const span = (field: keyof PolicyDraft): number | null => {
    const seconds = spanOf(String(draft[field]));
    if (Number.isNaN(seconds)) wrong[field] = 'expected a time such as 2 min, or nothing';
    return seconds;
  };
  const { type, adjustment_type, by_direction, method, resource_type, query, timezone } = draft;
  const rules = {
    adjustment: (): Rule => ({
      type: 'adjustment',
      adjustment_type,
      scaling_adjustment: number('scaling_adjustment'),
      min_adjustment_step: adjustment_type === 'percent_change_in_capacity' ? count('min_adjustment_step') : null,
      cooldown_s: span('cooldown_s'),
      by_direction,
    }),
    target: (): Rule => ({
      type: 'target',
      metric: needed('metric'),
      target: number('target'),
      granularity: span('granularity') ?? 60,
      ...{ method, resource_type, query: query.trim() },
      cooldown_out_s: span('cooldown_out_s'),
      cooldown_in_s: span('cooldown_in_s'),
    }),
    schedule: (): Rule => ({
      type: 'schedule',
      cron: needed('cron'),
      timezone: timezone.trim(),
      min_size: count('min_size'),
      max_size: count('max_size'),
      desired: count('desired'),
    }),
  };
  return { rule: rules[type](), wrong, missing };
}

/** Seconds of a span; null for an empty text, NaN for what is none. */
export function spanOf(text: string): number | null {
  const written = text.trim();
  if (!written) return null;
  return /^0\s*\w*$/.test(written) ? 0 : (secondsOf(written) ?? NaN);
}

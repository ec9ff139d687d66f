// SPDX-License-Identifier: Apache-2.0
// How a scaling group is, and what it decided, in words.

import type { Schema } from '../../api/operations';
import type { Mark } from '../../charts/line';
import { showSecond } from '../../parts/second';
import { showSpan } from '../../state/moment';

export type Group = Schema<'GroupView'>;
export type Member = Schema<'MemberView'>;
export type Decision = Schema<'DecisionView'>;
type View = Schema<'ScalingPolicyView'>;
type Whole<R> = R extends unknown ? Required<R> : never;
/** What may be left out where a rule is given is always there where it is read. */
export type Rule = Whole<View['rule']>;
export type Policy = Omit<View, 'rule'> & { rule: Rule };
export type Verdict = Decision['verdict'];

export const VERDICTS: readonly Verdict[] = ['accepted', 'refused', 'no change'];

/** The worst first: what of several things that hold at once is told. */
export const CONDITIONS = [
  'unhealthy',
  'troubled',
  'deleting',
  'new',
  'paused',
  'changing',
  'cooling',
  'ok',
] as const;
export type Condition = (typeof CONDITIONS)[number];

/** What the server says of a group that nobody has looked at so far. */
export const NOT_LOOKED = 'its members have not been looked at yet';

/**
 * How a group is: `troubled` when its last change failed and is tried again by itself. One that nobody has looked at
 * yet is not unhealthy, though nothing is known of it.
 */
export function conditionOf(group: Group, now_ms: number): Condition {
  const { cooldown_out_until_ms, cooldown_in_until_ms } = group;
  if (group.deleting) return 'deleting';
  if (!group.healthy) return group.problem === NOT_LOOKED ? 'new' : 'unhealthy';
  if (group.paused) return 'paused';
  if (group.busy) return 'changing';
  if (group.problem) return 'troubled';
  return Math.max(cooldown_out_until_ms ?? 0, cooldown_in_until_ms ?? 0) > now_ms ? 'cooling' : 'ok';
}

/** Until when it neither grows nor shrinks, or which of both it does not; `clock` writes an instant. */
export function cooldownText(group: Group, now_ms: number, clock: (ms: number) => string): string {
  const out_ms = group.cooldown_out_until_ms ?? 0;
  const in_ms = group.cooldown_in_until_ms ?? 0;
  if (out_ms === in_ms) return out_ms > now_ms ? `cooling down until ${clock(out_ms)}` : '';
  const parts = [
    out_ms > now_ms ? `does not grow until ${clock(out_ms)}` : '',
    in_ms > now_ms ? `does not shrink until ${clock(in_ms)}` : '',
  ];
  return parts.filter(Boolean).join(', ');
}

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;

/** What the server says, with its instants in the page's zone. */
export const inZone = (text: string): string => text.replace(INSTANT, (found) => showSecond(Date.parse(found)));

const members = (count: number): string => (count === 1 ? '1 member' : `${count} members`);

/** A decision as a sentence. */
export function decisionText(decision: Decision): string {
  const { verdict, before, wanted, progress } = decision;
  const [reason, failure] = [inZone(decision.reason), inZone(decision.failure)];
  const differs = wanted !== before;
  const way = decision.cause === 'reconcile' || !differs ? '' : wanted > before ? 'grow' : 'shrink';
  const doing = way || 'be repaired';
  const between = differs ? `from ${before} to ${wanted}` : `at ${members(before)}`;
  if (verdict === 'no change') return `stays at ${members(before)}: ${reason}`;
  if (verdict === 'refused') return `may not ${differs ? `${doing} ${between}` : 'change'}: ${reason}`;
  const why = reason.startsWith(`from ${before} to ${wanted} members`)
    ? reason.replace(/^from .*? members(: )?/, '')
    : reason;
  const because = why ? `: ${why}` : '';
  if (progress === 'failed') return `could not ${doing} ${between}: ${failure || reason}`;
  if (progress === 'under way') return `${way ? `${way}s` : 'is repaired'} ${between} now${because}`;
  return `${{ grow: 'grew', shrink: 'shrank', '': 'was repaired' }[way]} ${between}${because}`;
}

/** What caused a decision; policies are told by their names where these are known. */
export function causeText({ cause, by, policy_id }: Decision, policies: ReadonlyMap<string, string>): string {
  const policy = policies.get(policy_id) ?? '';
  if (cause === 'signal')
    return [policy ? `signal to ${policy}` : 'signal', by && `by ${by}`].filter(Boolean).join(' ');
  if (cause === 'hand') return by ? `by hand of ${by}` : 'by hand';
  if (cause === 'reconcile') return 'repair';
  return `${cause} ${policy || by}`.trim();
}

/** The id of the alarm that signalled; null where none did. */
export const alarmOf = ({ by }: Decision): string | null => /^alarm (\S+)$/.exec(by)?.[1] ?? null;

const LOOKS: Record<Verdict, NonNullable<Mark['look']>> = {
  accepted: 'made',
  refused: 'refused',
  'no change': 'none',
};

/** Decisions as marks of a chart; one that came to nothing for want of success is marked like a refused one. */
export function marksOf(decisions: readonly Decision[], policies: ReadonlyMap<string, string>): Mark[] {
  return decisions.map((each) => ({
    time_ms: each.time_ms,
    label: `${causeText(each, policies)}: ${decisionText(each)}`,
    look: each.progress === 'failed' ? 'refused' : LOOKS[each.verdict],
  }));
}

const signed = (value: number): string => (value < 0 ? `−${-value}` : `+${value}`);

/** What a policy does, as a sentence. */
export function ruleText(rule: Rule): string {
  const text = ruleWords(rule);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function ruleWords(rule: Rule): string {
  if (rule.type === 'target') {
    const of = rule.query ? `of ${rule.resource_type} by a search` : 'of its members';
    const every = showSpan(1000 * rule.granularity);
    return `keeps the ${rule.method} of ${rule.metric} ${of} at ${rule.target}, decided every ${every}`;
  }
  if (rule.type === 'schedule') {
    const sizes = [
      rule.desired === null ? '' : members(rule.desired),
      rule.min_size === null ? '' : `at least ${rule.min_size}`,
      rule.max_size === null ? '' : `at most ${rule.max_size}`,
    ];
    return `at ${rule.cron} (${rule.timezone || 'UTC'}): ${sizes.filter(Boolean).join(', ')}`;
  }
  const by = rule.scaling_adjustment;
  const what = {
    change_in_capacity: `${signed(by)} ${Math.abs(by) === 1 ? 'member' : 'members'}`,
    exact_capacity: `to ${members(by)}`,
    percent_change_in_capacity: `${signed(by)} %`,
  }[rule.adjustment_type];
  const least = rule.min_adjustment_step ? `, ${members(rule.min_adjustment_step)} at least` : '';
  const { cooldown_s } = rule;
  const pause = cooldown_s === null ? '' : `, then ${cooldown_s ? showSpan(1000 * cooldown_s) : 'no'} cooldown`;
  return `at a signal: ${what}${least}${pause}${rule.by_direction ? ' for this direction' : ''}`;
}

export const KINDS: Record<Rule['type'], string> = { adjustment: 'signal', target: 'target', schedule: 'schedule' };

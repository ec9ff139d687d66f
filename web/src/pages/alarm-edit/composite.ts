// SPDX-License-Identifier: Apache-2.0
// A composite rule as it is being written: groups and rules within each other, and how these are moved about.

import { partsOf, type Rule } from '../alarms/rule';
import { differing, EMPTY_RULE, fitting, ruleDraftOf, ruleOf, type RuleDraft, type Written } from './rule-draft';

interface Keyed {
  /** By which it is known as long as one writes, wherever it is moved. */
  key: string;
}

export interface RulePart extends Keyed {
  rule: RuleDraft;
}

export interface GroupPart extends Keyed {
  operator: 'and' | 'or';
  parts: readonly Part[];
}

export type Part = RulePart | GroupPart;

/** What is beneath nothing. */
export const NO_PARTS: GroupPart = { key: 'top', operator: 'or', parts: [] };

let made = 0;
const newKey = (): string => `part-${++made}`;

export const newRule = (rule: RuleDraft = EMPTY_RULE): RulePart => ({ key: newKey(), rule });
export const newGroup = (...parts: Part[]): GroupPart => ({ key: newKey(), operator: 'and', parts });
export const isGroup = (part: Part): part is GroupPart => 'parts' in part;

/** All parts with the groups that they are in, from the top down. */
function* within(group: GroupPart): Generator<{ part: Part; of: GroupPart; at: number }> {
  for (const [at, part] of group.parts.entries()) {
    yield { part, of: group, at };
    if (isGroup(part)) yield* within(part);
  }
}

/** Where a part stands; undefined for the top, and what there is not. */
export function placeOf(top: GroupPart, key: string) {
  return [...within(top)].find((each) => each.part.key === key);
}

/** The numbers of the rules, as reasons name them: depth first, from 1. */
export function numbersOf(top: GroupPart): ReadonlyMap<string, number> {
  const rules = [...within(top)].filter(({ part }) => !isGroup(part));
  return new Map(rules.map(({ part }, at) => [part.key, at + 1]));
}

/** The tree with something else in the place of a part: several, or nothing. */
export function replaced(group: GroupPart, key: string, by: (part: Part) => readonly Part[]): GroupPart {
  const parts = group.parts.flatMap((each): readonly Part[] => {
    if (each.key === key) return by(each);
    return isGroup(each) ? [replaced(each, key, by)] : [each];
  });
  return { ...group, parts };
}

/** The tree with a group of it changed, which may be the top. */
export function withGroup(top: GroupPart, key: string, change: (group: GroupPart) => GroupPart): GroupPart {
  if (top.key === key) return change(top);
  return replaced(top, key, (part) => [isGroup(part) ? change(part) : part]);
}

/** The tree with a part more, the last of a group. */
export const added = (top: GroupPart, group: string, part: Part): GroupPart =>
  withGroup(top, group, (found) => ({ ...found, parts: [...found.parts, part] }));

export type Move = 'earlier' | 'later' | 'before' | 'after' | 'out' | 'wrap' | 'apart';

/** What can be done with a part where it stands; `before` and `after` are into the group there. */
export function movesOf(top: GroupPart, key: string): Move[] {
  const found = placeOf(top, key);
  if (!found) return [];
  const { part, of, at } = found;
  const [before, after] = [of.parts[at - 1], of.parts[at + 1]];
  const can: Record<Move, boolean> = {
    earlier: before !== undefined,
    later: after !== undefined,
    before: before !== undefined && isGroup(before),
    after: after !== undefined && isGroup(after),
    out: of.key !== top.key,
    wrap: true,
    apart: isGroup(part),
  };
  return (Object.keys(can) as Move[]).filter((each) => can[each]);
}

/** The tree after a move that is possible. */
export function moved(top: GroupPart, key: string, move: Move): GroupPart {
  const found = placeOf(top, key);
  if (!found) return top;
  const { part, of, at } = found;
  if (move === 'wrap') return replaced(top, key, (each) => [newGroup(each)]);
  if (move === 'apart') return replaced(top, key, (each) => (isGroup(each) ? each.parts : [each]));
  if (move === 'earlier' || move === 'later') {
    const to = at + (move === 'later' ? 1 : -1);
    return withGroup(top, of.key, (group) => ({
      ...group,
      parts: group.parts.toSpliced(at, 1).toSpliced(to, 0, part),
    }));
  }
  const without = replaced(top, key, () => []);
  if (move === 'out') return replaced(without, of.key, (group) => [group, part]);
  const into = of.parts[at + (move === 'after' ? 1 : -1)]!.key;
  if (move === 'before') return added(without, into, part);
  return withGroup(without, into, (group) => ({ ...group, parts: [part, ...group.parts] }));
}

/** The rule that stands in a tree; what is wrong is named by its part, a dot, and the field there. */
export function compositeOf(top: GroupPart): Written {
  const numbers = numbersOf(top);
  const written: Written = { rule: {}, wrong: {}, missing: [] };
  const write = (part: Part): Rule => {
    if (isGroup(part)) {
      if (!part.parts.length) written.missing.push(part.key === top.key ? 'a rule' : 'a rule in each group');
      return { [part.operator]: part.parts.map(write) };
    }
    const { rule, wrong, missing } = ruleOf(part.rule, true);
    for (const [field, told] of Object.entries(wrong)) written.wrong[`${part.key}.${field}`] = told;
    written.missing.push(...missing.map((each) => `${each} of rule${numbers.get(part.key)!}`));
    return { type: part.rule.type, ...rule };
  };
  const rule = write(top);
  return { ...written, rule, missing: [...new Set(written.missing)] };
}

/** The tree of a composite rule that is there. */
export function groupOf(rule: Rule): GroupPart {
  const top = partOf(rule);
  return isGroup(top) ? { ...top, key: NO_PARTS.key } : NO_PARTS;
}

function partOf(rule: Rule): Part {
  const found = partsOf(rule);
  if (found) return { key: newKey(), operator: found.operator, parts: found.rules.map(partOf) };
  const { type, ...fields } = rule;
  return newRule(ruleDraftOf(String(type ?? ''), fields));
}

/** A tree of what somebody wrote as JSON, or in words what it cannot be read for. Nothing of it is left out unsaid. */
export function readComposite(text: string): GroupPart | string {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    return `This is no JSON: ${(error as Error).message}`;
  }
  return strange(given, '', true) || groupOf(given as Rule);
}

function strange(given: unknown, place: string, isTop = false): string {
  const where = place ? `${place}: ` : '';
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return `${where}An object is needed`;
  const rule = given as Rule;
  const found = partsOf(rule);
  if (found && Object.keys(rule).length === 1) {
    const told = found.rules.map((each, at) => strange(each, `${place}${place && '.'}${found.operator}[${at}]`));
    return told.find(Boolean) ?? '';
  }
  if (isTop) return 'An object with “and” or “or” alone is needed';
  if (found) return `${where}“${found.operator}” stands alone`;
  const { type, ...fields } = rule;
  if (typeof type !== 'string') return `${where}“type” is needed, or “and” or “or” alone`;
  const kept = ruleOf(ruleDraftOf(type, fields), true).rule;
  const lost = lostOf(fields, kept);
  return lost ? `${where}“${lost}” cannot be read` : '';
}

/** The first place of something that is not in what was kept of it. */
function lostOf(given: object, kept: object): string {
  for (const [name, value] of Object.entries(given)) {
    const there: unknown = (kept as Rule)[name];
    if (there === undefined) return name;
    if (typeof value !== 'object' || value === null) continue;
    const inside = lostOf(value as object, (there ?? {}) as object);
    if (inside) return `${name}.${inside}`;
  }
  return '';
}

/** A tree as it goes into the address: of each rule what differs from an empty one. */
export function pack(part: Part): object {
  return isGroup(part) ? { [part.operator]: part.parts.map(pack) } : differing(part.rule, EMPTY_RULE);
}

/** A tree out of an address, as far as it can be read. */
export function unpack(given: unknown): GroupPart {
  const top = unpacked(given);
  return top && isGroup(top) ? { ...top, key: NO_PARTS.key } : NO_PARTS;
}

function unpacked(given: unknown): Part | null {
  if (typeof given !== 'object' || given === null) return null;
  const found = partsOf(given as Rule);
  if (!found) return newRule(fitting(given as Rule, EMPTY_RULE));
  const parts = (found.rules as unknown[]).map(unpacked).filter((each) => each !== null);
  return { key: newKey(), operator: found.operator, parts };
}

/** The part of a tree that a place in its rule names, such as `or 1 and 0 threshold`, and what is left of the place. */
export function partAt(top: GroupPart, place: readonly string[]): { part: Part; rest: readonly string[] } {
  const [operator, at, ...rest] = place;
  const next = operator === top.operator && at !== undefined ? top.parts[Number(at)] : undefined;
  if (!next) return { part: top, rest: place };
  return isGroup(next) ? partAt(next, rest) : { part: next, rest };
}

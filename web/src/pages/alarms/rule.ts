// SPDX-License-Identifier: Apache-2.0
// What rules say: the parts that a rule consists of, and each of them in words.

import { show } from '../../charts/units';
import { showSpan } from '../../state/moment';

export type Rule = Record<string, unknown>;

export const RESOURCE = 'gnocchi_resources_threshold';
export const METRICS = 'gnocchi_aggregation_by_metrics_threshold';
export const RESOURCES = 'gnocchi_aggregation_by_resources_threshold';
export const SERIES = 'series';
export const SQL = 'sql';
export const COMPOSITE = 'composite';
export const EVENT = 'event';
export const PROMETHEUS = 'prometheus';
export const LOAD_BALANCER = 'loadbalancer_member_health';

/** Types of alarms in words. */
export const TYPES: Record<string, string> = {
  [RESOURCE]: 'resource threshold',
  [METRICS]: 'metrics threshold',
  [RESOURCES]: 'group threshold',
  [SERIES]: 'many series',
  [SQL]: 'SQL',
  [COMPOSITE]: 'composite',
  [EVENT]: 'event',
  [PROMETHEUS]: 'Prometheus',
  [LOAD_BALANCER]: 'load balancer',
};

/** The types of which a composite rule can consist. */
export const LEAF_TYPES = [RESOURCE, METRICS, RESOURCES, SERIES, SQL, EVENT, PROMETHEUS] as const;

/** What a type is called in a sentence; one that is not known as it is. */
export const typeName = (type: string): string => TYPES[type] ?? type;

/** Whether somebody wrote a description, and not the server in want of one. */
export const isOwnText = (description: string, type: string): boolean =>
  description !== '' && description !== `${type} alarm rule`;

/** The types whose values are in our store. */
export const isThreshold = (type: string): boolean => [RESOURCE, METRICS, RESOURCES, SERIES].includes(type);

/** The types of which each group, resource or row is decided by itself, as an instance. */
export const hasInstances = (type: string): boolean => type === SERIES || type === SQL;

export const OPERATORS: Record<string, string> = { gt: '>', ge: '≥', lt: '<', le: '≤', eq: '=', ne: '≠' };

/** A rule that is not composite; the number is that by which reasons name it. */
export interface Leaf {
  number: number;
  type: string;
  rule: Rule;
}

/** The rules that a rule consists of, in the order in which they are numbered. */
export function leavesOf(type: string, rule: Rule): Leaf[] {
  const found: Leaf[] = [];
  const look = (type: string, rule: Rule): void => {
    const parts = type === COMPOSITE ? partsOf(rule) : null;
    if (parts)
      for (const part of parts.rules) look(typeof part['type'] === 'string' ? part['type'] : COMPOSITE, part);
    else found.push({ number: found.length + 1, type, rule });
  };
  look(type, rule);
  return found;
}

/** How a composite rule joins which rules; null for what is none. */
export function partsOf(rule: Rule): { operator: 'and' | 'or'; rules: Rule[] } | null {
  for (const operator of ['and', 'or'] as const) {
    const rules = rule[operator];
    if (Array.isArray(rules)) return { operator, rules: rules as Rule[] };
  }
  return null;
}

/** What a rule looks at by its names instead of its ids. */
export interface Named {
  subject: string;
  unit: string | null;
  /** The page of what it looks at. */
  href?: string;
  /** The ids of metrics, for looking at them elsewhere. */
  metrics: readonly string[];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''));

/** What a rule looks at, by its ids. */
export function plainSubject({ type, rule }: Leaf): string {
  if (type === RESOURCE) return `${text(rule['resource_type'])} ${text(rule['resource_id'])}`;
  if (type === METRICS) return listed(rule['metrics']).join(', ');
  return `every ${text(rule['resource_type'])}${conditionOf(rule)}`;
}

function conditionOf(rule: Rule): string {
  const told = queryText(text(rule['query']));
  return told && ` with ${told}`;
}

/** `mean of cpu of instance web-1`, without what it is compared to. */
export function subjectOf(leaf: Leaf, named?: Named): string {
  const { type, rule } = leaf;
  const subject = named?.subject ?? plainSubject(leaf);
  const method = text(rule['aggregation_method']);
  if (type === RESOURCE) return `${method} of ${text(rule['metric'])} of ${subject}`;
  if (type === METRICS) return `${method} over ${subject}`;
  if (type === RESOURCES) return `${method} of ${text(rule['metric'])} over ${subject}`;
  if (type === SERIES) return `${method} of ${text(rule['metric'])} of ${subject}${acrossText(rule)}`;
  if (type === SQL) return `a row of ${text(rule['sql']).replace(/\s+/g, ' ').trim()}`;
  if (type === PROMETHEUS) return text(rule['query']);
  if (type === EVENT) return `an event of type ${text(rule['event_type']) || '*'}`;
  return `a member of the pool ${text(rule['pool_id'])}`;
}

/** How the series of an instance are put together: `, mean for each host`. */
function acrossText(rule: Rule): string {
  const [across, groups] = [text(rule['across']), listed(rule['group_by'])];
  if (!across) return ', each by itself';
  return groups.length ? `, ${across} for each ${groups.join(' and ')}` : `, ${across} of all`;
}

/** `> 80 %`; of what is compared with other times `change since 1 d before > 20 %`. */
export function comparison(rule: Rule, unit: string | null): string {
  const operator = OPERATORS[text(rule['comparison_operator']) || 'eq'] ?? text(rule['comparison_operator']);
  const { type, ...compare } = (rule['compare'] ?? {}) as Rule;
  if (type === 'earlier') {
    const earlier = showSpan(1000 * Number(compare['offset_s']));
    return `${HOW[text(compare['how'])]} ${earlier} before ${operator} ${show(Number(rule['threshold']), unit)}`;
  }
  if (type === 'band') {
    const [season, way] = [showSpan(1000 * Number(compare['season_s'])), text(compare['direction'])];
    const side = way === 'both' || !way ? 'away from' : way;
    const deviations = `more than ${show(Number(rule['threshold']), null)} deviations`;
    return `${deviations} ${side} what is usual in a season of ${season}`;
  }
  return `${operator} ${show(Number(rule['threshold']), unit)}`;
}

/** How a value is compared with an earlier one. */
export const HOW: Record<string, string> = {
  difference: 'difference to',
  ratio: 'ratio to',
  percent: 'change since',
};

/** A rule that is not composite in words: `mean of cpu of instance web-1 > 80 % for 3 × 5 min`. */
export function sentence(leaf: Leaf, named?: Named): string {
  const { type, rule } = leaf;
  const subject = subjectOf(leaf, named);
  if (type === EVENT) return subject + conditionsOf(rule);
  if (type === LOAD_BALANCER) return `${subject} is in error`;
  if (type === SQL) {
    const every = `looked for every ${showSpan(1000 * Number(rule['every_s'] ?? 60))}`;
    return rule['value']
      ? `${subject} with ${text(rule['value'])} ${comparison(rule, null)}, ${every}`
      : `${subject}, ${every}`;
  }
  const compared = `${subject} ${comparison(rule, named?.unit ?? null)}`;
  if (!isThreshold(type)) return compared;
  const periods = Number(rule['evaluation_periods'] ?? 1);
  const step = showSpan(1000 * Number(rule['granularity'] ?? 60));
  return `${compared} for ${periods === 1 ? '' : `${periods} × `}${step}`;
}

function conditionsOf(rule: Rule): string {
  const conditions = (Array.isArray(rule['query']) ? rule['query'] : []) as Rule[];
  const told = conditions.map(
    ({ field, op, value }) => `${text(field)} ${OPERATORS[text(op)] ?? '='} ${text(value)}`,
  );
  const within = rule['within_s'] === undefined ? '' : ` in the last ${showSpan(1000 * Number(rule['within_s']))}`;
  return (told.length ? ` with ${told.join(' and ')}` : '') + within;
}

function listed(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** A search over resources as its author wrote it: without what the server puts around it for the project. */
export function innerQuery(written: string): string {
  try {
    const query = JSON.parse(written) as Rule;
    const inner = inside(query);
    return inner === query ? written : JSON.stringify(inner);
  } catch {
    return written;
  }
}

function inside(query: Rule): Rule {
  const rules = query['and'];
  if (!Array.isArray(rules) || rules.length !== 2 || !JSON.stringify(rules[0]).includes('"created_by_project_id"')) {
    return query;
  }
  return inside(rules[1] as Rule);
}

const WORDS: Record<string, string> = { '=': '=', '==': '=', eq: '=', '!=': '≠', ne: '≠', '<=': '≤', '>=': '≥' };

/** A search in words, `host = a and state ≠ off`; as it is written where it has no such words. */
export function queryText(written: string): string {
  try {
    return worded(JSON.parse(innerQuery(written)), false);
  } catch {
    return written;
  }
}

function worded(query: unknown, within: boolean): string {
  if (typeof query !== 'object' || query === null) throw new Error('no search');
  const [entry] = Object.entries(query);
  if (!entry) return '';
  const [operator, value] = entry;
  if ((operator === 'and' || operator === 'or') && Array.isArray(value)) {
    const told = value.map((each) => worded(each, true)).join(` ${operator} `);
    return within ? `(${told})` : told;
  }
  if (operator === 'not') return `not ${worded(value, true)}`;
  const [[field, wanted] = ['', '']] = Object.entries(value as Rule);
  const said = Array.isArray(wanted) ? wanted.join(', ') : text(wanted);
  return `${field} ${WORDS[operator] ?? operator} ${said || '“”'}`;
}

// SPDX-License-Identifier: Apache-2.0
// The parts of a composite rule as cards: groups with what is in them, and rules with their fields.

import { useEffect, useRef, useState } from 'preact/hooks';

import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { Select } from '../../parts/Field';
import type { IconName } from '../../parts/Icon';
import { listed } from '../../parts/listed';
import { Menu, type MenuItem } from '../../parts/Menu';
import { LEAF_TYPES, sentence, typeName, type Leaf, type Named } from '../alarms/rule';
import {
  added,
  isGroup,
  moved,
  movesOf,
  newGroup,
  newRule,
  numbersOf,
  placeOf,
  replaced,
  withGroup,
  type GroupPart,
  type Move,
  type Part,
  type RulePart,
} from './composite';
import type { ProblemAt } from './places';
import { ruleOf, type RuleDraft } from './rule-draft';
import { RuleFields } from './RuleFields';

type Change = (top: GroupPart) => GroupPart;

export interface PartTreeProps {
  top: GroupPart;
  onChange: (change: Change) => void;
  problemAt: ProblemAt;
  /** The rules that were tried last, and what they look at by its names. */
  leaves: readonly Leaf[];
  named: readonly Named[] | null;
  /** The part that the server says something against, '' for none. */
  marked: string;
}

interface Tree extends PartTreeProps {
  numbers: ReadonlyMap<string, number>;
  /** Change the tree, and have the focus on a part of it afterwards. */
  onMove: (change: Change, focused: string, said?: string) => void;
}

const MOVES: Record<Move, { label: string; icon: IconName; said: string }> = {
  earlier: { label: 'Earlier', icon: 'up', said: 'Moved up' },
  later: { label: 'Later', icon: 'down', said: 'Moved down' },
  before: { label: 'Into the group before it', icon: 'right', said: 'Moved into the group' },
  after: { label: 'Into the group after it', icon: 'right', said: 'Moved into the group' },
  out: { label: 'Out of its group', icon: 'left', said: 'Moved out of the group' },
  wrap: { label: 'Into a group of its own', icon: 'plus', said: 'Put into a group' },
  apart: { label: 'Take the group apart', icon: 'expand', said: 'The group is taken apart' },
};

export function PartTree(props: PartTreeProps) {
  const { top, onChange } = props;
  const root = useRef<HTMLDivElement>(null);
  const wanted = useRef('');
  // What was moved is a new element in its new place.
  useEffect(() => {
    if (!wanted.current) return;
    const card = root.current?.querySelector<HTMLElement>(`[data-part="${wanted.current}"]`);
    (card?.querySelector('select') ?? card?.querySelector('button'))?.focus();
    wanted.current = '';
  }, [top]);
  const onMove: Tree['onMove'] = (change, focused, said = '') => {
    wanted.current = focused;
    if (said) announce(said, false);
    onChange(change);
  };
  return (
    <div ref={root} class="rule-tree">
      <Group {...props} part={top} numbers={numbersOf(top)} onMove={onMove} />
    </div>
  );
}

function Group(tree: Tree & { part: GroupPart }) {
  const { part, top, onChange, onMove, problemAt, numbers } = tree;
  const isTop = part.key === top.key;
  const name = isTop ? 'The rule' : nameOf(part, numbers);
  const add = (made: Part): void => onMove((top) => added(top, part.key, made), made.key);
  const problem = problemAt('', part.key);
  return (
    <div class="rule-group" role="group" aria-label={name} data-part={part.key}>
      <div class="rule-group-head">
        <Select
          label="In alarm while"
          value={part.operator}
          onValue={(operator) =>
            onChange((top) =>
              withGroup(top, part.key, (group) => ({ ...group, operator: operator as GroupPart['operator'] })),
            )
          }
          options={[
            { value: 'and', label: 'all of these are' },
            { value: 'or', label: 'any of these is' },
          ]}
        />
        {!isTop && <PartMenu {...tree} name={name} />}
      </div>
      {problem && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
      {part.parts.length > 0 ? (
        <ol class="rule-cards">
          {part.parts.map((each) => (
            <li key={each.key}>{isGroup(each) ? <Group {...tree} part={each} /> : <Card {...tree} part={each} />}</li>
          ))}
        </ol>
      ) : (
        <p class="muted">There is nothing in it yet: add a rule, or move one here.</p>
      )}
      <div class="row">
        <Button icon="plus" onClick={() => add(newRule())}>
          Add a rule
        </Button>
        <Button icon="plus" onClick={() => add(newGroup())}>
          Add a group
        </Button>
      </div>
    </div>
  );
}

/** What a group is called: by the rules that are in it. */
function nameOf(group: GroupPart, numbers: ReadonlyMap<string, number>): string {
  const within = [...numbersOf(group).keys()].map((key) => `rule${numbers.get(key)!}`);
  if (!within.length) return 'Empty group';
  return within.length === 1 ? `Group of ${within[0]!}` : `Group of ${within[0]!} to ${within.at(-1)!}`;
}

function Card(tree: Tree & { part: RulePart }) {
  const { part, onChange, problemAt, numbers, leaves, named, marked } = tree;
  const { key, rule: draft } = part;
  const number = numbers.get(key)!;
  const { rule, missing, wrong } = ruleOf(draft, true);
  const [amiss] = Object.values(wrong);
  const [isOpen, setOpen] = useState(missing.length > 0 || amiss !== undefined);
  const isMarked = marked === key;
  useEffect(() => {
    if (isMarked) setOpen(true);
  }, [isMarked]);
  const set = (changed: Partial<RuleDraft>): void =>
    onChange((top) =>
      replaced(top, key, (old) => (isGroup(old) ? [old] : [{ key, rule: { ...old.rule, ...changed } }])),
    );
  const at = leaves.findIndex((each) => each.number === number && each.type === draft.type);
  const problem = problemAt('', key);
  return (
    <article class="rule-card" aria-label={`rule${number}`} data-part={key}>
      <div class="rule-card-head">
        <Button
          kind="quiet"
          icon={isOpen ? 'down' : 'right'}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >{`rule${number}`}</Button>
        <p class={amiss ? 'rule-said field-problem' : 'rule-said'}>
          {missing.length > 0 ? (
            <span class="muted">{`${typeName(draft.type)}: still needs ${listed(missing)}`}</span>
          ) : (
            (amiss ?? sentence({ number, type: draft.type, rule }, named?.[at]))
          )}
        </p>
        <PartMenu {...tree} name={`rule${number}`} />
      </div>
      {problem && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
      {isOpen && (
        <div class="alarm-fields">
          <Select
            label="Type of rule"
            value={draft.type}
            onValue={(type) => set({ type })}
            options={typesWith(draft.type)}
          />
          <RuleFields
            draft={draft}
            set={set}
            problemAt={(field) => problemAt(field, key)}
            named={named?.[at]}
            isPart
          />
        </div>
      )}
    </article>
  );
}

/** The types that may be chosen; one that is not known here stays what it is. */
function typesWith(type: string): { value: string; label: string }[] {
  const types: readonly string[] = LEAF_TYPES;
  return [...types, ...(types.includes(type) ? [] : [type])].map((value) => ({ value, label: typeName(value) }));
}

function PartMenu({ part, top, onMove, name }: Tree & { part: Part; name: string }) {
  const { key } = part;
  const items: MenuItem[] = movesOf(top, key).map((move) => {
    const { label, icon, said } = MOVES[move];
    // A group that is taken apart is no more: the focus goes to the one that it was in.
    const focused = move === 'apart' ? placeOf(top, key)!.of.key : key;
    return { label, icon, onChoose: () => onMove((top) => moved(top, key, move), focused, said) };
  });
  if (!isGroup(part)) {
    const copy = newRule(part.rule);
    const double = (each: Part): Part[] => [each, copy];
    const onChoose = (): void => onMove((top) => replaced(top, key, double), copy.key, 'Added the same once more');
    items.push({ label: 'The same once more', icon: 'copy', onChoose });
  }
  const remove = (): void => {
    const { of, at } = placeOf(top, key)!;
    const beside = of.parts[at + 1] ?? of.parts[at - 1] ?? of;
    onMove((top) => replaced(top, key, () => []), beside.key, 'Removed');
  };
  items.push({ label: 'Remove', icon: 'trash', danger: true, onChoose: remove });
  return <Menu label={`${name}: more`} icon="more" align="end" items={items} />;
}

// SPDX-License-Identifier: Apache-2.0
// A rule in words; of a composite one each part by the number by which reasons name it.

import { COMPOSITE, leavesOf, partsOf, sentence, type Leaf, type Named, type Rule } from '../alarms/rule';

export function RuleText({ type, rule, named }: { type: string; rule: Rule; named: readonly Named[] | null }) {
  const leaves = leavesOf(type, rule);
  if (type !== COMPOSITE) {
    return (
      <p class="rule-text">
        <Sentence leaf={leaves[0]!} named={named?.[0]} />
      </p>
    );
  }
  // Taken in the order in which they are numbered.
  let at = 0;
  const shown = (part: Rule) => {
    const parts = partsOf(part);
    if (!parts) {
      const place = at++;
      return (
        <>
          <span class="muted">rule{leaves[place]!.number}:</span>{' '}
          <Sentence leaf={leaves[place]!} named={named?.[place]} />
        </>
      );
    }
    return (
      <>
        {parts.operator === 'and' ? 'All of these:' : 'Any of these:'}
        <ol class="rule-parts">
          {parts.rules.map((each, index) => (
            <li key={index}>{shown(each)}</li>
          ))}
        </ol>
      </>
    );
  };
  return <div class="rule-text">{shown(rule)}</div>;
}

function Sentence({ leaf, named }: { leaf: Leaf; named: Named | undefined }) {
  const told = sentence(leaf, named);
  if (!named?.href) return <>{told}</>;
  const [before, after] = split(told, named.subject);
  return (
    <>
      {before}
      <a href={named.href}>{named.subject}</a>
      {after}
    </>
  );
}

function split(text: string, part: string): [before: string, after: string] {
  const at = text.indexOf(part);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + part.length)];
}

// SPDX-License-Identifier: Apache-2.0
// A composite rule: as cards within each other, and the same as JSON.

import { useState } from 'preact/hooks';

import type { Problem } from '../../api/problem';
import { Tabs } from '../../parts/Tabs';
import { param, setParams } from '../../state/url';
import type { Leaf, Named } from '../alarms/rule';
import { CodeArea } from './CodeArea';
import { compositeOf, NO_PARTS, readComposite } from './composite';
import type { Draft, SetDraft } from './draft';
import { PartTree } from './PartTree';
import type { ProblemAt } from './places';

export interface CompositeFieldsProps {
  draft: Draft;
  set: SetDraft;
  problemAt: ProblemAt;
  /** The rules that were tried last, and what they look at by its names. */
  leaves: readonly Leaf[];
  named: readonly Named[] | null;
  /** What the server says against a part, with the key of that. */
  refused: { part: string; problem: Problem } | null;
}

const TABS = [
  { key: 'parts', title: 'Parts' },
  { key: 'json', title: 'As JSON' },
];

export function CompositeFields(props: CompositeFieldsProps) {
  const { draft, set } = props;
  const chosen = param('as', 'parts').value;
  return (
    <div class="whole">
      <Tabs
        label="How the rule is written"
        tabs={TABS}
        chosen={chosen}
        onChoose={(as) => setParams({ as: as === 'parts' ? null : as }, { replace: true })}
      >
        {chosen === 'json' ? (
          <JsonFields {...props} />
        ) : draft.json ? (
          <p class="field-problem">Its JSON cannot be read yet.</p>
        ) : (
          <PartTree
            {...props}
            marked={props.refused?.part ?? ''}
            top={draft.parts}
            onChange={(change) => set(({ parts }) => ({ parts: change(parts) }))}
          />
        )}
      </Tabs>
    </div>
  );
}

/** What can be read goes into the parts at once; what cannot stays here, and keeps the alarm from being saved. */
function JsonFields({ draft, set, refused }: CompositeFieldsProps) {
  const [text, setText] = useState(() => draft.json || JSON.stringify(compositeOf(draft.parts).rule, null, 2));
  const found = readComposite(text);
  const write = (json: string): void => {
    setText(json);
    const read = readComposite(json);
    if (typeof read !== 'string') set({ json: '', parts: read });
    else set(json.trim() ? { json } : { json: '', parts: NO_PARTS });
  };
  return (
    <CodeArea
      label="Rule, as JSON"
      rows={12}
      value={text}
      onValue={write}
      problem={typeof found === 'string' ? found : refused ? toldOf(refused.problem) : undefined}
    />
  );
}

/** `or[1].threshold: …`, as the place stands in the JSON. */
function toldOf({ field, detail }: Problem): string {
  const place = field.slice(1).map((each) => (/^\d+$/.test(each) ? `[${each}]` : `.${each}`));
  return [place.join('').slice(1), detail].filter(Boolean).join(': ');
}

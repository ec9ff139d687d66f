// SPDX-License-Identifier: Apache-2.0
// Inhibitions: alarms that are not told while another one, which explains them, is in alarm.

import { useState } from 'preact/hooks';

import { announce } from '../../parts/announce';
import { Field } from '../../parts/Field';
import { FormDialog } from '../../parts/FormDialog';
import { MatcherFields } from '../silences/MatcherFields';
import { areWritten, BLANK, isWithin, listOf, matcherText, problemWithin, type Matcher } from '../silences/matchers';
import type { Changing } from './changing';
import { Listed, type Listing } from './Listed';
import type { Inhibition } from './tree';

export function Inhibitions({ changing }: { changing: Changing }) {
  const { kept, save } = changing;
  const listing: Listing<Inhibition> = {
    title: 'Inhibitions',
    note: 'alarms that are not told while another one explains them',
    one: 'inhibition',
    rows: kept.tree.inhibitions,
    nameOf: (row) => row.name || told(row.target),
    tell: (row) => {
      const alike = row.equal?.length ? ` of the same ${row.equal.join(' and ')}` : '';
      return `${told(row.target)} is not told while ${told(row.source)}${alike} is in alarm`;
    },
    none: 'While a switch is down, one need not hear of each machine behind it.',
    save: (tree, inhibitions) => save(tree, { inhibitions }),
    form: (props) => <InhibitionForm {...props} />,
  };
  return <Listed changing={changing} listing={listing} />;
}

const told = (matchers: readonly Matcher[]): string => matchers.map(matcherText).join(', ');

function InhibitionForm(props: {
  before: Inhibition | null;
  at: number;
  act: (inhibition: Inhibition) => Promise<void>;
  onClose: () => void;
}) {
  const { before, at, act, onClose } = props;
  const [name, setName] = useState(before?.name ?? '');
  const [source, setSource] = useState<Matcher[]>(before?.source ?? [BLANK]);
  const [target, setTarget] = useState<Matcher[]>(before?.target ?? [BLANK]);
  const [equal, setEqual] = useState(before?.equal?.join(', ') ?? '');
  const here = `inhibitions.${at}`;
  return (
    <FormDialog
      title={before ? 'Edit an inhibition' : 'New inhibition'}
      verb="Save"
      wide
      ready={areWritten(source) && areWritten(target)}
      fields={isWithin(`${here}.source`, `${here}.target`, `${here}.equal`)}
      onClose={onClose}
      act={async () => {
        await act({ name: name.trim(), source, target, equal: listOf(equal) });
        announce('The inhibition is saved');
      }}
    >
      {(problem) => (
        <>
          <Field label="Name" value={name} onValue={setName} maxLength={255} autocomplete="off" />
          <MatcherFields
            legend="While one of these is in alarm"
            matchers={source}
            onChange={setSource}
            problem={problem}
            place={`${here}.source`}
          />
          <MatcherFields
            legend="these are not told"
            matchers={target}
            onChange={setTarget}
            problem={problem}
            place={`${here}.target`}
          />
          <Field
            label="If they are alike in"
            placeholder="rack, project_id"
            hint="Labels, with commas between; empty for any two"
            value={equal}
            onValue={setEqual}
            problem={problemWithin(problem, `${here}.equal`)}
            autocomplete="off"
          />
        </>
      )}
    </FormDialog>
  );
}

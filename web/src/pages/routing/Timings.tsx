// SPDX-License-Identifier: Apache-2.0
// Mute timings: times of the week and the year under a name, by which routes tell, or do not.

import { useState } from 'preact/hooks';

import type { Problem } from '../../api/problem';
import { announce } from '../../parts/announce';
import { Button, IconButton } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { FormDialog } from '../../parts/FormDialog';
import { ZoneField } from '../../parts/ZoneField';
import { isWithin, problemWithin } from '../silences/matchers';
import type { Changing } from './changing';
import { Listed, type Listing } from './Listed';
import { intervalDraft, intervalOf, intervalText, NO_INTERVAL, PARTS, type IntervalDraft } from './timings';
import type { MuteTiming } from './tree';

export function Timings({ changing }: { changing: Changing }) {
  const { kept, save } = changing;
  const listing: Listing<MuteTiming> = {
    title: 'Mute timings',
    note: 'when routes tell nobody, or only then',
    one: 'mute timing',
    rows: kept.tree.mute_timings,
    nameOf: (row) => row.name,
    tell: (row) => row.intervals.map(intervalText).join(', or '),
    none: 'Nights, weekends, a yearly freeze: a timing has a name, and routes refer to it.',
    save: (tree, mute_timings) => save(tree, { mute_timings }),
    form: (props) => <TimingForm {...props} />,
  };
  return <Listed changing={changing} listing={listing} />;
}

const placesOf = (interval: string): string[] => Object.keys(NO_INTERVAL).map((part) => `${interval}.${part}`);

interface FormProps {
  before: MuteTiming | null;
  at: number;
  act: (timing: MuteTiming) => Promise<void>;
  onClose: () => void;
}

function TimingForm({ before, at, act, onClose }: FormProps) {
  const [name, setName] = useState(before?.name ?? '');
  const [intervals, setIntervals] = useState<IntervalDraft[]>(before?.intervals.map(intervalDraft) ?? [NO_INTERVAL]);
  const here = `mute_timings.${at}`;
  return (
    <FormDialog
      title={before ? `Edit ${before.name}` : 'New mute timing'}
      verb="Save"
      wide
      ready={name.trim() !== '' && intervals.length > 0}
      fields={isWithin(`${here}.name`, ...intervals.flatMap((_, number) => placesOf(`${here}.intervals.${number}`)))}
      onClose={onClose}
      act={async () => {
        await act({ name: name.trim(), intervals: intervals.map(intervalOf) });
        announce('The mute timing is saved');
      }}
    >
      {(problem) => (
        <>
          <Field
            label="Name"
            placeholder="nights"
            value={name}
            onValue={setName}
            problem={problemWithin(problem, `${here}.name`)}
            hint={before ? 'Routes that name it need the new name, too.' : ''}
            maxLength={255}
            autocomplete="off"
          />
          {intervals.map((interval, number) => (
            <IntervalFields
              key={number}
              number={number}
              interval={interval}
              onChange={(changed) => setIntervals(intervals.toSpliced(number, 1, changed))}
              onRemove={intervals.length > 1 ? () => setIntervals(intervals.toSpliced(number, 1)) : null}
              problem={problem}
              place={`${here}.intervals.${number}`}
            />
          ))}
          <div>
            <Button icon="plus" onClick={() => setIntervals([...intervals, NO_INTERVAL])}>
              Or at other times
            </Button>
          </div>
        </>
      )}
    </FormDialog>
  );
}

function IntervalFields(props: {
  number: number;
  interval: IntervalDraft;
  onChange: (interval: IntervalDraft) => void;
  onRemove: (() => void) | null;
  problem: Problem | null;
  place: string;
}) {
  const { number, interval, onChange, onRemove, problem, place } = props;
  return (
    <fieldset class="choices">
      <legend>{number ? 'Or when all of these hold' : 'When all of these hold'}</legend>
      <div class="alarm-fields">
        {PARTS.map(({ key, label, example }) => (
          <Field
            key={key}
            label={label}
            placeholder={example}
            value={interval[key]}
            onValue={(text) => onChange({ ...interval, [key]: text })}
            problem={problemWithin(problem, `${place}.${key}`)}
            autocomplete="off"
          />
        ))}
        <ZoneField
          value={interval.location}
          onValue={(location) => onChange({ ...interval, location })}
          problem={problemWithin(problem, `${place}.location`)}
        />
        {onRemove && <IconButton icon="trash" label={`Remove times ${number + 1}`} onClick={onRemove} />}
      </div>
      <p class="field-hint">Commas between several; what is left empty always holds.</p>
    </fieldset>
  );
}

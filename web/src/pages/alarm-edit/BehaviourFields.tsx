// SPDX-License-Identifier: Apache-2.0
// How an alarm behaves: how soon it fires, how it comes back, what it makes of silence; and its labels.

import { Field, Select, TextArea, type FieldsProps } from '../../parts/Field';
import { EVENT, isThreshold, PROMETHEUS, SQL } from '../alarms/rule';
import type { Draft } from './draft';

export function BehaviourFields({ draft, set, problemAt }: FieldsProps<Draft>) {
  const hasThreshold = isThreshold(draft.type) || draft.type === PROMETHEUS || (draft.type === SQL && !!draft.value);
  const whole = problemAt('behaviour');
  return (
    <div class="alarm-fields">
      {draft.type !== EVENT && (
        <>
          <Field
            label="Fires once beyond for"
            placeholder="at once"
            hint="Such as 5 min; what is back before is not told"
            value={draft.pending}
            onValue={(pending) => set({ pending })}
            problem={problemAt('pending_s')}
            autocomplete="off"
          />
          {hasThreshold && (
            <Field
              label="Recovers behind"
              placeholder="the threshold"
              hint="A number on the good side of it"
              inputmode="decimal"
              value={draft.recovery}
              onValue={(recovery) => set({ recovery })}
              problem={problemAt('recovery_threshold')}
              autocomplete="off"
            />
          )}
          <Field
            label="Stays in alarm longer by"
            placeholder="nothing"
            hint="Such as 10 min; what comes back soon is one alarm"
            value={draft.keep_firing}
            onValue={(keep_firing) => set({ keep_firing })}
            problem={problemAt('keep_firing_s')}
            autocomplete="off"
          />
          <Select
            label="Where nothing is known"
            value={draft.no_data}
            onValue={(no_data) => set({ no_data })}
            options={[
              { value: 'insufficient data', label: 'it has insufficient data' },
              { value: 'alarm', label: 'it is in alarm' },
              { value: 'ok', label: 'it is ok' },
              { value: 'keep', label: 'it stays as it is' },
            ]}
            problem={problemAt('no_data')}
          />
        </>
      )}
      <TextArea
        label="Labels"
        rows={2}
        placeholder={'team=web\nplace=ljubljana'}
        hint="One a line, name=value; silences and routes choose by them"
        value={draft.labels}
        onValue={(labels) => set({ labels })}
        problem={problemAt('labels')}
        spellcheck={false}
      />
      {whole && (
        <p class="whole field-problem" role="alert">
          {whole}
        </p>
      )}
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Ask for the way that the data of one resource or metric go.

import { useState } from 'preact/hooks';

import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { PanelFrame } from '../../parts/Panel';
import { param, setParams } from '../../state/url';
import { Journey } from '../resource/Journey';
import '../resource/resource.css';

const asked = param('journey');

export function JourneyForm() {
  const [text, setText] = useState(asked.value);
  const ask = (event: Event): void => {
    event.preventDefault();
    setParams({ journey: text.trim() });
  };
  return (
    <>
      <PanelFrame title="Where do data stop?" note="the way of one resource's data, station by station">
        <form class="row journey-form" onSubmit={ask}>
          <Field
            label="Resource"
            hint="Its name or id, as the agent calls it"
            value={text}
            onValue={setText}
            spellcheck={false}
          />
          <Button kind="primary" type="submit" disabled={!text.trim()}>
            Walk the way
          </Button>
        </form>
      </PanelFrame>
      {asked.value && <Journey id={asked.value} />}
    </>
  );
}

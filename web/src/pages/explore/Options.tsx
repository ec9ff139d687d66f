// SPDX-License-Identifier: Apache-2.0
// How it is read: method, width of the steps, counters, an earlier period beside it, and how many points.

import { useState } from 'preact/hooks';

import { Field, Select } from '../../parts/Field';
import { showSpan } from '../../state/moment';
import { span } from '../../state/time';
import { setParams } from '../../state/url';
import { zone } from '../../state/zone';
import { METHODS } from './expression';
import { offsetOf, type Wish } from './wish';

const GRANULARITIES = [1, 10, 30, 60, 300, 900, 3600, 86_400];
const EARLIER = [
  { value: '', label: 'nothing' },
  { value: '1h', label: 'an hour before' },
  { value: '1d', label: 'a day before' },
  { value: '1w', label: 'a week before' },
  { value: '4w', label: 'four weeks before' },
];
const OTHER = 'other';

export function Options({ wish }: { wish: Wish }) {
  const given = wish.granularity_s ? [wish.granularity_s] : [];
  const widths = [...new Set([...GRANULARITIES, ...given])].sort((one, other) => one - other);
  const methods = METHODS.includes(wish.method as (typeof METHODS)[number]) ? METHODS : [...METHODS, wish.method];
  return (
    <div class="row end explore-options">
      {wish.mode === 'metrics' && (
        <>
          <Select
            label="Method"
            value={wish.method}
            options={methods}
            onValue={(method) => setParams({ method: method === 'mean' ? null : method })}
          />
          <Select
            label="Counters"
            value={wish.raw ? 'raw' : ''}
            options={[
              { value: '', label: 'growth per second' },
              { value: 'raw', label: 'as counted' },
            ]}
            onValue={(value) => setParams({ counters: value })}
          />
        </>
      )}
      <Select
        label="Granularity"
        value={wish.granularity_s ? String(wish.granularity_s) : ''}
        options={[
          { value: '', label: 'what suits the range' },
          ...widths.map((each) => ({ value: String(each), label: showSpan(each * 1000) })),
        ]}
        onValue={(granularity) => setParams({ granularity })}
      />
      <Compare wish={wish} />
      <Select
        label="Points"
        value={wish.detail}
        options={[
          { value: 'screen', label: 'as many as are seen' },
          { value: 'all', label: 'every single one' },
        ]}
        onValue={(detail) => setParams({ detail: detail === 'all' ? 'all' : null })}
      />
    </div>
  );
}

function Compare({ wish }: { wish: Wish }) {
  const isOther = wish.compare !== '' && !EARLIER.some((each) => each.value === wish.compare);
  const [other, setOther] = useState(isOther);
  const [text, setText] = useState(isOther ? wish.compare : '');
  const good = !text || offsetOf(text, span.value, zone.value) !== null;
  const choose = (value: string): void => {
    setOther(value === OTHER);
    if (value !== OTHER) setParams({ compare: value });
  };
  const shown = other || isOther;
  return (
    <>
      <Select
        label="Compare with"
        value={shown ? OTHER : wish.compare}
        options={[...EARLIER, { value: OTHER, label: 'another time…' }]}
        onValue={choose}
      />
      {shown && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (good) setParams({ compare: text });
          }}
        >
          <Field
            label="How long before"
            class="explore-before"
            placeholder="3d"
            value={text}
            onValue={(value) => setText(value.trim())}
            onBlur={() => good && setParams({ compare: text })}
            problem={good ? undefined : 'a number and s, m, h, d, w, M or y'}
          />
        </form>
      )}
    </>
  );
}

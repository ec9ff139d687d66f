// SPDX-License-Identifier: Apache-2.0
// A time zone, by its name.

import { useId } from 'preact/hooks';

import { zones } from '../state/zone';
import { Field } from './Field';

export interface ZoneFieldProps {
  value: string;
  onValue: (zone: string) => void;
  problem?: string | undefined;
  hint?: string;
}

export function ZoneField(props: ZoneFieldProps) {
  const id = useId();
  return (
    <>
      <Field label="Time zone" placeholder="UTC" list={id} autocomplete="off" {...props} />
      <datalist id={id}>
        {zones().map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  );
}

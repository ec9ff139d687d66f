// SPDX-License-Identifier: Apache-2.0
// Choosing roles, each with what it may.

import { Checkbox } from '../../parts/Field';
import { ROLE_MEANINGS, type Role } from './words';

export function Roles<R extends Role>({
  legend,
  offered,
  chosen,
  onChange,
}: {
  legend: string;
  offered: readonly R[];
  chosen: readonly R[];
  onChange: (roles: R[]) => void;
}) {
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {offered.map((role) => (
        <Checkbox
          key={role}
          label={
            <>
              {role} <span class="muted">{ROLE_MEANINGS[role]}</span>
            </>
          }
          value={chosen.includes(role)}
          onValue={(on) => onChange(on ? [...chosen, role] : chosen.filter((each) => each !== role))}
        />
      ))}
    </fieldset>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Other sizes by hand, and the end of a group.

import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { Problem } from '../../api/problem';
import { announce } from '../../parts/announce';
import { Field, Select } from '../../parts/Field';
import { FormDialog } from '../../parts/FormDialog';
import { problemAt } from '../../parts/useSubmit';
import { href, navigate } from '../../state/url';
import { workingIn } from '../alarms/rights';
import { decisionText, type Group } from '../scaling/groups';
import { placed } from './places';

type Members = 'remove' | 'keep';

/** How many members there are to be now, and may be from now on. */
export function SizeDialog({ group, onClose, onDone }: { group: Group; onClose: () => void; onDone: () => void }) {
  const [desired, setDesired] = useState(String(group.desired));
  const [least, setLeast] = useState(String(group.min_size));
  const [most, setMost] = useState(String(group.max_size));
  const [size, min_size, max_size] = [Number(desired), Number(least), Number(most)];
  const numbers = [desired, least, most].every((each) => /^\d+$/.test(each.trim()));
  const outside = numbers && min_size <= max_size && (size < min_size || size > max_size);
  const act = async (): Promise<void> => {
    const where = { path: { id: group.id }, project: workingIn(group.project_id) };
    if (min_size !== group.min_size || max_size !== group.max_size) {
      await placed(api.patch('/v1/scaling/groups/{id}', { body: { min_size, max_size }, ...where }));
    }
    // Other bounds have moved it already.
    if (size !== Math.max(min_size, Math.min(max_size, group.desired))) {
      const made = await placed(api.put('/v1/scaling/groups/{id}/size', { body: { size }, ...where }));
      const told = `The group ${decisionText(made)}`;
      if (made.verdict === 'refused') throw new Problem(200, 'Refused', told, { method: 'PUT', url: '' });
      announce(told);
    }
    onDone();
    onClose();
  };
  return (
    <FormDialog
      title={`Size of ${group.name}`}
      verb="Set"
      ready={numbers && !outside}
      onClose={onClose}
      act={act}
      fields={['desired', 'size', 'min_size', 'max_size']}
    >
      {(problem) => (
        <>
          <Field
            label="Members now"
            hint="whatever the cooldown; policies go on from there"
            inputMode="numeric"
            autofocus
            value={desired}
            onValue={setDesired}
            problem={
              outside
                ? `expected ${min_size} to ${max_size}`
                : (problemAt(problem, 'desired') ?? problemAt(problem, 'size'))
            }
          />
          <Field
            label="At least"
            inputMode="numeric"
            value={least}
            onValue={setLeast}
            problem={problemAt(problem, 'min_size')}
          />
          <Field
            label="At most"
            inputMode="numeric"
            value={most}
            onValue={setMost}
            problem={problemAt(problem, 'max_size')}
          />
        </>
      )}
    </FormDialog>
  );
}

/** The end of a group; what becomes of its members is said, never guessed. */
export function DeleteDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const [members, setMembers] = useState<Members | ''>('');
  const act = async (): Promise<void> => {
    const where = { path: { id: group.id }, project: workingIn(group.project_id) };
    await api.delete('/v1/scaling/groups/{id}', { query: members ? { members } : {}, ...where });
    announce(members === 'remove' ? 'The group goes with its members' : 'The group is deleted');
    navigate(href('/scaling'));
  };
  return (
    <FormDialog
      title={`Delete ${group.name}?`}
      verb="Delete"
      kind="danger"
      ready={members !== '' || (!group.size && !group.busy)}
      onClose={onClose}
      act={act}
    >
      {() => (
        <>
          <p>Its policies go with it, and their addresses are of no use any more. What was decided is kept.</p>
          <Select
            label={`Its members (${group.size})`}
            value={members}
            onValue={(chosen) => setMembers(chosen as Members | '')}
            options={[
              { value: '', label: 'say what becomes of them' },
              { value: 'remove', label: 'take them away' },
              { value: 'keep', label: 'leave them as they are, without a group' },
            ]}
          />
        </>
      )}
    </FormDialog>
  );
}

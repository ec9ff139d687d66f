// SPDX-License-Identifier: Apache-2.0
// What is different: fields, each from what to what.

import type { FieldChange } from './revisions';

export function ChangeTable({ changes }: { changes: readonly FieldChange[] }) {
  return (
    <table class="changed">
      <thead class="unseen">
        <tr>
          <th scope="col">What</th>
          <th scope="col">from</th>
          <th scope="col">to</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, from, to }) => (
          <tr key={field}>
            <th scope="row">{field}</th>
            <td class="changed-from">{from ?? <span class="muted">nothing</span>}</td>
            <td class="changed-to">{to ?? <span class="muted">nothing</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

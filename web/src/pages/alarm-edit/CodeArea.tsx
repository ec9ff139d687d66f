// SPDX-License-Identifier: Apache-2.0
// A box for what is written in a language, such as SQL.

import { TextArea } from '../../parts/Field';

const ROWS_MAX = 24;

/** As wide as the form, and as high as what stands in it: `rows` at least. */
export function CodeArea(props: Parameters<typeof TextArea>[0] & { rows: number }) {
  const { rows, value } = props;
  return (
    <div class="whole">
      <TextArea
        {...props}
        class="rule-code"
        rows={Math.min(ROWS_MAX, Math.max(rows, value.split('\n').length + 1))}
        spellcheck={false}
      />
    </div>
  );
}

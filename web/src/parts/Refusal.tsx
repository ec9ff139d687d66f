// SPDX-License-Identifier: Apache-2.0
// Why the server refused what a form has sent; it stands above the form's button.

import type { Problem } from '../api/problem';

export function Refusal({ problem }: { problem: Problem }) {
  return (
    <p class="field-problem" role="alert">
      {refusal(problem)}
    </p>
  );
}

function refusal({ status, detail, title, advice }: Problem): string {
  if (status === 0) return 'The server does not answer. Check that it runs, then try again.';
  return [detail || title, status === 429 ? advice : ''].filter(Boolean).join(' ');
}

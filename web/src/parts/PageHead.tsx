// SPDX-License-Identifier: Apache-2.0
// The head of a page: its name, and what can be done with the whole of it.

import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

export function PageHead({ title, children }: { title: string; children?: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · Nephoscope`;
  }, [title]);
  return (
    <header class="page-head">
      <h1>{title}</h1>
      {children && <div class="row">{children}</div>}
    </header>
  );
}

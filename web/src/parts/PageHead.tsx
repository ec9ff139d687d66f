// SPDX-License-Identifier: Apache-2.0
// The head of a page: its name, what it is below, and what can be done with the whole of it.

import { Fragment, type ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

import { href } from '../state/url';

export interface Above {
  name: string;
  /** Its path. */
  href: string;
}

export interface PageHeadProps {
  title: string;
  /** What the page is one of, from the top down. */
  above?: readonly Above[];
  children?: ComponentChildren;
}

export function PageHead({ title, above = [], children }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} · Nephoscope`;
  }, [title]);
  const head = (
    <header class="page-head">
      <h1>{title}</h1>
      {children && <div class="row">{children}</div>}
    </header>
  );
  if (!above.length) return head;
  return (
    <div class="head-below">
      <p class="crumbs muted">
        {above.map((each) => (
          <Fragment key={each.href}>
            <a href={href(each.href)}>{each.name}</a> /{' '}
          </Fragment>
        ))}
      </p>
      {head}
    </div>
  );
}

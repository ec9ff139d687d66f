// SPDX-License-Identifier: Apache-2.0
// The pages at the side; on narrow screens behind a button.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

import { Icon } from '../parts/Icon';
import { PAGES } from '../pages';
import { href, path } from '../state/url';

/** Whether the navigation is opened on a narrow screen. */
export const navigationOpen = signal(false);

export function Navigation() {
  useEffect(() => {
    navigationOpen.value = false;
  }, [path.value]);
  return (
    <nav class={navigationOpen.value ? 'side open' : 'side'} aria-label="Pages" id="pages">
      <ul>
        {PAGES.filter((page) => page.nav).map((page) => {
          const inside = path.value === page.path || path.value.startsWith(`${page.path}/`);
          return (
            <li key={page.path}>
              <a
                href={href(page.path)}
                aria-current={inside ? 'page' : undefined}
                title={`${page.title} (g ${page.nav!.key})`}
              >
                <Icon name={page.nav!.icon} />
                <span>{page.title}</span>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

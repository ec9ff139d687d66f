// SPDX-License-Identifier: Apache-2.0
// The address is the state: path and parameters as signals, and the ways of changing them.

import { computed, signal, type ReadonlySignal } from '@preact/signals';

/** Parameters that hold for the page as a whole: links inside the application carry them along. */
export const PAGE_WIDE = ['from', 'to', 'refresh', 'tz', 'project'] as const;

const current = signal(new URL(window.location.href));

/** The path of the page, such as `/resources`. */
export const path: ReadonlySignal<string> = computed(() => current.value.pathname);

/** All parameters; treat them as read-only. */
export const params: ReadonlySignal<URLSearchParams> = computed(() => current.value.searchParams);

/** The address without its origin, for going back to it after a login. */
export const here: ReadonlySignal<string> = computed(() => current.value.pathname + current.value.search);

export type Params = Record<string, string | readonly string[] | null | undefined>;

/** A parameter as a signal; `fallback` stands where the address does not name it. */
export function param(name: string, fallback = ''): ReadonlySignal<string> {
  return computed(() => params.value.get(name) ?? fallback);
}

/** A link to another page; page-wide parameters come along unless `given` says otherwise. */
export function href(to: string, given: Params = {}): string {
  const target = new URL(to, window.location.origin);
  for (const name of PAGE_WIDE) {
    const value = params.value.get(name);
    if (value !== null && !target.searchParams.has(name)) target.searchParams.set(name, value);
  }
  write(target.searchParams, given);
  return shown(target);
}

/** Go to an address of this application. `replace` leaves no trace behind for the back button. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const target = new URL(to, window.location.href);
  if (target.href === current.value.href) return;
  const moved = target.pathname !== current.value.pathname;
  if (options.replace) window.history.replaceState(null, '', target);
  else window.history.pushState(null, '', target);
  current.value = target;
  if (moved) window.scrollTo(0, 0);
}

/** Change parameters of this page; null and '' remove one, a list repeats it. */
export function setParams(given: Params, options: { replace?: boolean } = {}): void {
  const target = new URL(current.value);
  write(target.searchParams, given);
  navigate(shown(target), options);
}

/** Follow the back button, and take over clicks on links of our own; gives what ends it. */
export function listen(): () => void {
  const onPop = (): void => {
    current.value = new URL(window.location.href);
  };
  window.addEventListener('popstate', onPop);
  document.addEventListener('click', onClick);
  return () => {
    window.removeEventListener('popstate', onPop);
    document.removeEventListener('click', onClick);
  };
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.target || link.hasAttribute('download') || link.origin !== window.location.origin) return;
  // The server's own addresses are no pages of ours; a mere fragment is the browser's.
  if (link.pathname.startsWith('/api/') || link.getAttribute('href')?.startsWith('#')) return;
  event.preventDefault();
  navigate(link.href);
}

function write(search: URLSearchParams, given: Params): void {
  for (const [name, value] of Object.entries(given)) {
    search.delete(name);
    if (Array.isArray(value)) for (const each of value) search.append(name, each);
    else if (typeof value === 'string' && value !== '') search.set(name, value);
  }
}

function shown(url: URL): string {
  // These need no escape in a query, and links are read by people.
  const search = url.search.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%2F', '/');
  return url.pathname + search + url.hash;
}

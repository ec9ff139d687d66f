// SPDX-License-Identifier: Apache-2.0
// The box that finds everything: pages, resources, metrics.

import { useEffect, useId, useRef, useState } from 'preact/hooks';

import { api } from '../api/client';
import { PAGES } from '../pages';
import { Icon, type IconName } from '../parts/Icon';
import { useLoad } from '../state/load';
import { href, navigate } from '../state/url';

interface Hit {
  key: string;
  icon: IconName;
  text: string;
  more: string;
  href: string;
}

const WAIT_MS = 150;
const LIMIT = 8;

export function SearchBox() {
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const asked = useSettled(text.trim(), WAIT_MS);
  const found = useLoad(
    asked,
    async (signal) => (asked ? api.get('/v1/search', { query: { q: asked, limit: LIMIT }, signal }) : null),
    { refresh: false, when: open },
  );
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const hits = text.trim() ? [...pageHits(text.trim()), ...(asked ? hitsOf(found.data.value) : [])] : [];
  const chosen = Math.min(at, hits.length - 1);

  const go = (hit: Hit | undefined): void => {
    if (!hit) return;
    navigate(hit.href);
    setText('');
    setOpen(false);
    box.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0));
    else if (event.key === 'Enter') go(hits[Math.max(chosen, 0)]);
    else if (event.key === 'Escape') {
      setOpen(false);
      box.current?.blur();
    } else return;
    event.preventDefault();
  };
  const shown = open && text.trim() !== '';
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        ref={box}
        id="search"
        type="text"
        role="combobox"
        aria-label="Search resources and metrics"
        aria-expanded={shown}
        aria-controls={`${id}-hits`}
        aria-activedescendant={shown && hits.length ? `${id}-${chosen}` : undefined}
        placeholder="Search"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">/</kbd>
      {shown && (
        <ul id={`${id}-hits`} class="search-hits" role="listbox" aria-label="Found">
          {hits.map((hit, index) => (
            <li
              key={hit.key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => go(hit)}
            >
              <Icon name={hit.icon} />
              <span>{hit.text}</span>
              <span class="muted">{hit.more}</span>
            </li>
          ))}
          {!hits.length && (
            <li class="muted">{note(found.busy.value || asked !== text.trim(), found.problem.value)}</li>
          )}
        </ul>
      )}
    </div>
  );
}

function note(busy: boolean, problem: Error | null): string {
  if (busy) return 'Searching…';
  return problem ? problem.message : 'Nothing found';
}

type Found = Awaited<ReturnType<typeof api.get<'/v1/search'>>>;

function hitsOf(found: Found | null): Hit[] {
  const resources = (found?.resources ?? []).map((each): Hit => ({
    key: each.id,
    icon: 'resources',
    text: each.label,
    more: each.type,
    href: href(`/resources/${encodeURIComponent(each.id)}`),
  }));
  const metrics = (found?.metrics ?? []).map((each): Hit => ({
    key: each.id,
    icon: 'explore',
    text: each.name ?? each.id,
    more: each.resource?.label ?? '',
    href: href('/explore', { metric: each.id }),
  }));
  return [...resources, ...metrics];
}

function pageHits(text: string): Hit[] {
  const wanted = text.toLowerCase();
  return PAGES.filter((page) => page.nav && page.title.toLowerCase().startsWith(wanted)).map((page) => ({
    key: page.path,
    icon: page.nav!.icon,
    text: page.title,
    more: 'page',
    href: href(page.path),
  }));
}

/** A text once it has not changed for a while. */
export function useSettled(text: string, ms: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return settled;
}

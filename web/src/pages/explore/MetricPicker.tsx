// SPDX-License-Identifier: Apache-2.0
// A box that finds metrics as one types: by their name, or those of a resource that is chosen first.

import { useEffect, useId, useRef, useState } from 'preact/hooks';

import { api } from '../../api/client';
import { Icon, type IconName } from '../../parts/Icon';
import { useSettled } from '../../shell/SearchBox';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';

export interface PickerProps {
  picked: readonly string[];
  onAdd: (ids: readonly string[]) => void;
  onDrop: (id: string) => void;
}

/** A row of the list beneath the box. */
export interface Hit {
  key: string;
  icon: IconName;
  text: string;
  more: string;
  /** What choosing it picks; empty for a resource, whose metrics are listed then. */
  metrics: readonly string[];
  resource?: Owner;
}

interface Owner {
  id: string;
  label: string;
}

interface Found {
  resources: readonly (Owner & { type: string })[];
  metrics: readonly { id: string; name: string | null; unit: string | null; resource: Owner | null }[];
}

const WAIT_MS = 150;
const METRICS = 40;
const RESOURCES = 8;
const ALL = 'all';

export function MetricPicker({ picked, onAdd, onDrop }: PickerProps) {
  const [text, setText] = useState('');
  const [owner, setOwner] = useState<Owner | null>(null);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const asked = useSettled(text.trim(), WAIT_MS);
  const found = useLoad([owner ? '' : asked, owner?.id, project.value], (signal) => find(asked, owner, signal), {
    refresh: false,
    when: open && (owner !== null || asked !== ''),
  });
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const data = found.data.value;
  const hits = data && (owner || text.trim()) ? hitsOf(data, owner, owner ? text : '') : [];
  // The row for all of them is not what one means by pressing Enter at once.
  const chosen = Math.min(at ?? (hits[0]?.key === ALL ? 1 : 0), hits.length - 1);
  const shown = open && (owner !== null || text.trim() !== '');
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const enter = (resource: Owner | null): void => {
    setOwner(resource);
    setText('');
    setAt(null);
  };
  const choose = (hit: Hit | undefined): void => {
    if (!hit) return;
    if (hit.resource) return enter(hit.resource);
    const [only] = hit.metrics;
    if (hit.metrics.length === 1 && picked.includes(only!)) onDrop(only!);
    else onAdd(hit.metrics);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0));
    else if (event.key === 'Enter') choose(hits[Math.max(chosen, 0)]);
    else if (event.key === 'Escape' && shown) setOpen(false);
    else if (event.key === 'Backspace' && !text && owner) enter(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="search explore-search">
      <Icon name="search" />
      {owner && (
        <button type="button" class="chip" aria-label={`Not only ${owner.label}`} onClick={() => enter(null)}>
          {owner.label} <Icon name="close" size={10} />
        </button>
      )}
      <input
        ref={box}
        type="text"
        role="combobox"
        aria-label="Find metrics"
        aria-expanded={shown}
        aria-controls={`${id}-hits`}
        aria-activedescendant={shown && hits.length ? `${id}-${chosen}` : undefined}
        placeholder={owner ? 'Metric of it' : 'Find metrics: cpu, web-1, web-1 cpu …'}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(null);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {shown && (
        <ul
          ref={list}
          id={`${id}-hits`}
          class="search-hits"
          role="listbox"
          aria-label="Found"
          aria-multiselectable="true"
          onPointerDown={(event) => event.preventDefault()}
        >
          {hits.map((hit, index) => (
            <li
              key={hit.key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              aria-checked={isPicked(hit, picked)}
              onClick={() => choose(hit)}
            >
              <Icon name={isPicked(hit, picked) ? 'check' : hit.icon} />
              <span>{hit.text}</span>
              <span class="muted">{hit.more}</span>
            </li>
          ))}
          {!hits.length && (
            <li class="muted" role="option" aria-selected={false} aria-disabled="true">
              {told(found.busy.value || (!owner && asked !== text.trim()), found.problem.value)}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function isPicked({ metrics }: Hit, picked: readonly string[]): boolean {
  return metrics.length > 0 && metrics.every((each) => picked.includes(each));
}

function told(busy: boolean, problem: Error | null): string {
  if (busy) return 'Searching…';
  return problem ? problem.message : 'Nothing found';
}

async function find(asked: string, owner: Owner | null, signal: AbortSignal): Promise<Found> {
  if (!owner) {
    const found = await api.get('/v1/search', { query: { q: asked, limit: METRICS }, signal });
    return { metrics: found.metrics, resources: found.resources.slice(0, RESOURCES) };
  }
  const { metrics } = await api.get('/v1/resources/{id}', { path: { id: owner.id }, signal });
  return { resources: [], metrics: metrics.map((each) => ({ ...each, resource: owner })) };
}

/** What the list shows: all metrics at once, each of them, then resources to look into; `filter` leaves some out. */
export function hitsOf(found: Found, owner: Owner | null, filter: string): Hit[] {
  const wanted = filter.trim().toLowerCase();
  const metrics = found.metrics
    .filter((each) => (each.name ?? each.id).toLowerCase().includes(wanted))
    .map((each): Hit => ({
      key: each.id,
      icon: 'plus',
      text: each.name ?? each.id,
      more: [owner ? '' : each.resource?.label, each.unit].filter(Boolean).join(' · '),
      metrics: [each.id],
    }));
  const resources = found.resources.map((each): Hit => ({
    key: each.id,
    icon: 'resources',
    text: each.label,
    more: `${each.type} · show its metrics`,
    metrics: [],
    resource: each,
  }));
  if (metrics.length < 2) return [...metrics, ...resources];
  const ids = metrics.flatMap((each) => each.metrics);
  const more = owner ? `of ${owner.label}` : 'found';
  const all: Hit = { key: ALL, icon: 'plus', text: `All ${ids.length}`, more, metrics: ids };
  return [all, ...metrics, ...resources];
}

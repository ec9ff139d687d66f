// SPDX-License-Identifier: Apache-2.0
// The tree of routes: places in it, changes of it, what a route has from those above, and routes as forms.

import type { Schema } from '../../api/operations';
import { showSpan } from '../../state/moment';
import { secondsOf, spanText } from '../settings/retention';
import { listOf, type Matcher } from '../silences/matchers';

export type Route = Schema<'Route'>;
export type Routing = Schema<'RoutingView'>;
export type MuteTiming = Schema<'MuteTiming'>;
export type Inhibition = Schema<'Inhibition'>;

/** Where a route stands: its number at each level, from the top. */
export type Place = readonly number[];

/** `routes[1].routes[0]`, as the server names a place. */
export const placeText = (place: Place): string => place.map((at) => `routes[${at}]`).join('.');

/** The route that stands at a place. */
export function routeAt(routes: readonly Route[], [first, ...rest]: Place): Route | undefined {
  const found = first === undefined ? undefined : routes[first];
  return found && rest.length ? routeAt(found.routes ?? [], rest) : found;
}

/** The routes after something became of those that stand beside a place. */
function changedAt(routes: readonly Route[], place: Place, change: (beside: Route[]) => Route[]): Route[] {
  const [first, ...rest] = place;
  if (first === undefined || !rest.length) return change([...routes]);
  return routes.map((each, at) =>
    at === first ? { ...each, routes: changedAt(each.routes ?? [], rest, change) } : each,
  );
}

/** Put a route at a place: in the stead of the one there, or as another after the last. */
export function withRoute(routes: readonly Route[], place: Place, route: Route): Route[] {
  return changedAt(routes, place, (beside) => beside.toSpliced(place.at(-1)!, 1, route));
}

export function withoutRoute(routes: readonly Route[], place: Place): Route[] {
  return changedAt(routes, place, (beside) => beside.toSpliced(place.at(-1)!, 1));
}

/** Let a route come one earlier, or later, among those beside it. */
export function movedRoute(routes: readonly Route[], place: Place, by: -1 | 1): Route[] {
  const at = place.at(-1)!;
  return changedAt(routes, place, (beside) => beside.toSpliced(at, 1).toSpliced(at + by, 0, beside[at]!));
}

/** What a route tells with, where it has that from. */
export interface Way {
  contact_point: string;
  group_by: readonly string[];
  group_wait_s: number;
  group_interval_s: number;
  repeat_interval_s: number;
}

/** What holds where no route says anything. */
export const TOP: Way = {
  contact_point: '',
  group_by: [],
  group_wait_s: 30,
  group_interval_s: 300,
  repeat_interval_s: 14_400,
};

/** A route with what it does not say itself from the one above. */
export function wayOf(route: Route, above: Way): Way {
  return {
    contact_point: route.contact_point ?? above.contact_point,
    group_by: route.group_by ?? above.group_by,
    group_wait_s: route.group_wait_s ?? above.group_wait_s,
    group_interval_s: route.group_interval_s ?? above.group_interval_s,
    repeat_interval_s: route.repeat_interval_s ?? above.repeat_interval_s,
  };
}

const EACH = '...';

/** How alarms are told together: `one message for each name and severity`. */
export function groupText(group_by: readonly string[]): string {
  if (group_by.includes(EACH)) return 'a message for each alarm';
  return group_by.length ? `one message for each ${group_by.join(' and ')}` : 'all in one message';
}

export function timesText({ group_wait_s, group_interval_s, repeat_interval_s }: Way): string {
  const said = (seconds: number): string => (seconds ? showSpan(1000 * seconds) : '0 s');
  const [waits, apart, again] = [group_wait_s, group_interval_s, repeat_interval_s].map(said);
  return `waits ${waits} for others, changes ${apart} apart, again every ${again}`;
}

/** What stands in the fields of a route. */
export interface RouteDraft {
  matchers: Matcher[];
  /** '' for the one of the route above. */
  contact_point: string;
  grouping: 'above' | 'one' | 'each' | 'by';
  group_by: string;
  group_wait: string;
  group_interval: string;
  repeat_interval: string;
  goes_on: boolean;
  mute_timings: string[];
  active_timings: string[];
}

export function draftOf(route: Route): RouteDraft {
  const { group_by } = route;
  const span = (seconds: number | null | undefined): string =>
    seconds === null || seconds === undefined ? '' : spanText(seconds);
  return {
    matchers: [...(route.matchers ?? [])],
    contact_point: route.contact_point ?? '',
    grouping: !group_by ? 'above' : group_by.includes(EACH) ? 'each' : group_by.length ? 'by' : 'one',
    group_by: group_by && !group_by.includes(EACH) ? group_by.join(', ') : '',
    group_wait: span(route.group_wait_s),
    group_interval: span(route.group_interval_s),
    repeat_interval: span(route.repeat_interval_s),
    goes_on: route.continue ?? false,
    mute_timings: [...(route.mute_timings ?? [])],
    active_timings: [...(route.active_timings ?? [])],
  };
}

/** The names of the fields whose span cannot be read. */
export function unreadable(draft: RouteDraft): string[] {
  return (['group_wait', 'group_interval', 'repeat_interval'] as const).filter(
    (name) => spanOf(draft[name]) === undefined,
  );
}

/** Seconds; null for what the route above says, undefined for what is no span. */
function spanOf(text: string): number | null | undefined {
  if (!text.trim()) return null;
  return /^\s*0\s*[a-z]*\s*$/i.test(text) ? 0 : (secondsOf(text) ?? undefined);
}

/** The route that stands in the fields, over the routes beneath it. */
export function routeOf(draft: RouteDraft, routes: readonly Route[]): Route {
  const grouped = { above: null, one: [], each: [EACH], by: listOf(draft.group_by) };
  return {
    matchers: draft.matchers,
    contact_point: draft.contact_point || null,
    group_by: grouped[draft.grouping],
    group_wait_s: spanOf(draft.group_wait) ?? null,
    group_interval_s: spanOf(draft.group_interval) ?? null,
    repeat_interval_s: spanOf(draft.repeat_interval) ?? null,
    continue: draft.goes_on,
    mute_timings: draft.mute_timings,
    active_timings: draft.active_timings,
    routes: [...routes],
  };
}

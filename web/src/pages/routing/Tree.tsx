// SPDX-License-Identifier: Apache-2.0
// The tree of routes as cards within each other, each of them edited in its place.

import { useRef, useState } from 'preact/hooks';

import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { ConfirmDialog } from '../../parts/FormDialog';
import { Icon } from '../../parts/Icon';
import { Menu, type MenuItem } from '../../parts/Menu';
import { PanelFrame } from '../../parts/Panel';
import { useSubmit } from '../../parts/useSubmit';
import { MatcherChips } from '../silences/MatcherFields';
import type { Changing } from './changing';
import { Refused } from './Refused';
import { RouteForm } from './RouteForm';
import {
  groupText,
  movedRoute,
  placeText,
  timesText,
  TOP,
  wayOf,
  withoutRoute,
  type Place,
  type Route,
  type Way,
} from './tree';

export interface TreeProps {
  changing: Changing;
  /** The places of routes that are reached, with why they tell nobody now, '' where they do. */
  lit: ReadonlyMap<string, string>;
}

interface CardsProps extends TreeProps {
  routes: readonly Route[];
  /** Where they stand beneath, the top by default. */
  place: Place;
  above: Way;
  /** The place that is edited; one after the last is new there. */
  open: Place | null;
  onOpen: (place: Place | null) => void;
  onChange: (routes: Route[]) => void;
  onDelete: (place: Place) => void;
}

const NEW: Route = { matchers: [], routes: [] };
const same = (one: Place | null, other: Place): boolean => one !== null && one.join() === other.join();

export function Tree({ changing, lit }: TreeProps) {
  const { kept, mayChange, save, reload } = changing;
  const { tree } = kept;
  const [open, setOpen] = useState<Place | null>(null);
  const [deleting, setDeleting] = useState<Place | null>(null);
  const wanted = useRef<Route[]>([]);
  const moving = useSubmit(async () => {
    await save(tree, { routes: wanted.current });
    announce('The routes are saved');
  });
  const onChange = (routes: Route[]): void => {
    wanted.current = routes;
    moving.submit();
  };
  return (
    <PanelFrame
      title="Routes"
      note="an alarm takes the first one that it fits, and in it the first one beneath"
      actions={
        mayChange && (
          <Button icon="plus" onClick={() => setOpen([tree.routes.length])}>
            Add a route
          </Button>
        )
      }
    >
      {moving.problem && <Refused problem={moving.problem} onReload={reload} />}
      {tree.routes.length || open ? (
        <Cards
          {...{ changing, lit, open, onChange }}
          routes={tree.routes}
          place={[]}
          above={TOP}
          onOpen={setOpen}
          onDelete={setDeleting}
        />
      ) : (
        <p class="muted">There is no route: nobody is told in groups, only by the actions of each alarm.</p>
      )}
      {deleting && (
        <ConfirmDialog
          title="Delete the route?"
          verb="Delete"
          text="Those beneath it go as well. Its alarms take the next route that they fit."
          onClose={() => setDeleting(null)}
          act={async () => {
            await save(tree, { routes: withoutRoute(tree.routes, deleting) });
            announce('The route is deleted');
            setDeleting(null);
          }}
        />
      )}
    </PanelFrame>
  );
}

function Cards(props: CardsProps) {
  const { routes, place, open, onOpen, changing } = props;
  const after = [...place, routes.length];
  return (
    <ol class="routes">
      {routes.map((route, at) => (
        <Card key={at} {...props} route={route} place={[...place, at]} />
      ))}
      {same(open, after) && (
        <li class="route">
          <RouteForm route={NEW} place={after} changing={changing} onClose={() => onOpen(null)} />
        </li>
      )}
    </ol>
  );
}

function Card(props: CardsProps & { route: Route }) {
  const { route, place, routes: beside, above, lit, open, onOpen, changing, onChange, onDelete } = props;
  const name = placeText(place);
  const muted = lit.get(name);
  const isOnWay = [...lit.keys()].some((each) => each === name || each.startsWith(`${name}.`));
  const below = route.routes ?? [];
  const { tree } = changing.kept;
  const at = place.at(-1)!;
  const items: MenuItem[] = [
    { label: 'Edit', icon: 'edit', onChoose: () => onOpen(place) },
    { label: 'Add one beneath', icon: 'plus', onChoose: () => onOpen([...place, below.length]) },
    ...(at > 0
      ? [{ label: 'Earlier', icon: 'up' as const, onChoose: () => onChange(movedRoute(tree.routes, place, -1)) }]
      : []),
    ...(at < beside.length - 1
      ? [{ label: 'Later', icon: 'down' as const, onChoose: () => onChange(movedRoute(tree.routes, place, 1)) }]
      : []),
    { label: 'Delete', icon: 'trash', danger: true, onChoose: () => onDelete(place) },
  ];
  return (
    <li
      class={isOnWay ? 'route lit' : 'route'}
      aria-label={name}
      aria-current={muted === undefined ? undefined : true}
    >
      {same(open, place) ? (
        <RouteForm route={route} place={place} changing={changing} onClose={() => onOpen(null)} />
      ) : (
        <div class="route-head">
          <Told route={route} above={above} />
          {changing.mayChange && <Menu label={`${name}: more`} icon="more" align="end" items={items} />}
          {muted !== undefined && (
            <p class={muted ? 'route-lit warn' : 'route-lit'}>
              <Icon name={muted ? 'mute' : 'check'} size={12} /> {muted ? `goes here, but ${muted}` : 'goes here'}
            </p>
          )}
        </div>
      )}
      {(below.length > 0 || same(open, [...place, below.length])) && (
        <Cards {...props} routes={below} place={place} above={wayOf(route, above)} />
      )}
    </li>
  );
}

/** What a route says, and what it has from above. */
function Told({ route, above }: { route: Route; above: Way }) {
  const way = wayOf(route, above);
  const timings = [
    ...(route.mute_timings ?? []).map((each) => `not during ${each}`),
    ...(route.active_timings ?? []).map((each) => `only during ${each}`),
  ];
  return (
    <div class="route-told">
      <p class="row">
        <MatcherChips matchers={route.matchers ?? []} all="everything" />
        <Icon name="right" size={12} />
        {way.contact_point ? (
          <strong>{way.contact_point}</strong>
        ) : (
          <span class="muted">as the routes beneath say</span>
        )}
        {way.contact_point && !route.contact_point && <span class="muted">(from above)</span>}
        {route.continue && <span class="chip">and on to the next</span>}
      </p>
      <p class="muted">{[groupText(way.group_by), timesText(way), ...timings].join(' · ')}</p>
    </div>
  );
}

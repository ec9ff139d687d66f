// SPDX-License-Identifier: Apache-2.0
// A route in its fields, where it stands.

import { useState } from 'preact/hooks';

import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { Checkbox, Field, Select } from '../../parts/Field';
import { useSubmit } from '../../parts/useSubmit';
import { MatcherFields } from '../silences/MatcherFields';
import { problemWithin } from '../silences/matchers';
import type { Changing } from './changing';
import { Refused } from './Refused';
import { draftOf, placeText, routeOf, unreadable, withRoute, type Place, type Route, type RouteDraft } from './tree';

const SPANS = [
  { name: 'group_wait', label: 'A new message waits', hint: 'for others to join it' },
  { name: 'group_interval', label: 'Changes are told', hint: 'so long apart at least' },
  { name: 'repeat_interval', label: 'Told again after', hint: 'where nothing changed' },
] as const;
const AS_ABOVE = 'as above';

export function RouteForm(props: { route: Route; place: Place; changing: Changing; onClose: () => void }) {
  const { route, place, changing, onClose } = props;
  const { mayChange: _, kept, save, reload } = changing;
  // What one began with: a tree that was changed since is not overwritten.
  const [tree] = useState(kept.tree);
  const [draft, setDraft] = useState(() => draftOf(route));
  const set = (changed: Partial<RouteDraft>): void => setDraft((old) => ({ ...old, ...changed }));
  const unread = unreadable(draft);
  const saving = useSubmit(async () => {
    await save(tree, { routes: withRoute(tree.routes, place, routeOf(draft, route.routes ?? [])) });
    announce('The routes are saved');
    onClose();
  });
  const here = place.map((at) => `routes.${at}`).join('.');
  const problemAt = (name: string): string | undefined => problemWithin(saving.problem, `${here}.${name}`);
  const isMarked = FIELDS.some((name) => problemAt(name));
  const isTop = place.length === 1;
  return (
    <form class="route-form stack" aria-label={`Route ${placeText(place)}`} onSubmit={saving.submit} novalidate>
      <MatcherFields
        legend="Alarms that go here: all of these hold"
        matchers={draft.matchers}
        onChange={(matchers) => set({ matchers })}
        problem={saving.problem}
        place={`${here}.matchers`}
        hint={draft.matchers.length ? '' : 'Without any, all alarms that come this far.'}
      />
      <div class="alarm-fields">
        <Select
          label="Contact point"
          value={draft.contact_point}
          onValue={(contact_point) => set({ contact_point })}
          options={[
            { value: '', label: isTop ? 'none of its own' : AS_ABOVE },
            ...kept.points.map((each) => each.name),
          ]}
          problem={problemAt('contact_point')}
        />
        <Select
          label="Told together"
          value={draft.grouping}
          onValue={(grouping) => set({ grouping: grouping as RouteDraft['grouping'] })}
          options={[
            ...(isTop ? [] : [{ value: 'above', label: AS_ABOVE }]),
            { value: isTop ? 'above' : 'one', label: 'all in one message' },
            { value: 'by', label: 'those alike in labels' },
            { value: 'each', label: 'none: a message for each' },
          ]}
        />
        {draft.grouping === 'by' && (
          <Field
            label="Alike in"
            placeholder="name, severity"
            hint="Labels, with commas between"
            value={draft.group_by}
            onValue={(group_by) => set({ group_by })}
            problem={problemAt('group_by')}
            autocomplete="off"
          />
        )}
        {SPANS.map(({ name, label, hint }) => (
          <Field
            key={name}
            label={label}
            hint={hint}
            placeholder={
              isTop ? { group_wait: '30 s', group_interval: '5 min', repeat_interval: '4 h' }[name] : AS_ABOVE
            }
            value={draft[name]}
            onValue={(text) => set({ [name]: text })}
            problem={unread.includes(name) ? 'Such as 30 s, 5 min or 4 h' : problemAt(`${name}_s`)}
            autocomplete="off"
          />
        ))}
        <Timings
          legend="Tells nobody during"
          names={kept.tree.mute_timings.map((each) => each.name)}
          chosen={draft.mute_timings}
          onChange={(mute_timings) => set({ mute_timings })}
        />
        <Timings
          legend="Tells only during"
          names={kept.tree.mute_timings.map((each) => each.name)}
          chosen={draft.active_timings}
          onChange={(active_timings) => set({ active_timings })}
        />
      </div>
      <Checkbox
        label="Alarms go on to the routes after this one as well"
        value={draft.goes_on}
        onValue={(goes_on) => set({ goes_on })}
      />
      {saving.problem && !isMarked && <Refused problem={saving.problem} onReload={() => (reload(), onClose())} />}
      <div class="row">
        <Button kind="primary" type="submit" disabled={saving.busy || unread.length > 0}>
          Save
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
}

const FIELDS = ['matchers', 'contact_point', 'group_by', 'group_wait_s', 'group_interval_s', 'repeat_interval_s'];

function Timings(props: {
  legend: string;
  names: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  const { legend, names, chosen, onChange } = props;
  if (!names.length) return null;
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {names.map((name) => (
        <Checkbox
          key={name}
          label={name}
          value={chosen.includes(name)}
          onValue={(on) => onChange(on ? [...chosen, name] : chosen.filter((each) => each !== name))}
        />
      ))}
    </fieldset>
  );
}

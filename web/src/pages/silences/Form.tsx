// SPDX-License-Identifier: Apache-2.0
// A silence that is made, or changed: what it is about, with a look at what that is now, and for how long.

import { useMemo, useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Problem } from '../../api/problem';
import { announce } from '../../parts/announce';
import { Field, Select } from '../../parts/Field';
import { FormDialog } from '../../parts/FormDialog';
import { LoadBody } from '../../parts/Panel';
import { showSecond } from '../../parts/second';
import { useSettled } from '../../shell/SearchBox';
import { useLoad, type Load } from '../../state/load';
import { absolute, showSpan } from '../../state/moment';
import { project, session } from '../../state/session';
import { href } from '../../state/url';
import type { Answer } from '../../api/operations';
import { workingIn } from '../alarms/rights';
import { StateChip } from '../alarms/states';
import { ProjectSelect } from '../resources/ProjectSelect';
import { endOf, momentOf, SPANS, UNTIL, type Silence } from './lasting';
import { MatcherFields } from './MatcherFields';
import { areWritten, BLANK, isWithin, placeOf, type Matcher } from './matchers';

type Preview = Answer<'/v1/silences/preview', 'post'>;

const REST_MS = 350;
const LISTED = 8;
const HEIGHT = 90;

export interface Start {
  matchers: readonly Matcher[];
  comment: string;
  /** The project whose alarms it is about, '' for the one worked in, or all. */
  project: string;
}

export function SilenceForm(props: {
  start: Start;
  before: Silence | null;
  onClose: () => void;
  onDone: () => void;
}) {
  const { start, before, onClose, onDone } = props;
  const [matchers, setMatchers] = useState<Matcher[]>(start.matchers.length ? [...start.matchers] : [BLANK]);
  const [comment, setComment] = useState(start.comment);
  const [from, setFrom] = useState('');
  const [lasts, setLasts] = useState(before ? UNTIL : '1h');
  const [until, setUntil] = useState(before ? absolute(before.until_ms) : '');
  const [of, setOf] = useState(start.project);
  const asksProject = !before && project.value === '*' && (session.value?.sees_all ?? false);
  const where = workingIn(of);
  const preview = usePreview(matchers, where);

  const now_ms = Date.now();
  const begin_ms = from.trim() ? momentOf(from, now_ms) : now_ms;
  const end_ms = endOf(lasts, until, begin_ms ?? now_ms, now_ms);
  const unread = 'A time such as 18:00, 2026-12-01 8:00 or now+2d';
  const act = async (): Promise<void> => {
    // Asked anew: the sheet may have been open for long.
    const begin = from.trim() ? momentOf(from, Date.now()) : Date.now();
    const body = { matchers, comment, until: endOf(lasts, until, begin!, Date.now())! / 1000 };
    if (before) await api.patch('/v1/silences/{id}', { path: { id: before.id }, body, project: where });
    else {
      const begins = from.trim() ? { from: begin! / 1000 } : {};
      await api.post('/v1/silences', { body: { ...body, ...begins }, project: where });
    }
    announce(before ? 'The silence is changed' : 'The silence is there');
    onDone();
  };
  return (
    <FormDialog
      title={before ? 'Change a silence' : 'New silence'}
      verb={before ? 'Save' : 'Silence'}
      wide
      ready={areWritten(matchers) && begin_ms !== null && end_ms !== null}
      onClose={onClose}
      act={act}
      fields={isWithin('matchers', 'from', 'until', 'comment')}
    >
      {(problem) => (
        <>
          <MatcherFields
            legend="Alarms that are silenced: all of these hold"
            matchers={matchers}
            onChange={setMatchers}
            problem={problem ?? preview.problem.value}
            place="matchers"
            hint="Labels are those that every alarm has, its own, and those of its instances."
          />
          {asksProject && <ProjectSelect label="Alarms of" none="all projects" value={of} onValue={setOf} />}
          <What load={preview} when={areWritten(matchers)} />
          <div class="row silence-times">
            {!before && (
              <Field
                label="From"
                placeholder="now"
                value={from}
                onValue={setFrom}
                problem={begin_ms === null ? unread : at(problem, 'from')}
                autocomplete="off"
              />
            )}
            <Select
              label="For"
              value={lasts}
              onValue={setLasts}
              options={[...SPANS, { value: UNTIL, label: 'until …' }]}
            />
            {lasts === UNTIL && (
              <Field
                label="Until"
                placeholder="18:00"
                value={until}
                onValue={setUntil}
                problem={until.trim() && end_ms === null ? unread : at(problem, 'until')}
                autocomplete="off"
              />
            )}
            {end_ms !== null && begin_ms !== null && end_ms > begin_ms && (
              <span class="muted silence-end">
                ends {showSecond(end_ms)}, after {showSpan(end_ms - begin_ms)}
              </span>
            )}
          </div>
          <Field
            label="Comment"
            placeholder="why, and who knows more"
            value={comment}
            onValue={setComment}
            problem={at(problem, 'comment')}
            maxLength={1000}
            autocomplete="off"
          />
        </>
      )}
    </FormDialog>
  );
}

const at = (problem: Problem | null, field: string): string | undefined =>
  placeOf(problem) === field ? problem!.detail : undefined;

function usePreview(matchers: readonly Matcher[], where: string | undefined): Load<Preview> {
  const text = useSettled(areWritten(matchers) ? JSON.stringify(matchers) : '', REST_MS);
  const body = useMemo(() => ({ matchers: text ? (JSON.parse(text) as Matcher[]) : [] }), [text]);
  return useLoad(
    ['silence preview', text, where, project.value],
    (signal) => api.post('/v1/silences/preview', { body, signal, project: where }),
    { refresh: false, when: text !== '' },
  );
}

/** Which alarms fit at present. */
function What({ load, when }: { load: Load<Preview>; when: boolean }) {
  return (
    <section class="silence-what" aria-label="What it would silence" aria-live="polite">
      {!when ? (
        <p class="muted">Fill in a label, and here stands what would be silenced.</p>
      ) : load.problem.value?.field.length ? (
        <p class="muted">Mend what is marked above, and here stands what would be silenced.</p>
      ) : (
        <LoadBody load={load} height={HEIGHT}>
          {({ count, firing, whole, looked_at, alarms }) => (
            <>
              <p>
                <strong>{count === 1 ? 'One alarm' : `${count.toLocaleString('en')} alarms`}</strong>{' '}
                {count === 1 ? 'fits' : 'fit'} now
                {firing > 0 && `, ${firing.toLocaleString('en')} in state alarm`}.{' '}
                {!whole && <span class="muted">Only the first {looked_at.toLocaleString('en')} were looked at.</span>}
              </p>
              <ul>
                {alarms.slice(0, LISTED).map((each) => (
                  <li key={each.id} class="row">
                    <StateChip state={each.state} />
                    <a href={href(`/alarms/${encodeURIComponent(each.id)}`)}>{each.name}</a>
                    {each.instances.length > 0 && (
                      <span class="muted">
                        {each.instances.length === 1 ? 'one instance' : `${each.instances.length} instances`}
                      </span>
                    )}
                  </li>
                ))}
              </ul>
              {count > LISTED && <p class="muted">and {(count - LISTED).toLocaleString('en')} more</p>}
            </>
          )}
        </LoadBody>
      )}
    </section>
  );
}

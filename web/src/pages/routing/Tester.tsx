// SPDX-License-Identifier: Apache-2.0
// What would happen to an alarm: which routes it takes, who is told, and what holds it back.

import { useEffect, useMemo, useState } from 'preact/hooks';

import { api } from '../../api/client';
import type { Answer, Body } from '../../api/operations';
import { Button } from '../../parts/Button';
import { TextArea } from '../../parts/Field';
import { PanelFrame } from '../../parts/Panel';
import { Refusal } from '../../parts/Refusal';
import { showSecond } from '../../parts/second';
import { useSubmit } from '../../parts/useSubmit';
import { useLoad } from '../../state/load';
import { params, href, setParams } from '../../state/url';
import { labelsOf } from '../silences/matchers';

export type Tried = Answer<'/v1/routing/test', 'post'>;

/** `seen` is anything that differs once routes were changed: it is tried anew then. */
export function Tester(props: { of: string; seen: unknown; onTried: (tried: Tried | null) => void }) {
  const { of, seen, onTried } = props;
  const id = params.value.get('alarm') ?? '';
  const [text, setText] = useState(params.value.get('labels') ?? '');
  const labels = useMemo(() => labelsOf(text), [text]);
  const [tried, setTried] = useState<Tried | null>(null);
  const alarm = useLoad(['alarm to try', id], (signal) => api.get('/v1/alarms/{id}', { path: { id }, signal }), {
    refresh: false,
    when: id !== '',
  });
  const trying = useSubmit(async () => {
    const body: Body<'/v1/routing/test', 'post'> = {
      labels: labels ?? {},
      ...(id ? { alarm: id } : { project: of }),
    };
    const found = await api.post('/v1/routing/test', { body });
    setTried(found);
    onTried(found);
  });
  const isAsked = id !== '' || (tried !== null && labels !== null);
  useEffect(() => {
    if (isAsked) trying.submit();
  }, [id, of, JSON.stringify(seen)]);
  const forget = (): void => {
    setTried(null);
    onTried(null);
    setText('');
    setParams({ alarm: null, labels: null }, { replace: true });
  };
  const name = alarm.data.value?.alarm.name;
  return (
    <PanelFrame title="What would happen to …" note="nobody is told by trying">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          setParams({ labels: text }, { replace: true });
          trying.submit();
        }}
      >
        {id && (
          <p>
            the alarm <a href={href(`/alarms/${encodeURIComponent(id)}`)}>{name ?? id}</a>, were it in alarm
          </p>
        )}
        <TextArea
          label={id ? 'Labels of one of its instances' : 'an alarm with these labels'}
          rows={3}
          placeholder={'severity=critical\nname=web is busy'}
          hint="One a line"
          value={text}
          onValue={setText}
          problem={labels === null ? 'Lines such as severity=critical' : undefined}
          spellcheck={false}
        />
        <div class="row">
          <Button
            kind="primary"
            type="submit"
            disabled={trying.busy || labels === null || (!id && !Object.keys(labels).length)}
          >
            Try
          </Button>
          {(tried || id) && <Button onClick={forget}>Forget it</Button>}
        </div>
        {trying.problem && <Refusal problem={trying.problem} />}
      </form>
      <div role="status" class="tried">
        {tried && <Outcome tried={tried} />}
      </div>
    </PanelFrame>
  );
}

function Outcome({ tried: { silenced, inhibited, routes, told } }: { tried: Tried }) {
  const quiet = routes.filter((each) => each.muted);
  return (
    <ul class="stack">
      <li>
        {told.length ? (
          <>
            <span class="chip good">told</span> {told.join(', ')}
          </>
        ) : routes.length ? (
          <>
            <span class="chip warn">nobody is told</span>{' '}
            {silenced.length || inhibited.length ? 'now' : 'at this time'}
          </>
        ) : (
          <>
            <span class="chip">no route fits</span> only its own actions tell of it
          </>
        )}
      </li>
      {silenced.map((each, at) => (
        <li key={at}>
          <span class="chip warn">silenced</span> until {showSecond(each.until_ms)}
          {each.comment && `: ${each.comment}`}
          {!each.id && <span class="muted"> by a silence for all projects</span>}
        </li>
      ))}
      {inhibited.map((each, at) => (
        <li key={at}>
          <span class="chip warn">inhibited</span> {each.rule || 'by a rule for all projects'}
          {each.by && <span class="muted"> because {each.by['name']} is in alarm</span>}
        </li>
      ))}
      {quiet.map((each) => (
        <li key={each.place}>
          <span class="chip warn">muted</span> {each.contact_point}: {each.muted}
        </li>
      ))}
    </ul>
  );
}

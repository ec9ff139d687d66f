// SPDX-License-Identifier: Apache-2.0
// What is done with the chosen alarms together.

import { useRef } from 'preact/hooks';

import { api } from '../../api/client';
import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { groupBy } from '../../parts/group';
import { Menu } from '../../parts/Menu';
import { Refusal } from '../../parts/Refusal';
import { useSubmit } from '../../parts/useSubmit';
import { SPANS } from '../silences/lasting';
import { workingIn } from './rights';
import type { AlarmView } from './states';

/** The server takes so many at once. */
const AT_ONCE = 1000;
/** Ids of 36 characters in an expression of 255. */
const SILENCED_AT_ONCE = 6;
const COMMENT_MAX = 1000;

export function Bulk({
  chosen,
  onClear,
  onDone,
}: {
  chosen: readonly AlarmView[];
  onClear: () => void;
  onDone: () => void;
}) {
  const run = async (enabled: boolean): Promise<void> => {
    const changed = await switchAlarms(chosen, enabled);
    announce(`${changed} of ${chosen.length} switched ${enabled ? 'on' : 'off'}`);
    onDone();
  };
  const on = useSubmit(() => run(true));
  const off = useSubmit(() => run(false));
  const lasts_ms = useRef(0);
  const hush = useSubmit(async () => {
    await silenceAlarms(chosen, Date.now() + lasts_ms.current);
    announce(`${chosen.length} silenced`);
    onDone();
  });
  const busy = on.busy || off.busy || hush.busy;
  const problem = on.problem ?? off.problem ?? hush.problem;
  if (!chosen.length) return null;
  return (
    <div class="row bulk" role="group" aria-label="With the chosen alarms">
      <strong>{chosen.length === 1 ? 'One alarm' : `${chosen.length} alarms`} chosen</strong>
      <Button icon="play" disabled={busy} onClick={() => on.submit()}>
        Switch on
      </Button>
      <Button icon="stop" disabled={busy} onClick={() => off.submit()}>
        Switch off
      </Button>
      <Menu
        label="Silence the chosen alarms"
        icon="mute"
        shown="Silence"
        disabled={busy}
        items={SPANS.map(({ label, ms }) => ({
          label: `for ${label}`,
          onChoose: () => {
            lasts_ms.current = ms;
            hush.submit();
          },
        }))}
      />
      <Button kind="quiet" icon="close" onClick={onClear}>
        Choose none
      </Button>
      {problem && <Refusal problem={problem} />}
    </div>
  );
}

/** Switch alarms on or off, each in its project; gives how many are different now. */
export async function switchAlarms(
  alarms: readonly Pick<AlarmView, 'id' | 'project_id'>[],
  enabled: boolean,
): Promise<number> {
  let changed = 0;
  for (const { project, part } of parts(alarms, AT_ONCE)) {
    const body = { ids: part.map((each) => each.id), enabled };
    changed += (await api.post('/v1/alarms/enabled', { body, project })).changed;
  }
  return changed;
}

/** Silence alarms until a time, those of a project together, as many at once as an expression has room for. */
export async function silenceAlarms(
  alarms: readonly Pick<AlarmView, 'id' | 'name' | 'project_id'>[],
  until_ms: number,
): Promise<void> {
  for (const { project, part } of parts(alarms, SILENCED_AT_ONCE)) {
    const [first, ...others] = part.map((each) => each.id);
    const matcher = others.length
      ? { op: '=~' as const, value: part.map((each) => each.id).join('|') }
      : { value: first! };
    const comment = part
      .map((each) => each.name)
      .join(', ')
      .slice(0, COMMENT_MAX);
    const body = { matchers: [{ label: 'alarm_id', ...matcher }], until: until_ms / 1000, comment };
    await api.post('/v1/silences', { body, project });
  }
}

/** Alarms by the project to work in, some at once. */
function parts<Some extends Pick<AlarmView, 'project_id'>>(
  alarms: readonly Some[],
  size: number,
): { project: string | undefined; part: Some[] }[] {
  const groups = groupBy(alarms, ({ project_id }) => workingIn(project_id));
  return [...groups].flatMap(([project, all]) =>
    Array.from({ length: Math.ceil(all.length / size) }, (_, at) => ({
      project,
      part: all.slice(at * size, (at + 1) * size),
    })),
  );
}

// SPDX-License-Identifier: Apache-2.0
// What is done with the chosen alarms together.

import { api } from '../../api/client';
import { announce } from '../../parts/announce';
import { Button } from '../../parts/Button';
import { Refusal } from '../../parts/Refusal';
import { useSubmit } from '../../parts/useSubmit';
import { workingIn } from './rights';
import type { AlarmView } from './states';

/** The server takes so many at once. */
const AT_ONCE = 1000;

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
  const busy = on.busy || off.busy;
  const problem = on.problem ?? off.problem;
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
  const groups = new Map<string | undefined, string[]>();
  for (const { id, project_id } of alarms) {
    const project = workingIn(project_id);
    groups.set(project, [...(groups.get(project) ?? []), id]);
  }
  let changed = 0;
  for (const [project, ids] of groups) {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const body = { ids: ids.slice(from, from + AT_ONCE), enabled };
      changed += (await api.post('/v1/alarms/enabled', { body, project })).changed;
    }
  }
  return changed;
}

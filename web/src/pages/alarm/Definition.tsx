// SPDX-License-Identifier: Apache-2.0
// What an alarm is by its definition: whom it tells in which state, when it is decided, whose it is.

import { Fragment, type ComponentChildren } from 'preact';

import { Copy } from '../../parts/Copy';
import { PanelFrame } from '../../parts/Panel';
import { showSecond } from '../../parts/second';
import { showSpan } from '../../state/moment';
import { useProjects } from '../resources/projects';
import { ProjectName } from '../settings/ProjectName';
import { isOwnText, typeName } from '../alarms/rule';
import { Labels, SeverityMark, type AlarmView } from '../alarms/states';
import { behaviourTexts } from './behaviour';

export function Definition({ alarm }: { alarm: AlarmView }) {
  const projects = useProjects();
  const behaves = behaviourTexts(alarm.behaviour);
  const told = [
    { word: 'In alarm', urls: alarm.alarm_actions },
    { word: 'When ok again', urls: alarm.ok_actions },
    { word: 'Without data', urls: alarm.insufficient_data_actions },
  ].filter((each) => each.urls.length);
  return (
    <PanelFrame title="Definition">
      <dl class="facts alarm-definition">
        <Fact name="Type">{typeName(alarm.type)}</Fact>
        <Fact name="Severity">
          <SeverityMark severity={alarm.severity} />
        </Fact>
        {isOwnText(alarm.description, alarm.type) && <Fact name="Description">{alarm.description}</Fact>}
        {Object.keys(alarm.labels).length > 0 && (
          <Fact name="Labels">
            <Labels labels={alarm.labels} />
          </Fact>
        )}
        {behaves.length > 0 && (
          <Fact name="Behaviour">
            <ul>
              {behaves.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </Fact>
        )}
        {told.map(({ word, urls }) => (
          <Fact key={word} name={word}>
            {urls.map((url, at) => (
              <div key={at}>{url}</div>
            ))}
          </Fact>
        ))}
        {told.length ? (
          <Fact name="Tells">
            {alarm.repeat_actions ? 'at every decision, as long as it lasts' : 'once, on a change'}
          </Fact>
        ) : (
          <Fact name="Tells">nobody by itself: it has no actions</Fact>
        )}
        <Fact name="Decided">
          {alarm.time_constraints.length ? (
            <ul>
              {alarm.time_constraints.map((each, at) => (
                <li key={at}>{constraintText(each)}</li>
              ))}
            </ul>
          ) : (
            'at all times'
          )}
        </Fact>
        {alarm.project_id && (
          <Fact name="Project">
            <ProjectName id={alarm.project_id} names={projects} />
          </Fact>
        )}
        {alarm.user_id && <Fact name="Changed last by">{alarm.user_id}</Fact>}
        {alarm.decided_ms > 0 && <Fact name="Decided last">{showSecond(alarm.decided_ms)}</Fact>}
        <Fact name="Changed">{showSecond(alarm.changed_ms)}</Fact>
        <Fact name="Id">
          <code>{alarm.id}</code> <Copy text={alarm.id} label="Copy the id" />
        </Fact>
      </dl>
    </PanelFrame>
  );
}

/** `office: for 8 h from 0 8 * * 1-5 on, Europe/Berlin`. */
export function constraintText({ name, start, duration, timezone }: Record<string, unknown>): string {
  const zone = timezone ? String(timezone) : 'UTC';
  return `${String(name)}: for ${showSpan(1000 * Number(duration))} from ${String(start)} on, ${zone}`;
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <Fragment>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </Fragment>
  );
}

// SPDX-License-Identifier: Apache-2.0
// The sheets in which archive policies and their rules are made and changed.

import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { show } from '../../charts/units';
import { Button, IconButton } from '../../parts/Button';
import { Field, NameField, Select } from '../../parts/Field';
import { FormDialog } from '../../parts/FormDialog';
import { problemAt } from '../../parts/useSubmit';
import { showSpan } from '../../state/moment';
import type { Policy } from './Policies';
import { BYTES_PER_POINT, pointsOf, secondsOf, spanText, type Kept } from './retention';

interface Sheet {
  onClose: () => void;
  onDone: () => void;
}

interface Line {
  granularity: string;
  timespan: string;
}

const METHODS = 'mean, min, max, sum, std, count';

export function PolicyForm({ policy, onClose, onDone }: Sheet & { policy?: Policy }) {
  const [name, setName] = useState('');
  const [methods, setMethods] = useState(policy?.methods.join(', ') ?? METHODS);
  const [back, setBack] = useState(String(policy?.back_window ?? 0));
  const [lines, setLines] = useState<Line[]>(
    policy?.definition.map(lineOf) ?? [{ granularity: '5 min', timespan: '30 d' }],
  );
  const kept = lines.map(keptOf);
  const given = methods.split(/[\s,]+/).filter(Boolean);
  const good = kept.every((each): each is Kept => each !== null);
  const act = async (): Promise<void> => {
    const definition = kept.map((each) => ({ granularity_s: each!.granularity_s, timespan_s: each!.timespan_s }));
    const back_window = Number(back) || 0;
    if (policy) {
      const path = { name: policy.name };
      await api.patch('/v1/archive-policies/{name}', { path, body: { definition, back_window } });
    } else {
      await api.post('/v1/archive-policies', { body: { name, definition, methods: given, back_window } });
    }
    onDone();
  };
  return (
    <FormDialog
      title={policy ? `Policy ${policy.name}` : 'New archive policy'}
      verb={policy ? 'Save' : 'Make policy'}
      ready={good && (policy !== undefined || name !== '')}
      onClose={onClose}
      act={act}
      fields={['name', 'methods', 'back_window']}
    >
      {(problem) => (
        <>
          {!policy && <NameField value={name} onValue={setName} problem={problemAt(problem, 'name')} />}
          <Lines lines={lines} fixed={policy !== undefined} onChange={setLines} />
          {!policy && (
            <Field
              label="Methods"
              hint="Also median, first, last, percentiles such as 95pct, and rates such as rate:mean"
              value={methods}
              onValue={setMethods}
              problem={problemAt(problem, 'methods')}
            />
          )}
          <Field
            label="Back window"
            hint="How many of the coarsest steps late measures may lie back"
            inputmode="numeric"
            value={back}
            onValue={setBack}
            problem={problemAt(problem, 'back_window')}
          />
          <p class="muted">
            {good ? costText({ definition: kept, methods: given }) : 'Times are such as 30 s, 5 min, 1 h, 90 d.'}
          </p>
        </>
      )}
    </FormDialog>
  );
}

function Lines({
  lines,
  fixed,
  onChange,
}: {
  lines: readonly Line[];
  fixed: boolean;
  onChange: (lines: Line[]) => void;
}) {
  const set = (at: number, part: Partial<Line>): void =>
    onChange(lines.map((line, index) => (index === at ? { ...line, ...part } : line)));
  return (
    <fieldset class="choices">
      <legend>Kept</legend>
      {lines.map((line, at) => (
        <div key={at} class="row kept-line">
          <Field
            label="one value every"
            value={line.granularity}
            disabled={fixed}
            onValue={(granularity) => set(at, { granularity })}
            problem={secondsOf(line.granularity) === null ? 'Such as 5 min' : undefined}
          />
          <Field
            label="for"
            hint="Empty: for ever"
            value={line.timespan}
            onValue={(timespan) => set(at, { timespan })}
            problem={line.timespan.trim() && secondsOf(line.timespan) === null ? 'Such as 30 d' : undefined}
          />
          {!fixed && lines.length > 1 && (
            <IconButton
              icon="trash"
              label="Remove this line"
              onClick={() => onChange(lines.filter((_, index) => index !== at))}
            />
          )}
        </div>
      ))}
      {!fixed && (
        <Button icon="plus" onClick={() => onChange([...lines, { granularity: '1 h', timespan: '365 d' }])}>
          Add a coarser one
        </Button>
      )}
    </fieldset>
  );
}

function lineOf({ granularity_s, timespan_s }: Kept): Line {
  return { granularity: `${granularity_s} s`, timespan: timespan_s === null ? '' : spanText(timespan_s) };
}

function keptOf({ granularity, timespan }: Line): Kept | null {
  const granularity_s = secondsOf(granularity);
  if (granularity_s === null) return null;
  if (!timespan.trim()) return { granularity_s, points: null, timespan_s: null };
  const timespan_s = secondsOf(timespan);
  if (timespan_s === null || timespan_s < granularity_s) return null;
  return { granularity_s, points: Math.floor(timespan_s / granularity_s), timespan_s };
}

function costText(policy: { definition: readonly Kept[]; methods: readonly string[] }): string {
  const points = pointsOf(policy);
  if (points === null) return 'A metric grows for ever.';
  const longest = Math.max(...policy.definition.map((each) => each.timespan_s ?? 0));
  const [bytes, time] = [show(points * BYTES_PER_POINT, 'B'), showSpan(1000 * longest)];
  return `A full metric has up to ${points.toLocaleString('en')} points after ${time}, some ${bytes}.`;
}

export function RuleForm({ policies, onClose, onDone }: Sheet & { policies: readonly string[] }) {
  const [name, setName] = useState('');
  const [pattern, setPattern] = useState('');
  const [policy, setPolicy] = useState(policies[0] ?? '');
  const act = async (): Promise<void> => {
    const body = { name, metric_pattern: pattern, archive_policy_name: policy };
    await api.post('/v1/archive-policy-rules', { body: body });
    onDone();
  };
  return (
    <FormDialog
      title="New rule"
      verb="Make rule"
      ready={name !== '' && pattern !== ''}
      onClose={onClose}
      act={act}
      fields={['name', 'metric_pattern']}
    >
      {(problem) => (
        <>
          <NameField value={name} onValue={setName} problem={problemAt(problem, 'name')} />
          <Field
            label="Metrics whose names are like"
            hint="An asterisk stands for anything: disk.*"
            required
            value={pattern}
            onValue={setPattern}
            problem={problemAt(problem, 'metric_pattern')}
          />
          <Select label="get the policy" value={policy} onValue={setPolicy} options={policies} />
        </>
      )}
    </FormDialog>
  );
}

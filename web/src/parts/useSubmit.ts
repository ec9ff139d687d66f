// SPDX-License-Identifier: Apache-2.0
// Sending a form: once at a time, with what went wrong kept for showing at its field.

import { useState } from 'preact/hooks';

import { asProblem, type Problem } from '../api/problem';

export interface Submit {
  problem: Problem | null;
  busy: boolean;
  /** For `onSubmit` of a form, or to be called by a button. */
  submit: (event?: Event) => void;
}

/** Runs `act` when the form is sent; it throws the Problem of a refusal. */
export function useSubmit(act: () => Promise<void>): Submit {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event?: Event): void => {
    event?.preventDefault();
    if (!busy) void run();
  };
  return { problem, busy, submit };
}

/** What stands at a field: the problem's words when it names this field. */
export function problemAt(problem: Problem | null, field: string): string | undefined {
  return problem?.field.includes(field) ? problem.detail : undefined;
}

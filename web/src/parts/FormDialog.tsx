// SPDX-License-Identifier: Apache-2.0
// A sheet with a form: fill in, send, read what was wrong; and the question before something is destroyed.

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

import type { Problem } from '../api/problem';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { Refusal } from './Refusal';
import { useSubmit, type Submit } from './useSubmit';

export interface FormDialogProps {
  title: string;
  /** What the button says, such as `Make token`. */
  verb: string;
  kind?: 'primary' | 'danger';
  /** Whether it can be sent as it is (default true). */
  ready?: boolean;
  onClose: () => void;
  /** Sends it; throws the Problem of a refusal. The sheet stays open until `onClose`. */
  act: () => Promise<void>;
  /** Fields at which a problem is shown already, or a test of that; other problems stand above the buttons. */
  fields?: readonly string[] | ((problem: Problem) => boolean);
  wide?: boolean;
  children: (problem: Submit['problem']) => ComponentChildren;
}

export function FormDialog(props: FormDialogProps) {
  const { title, verb, kind = 'primary', ready = true, onClose, act, fields = [], children, ...rest } = props;
  const id = useId();
  const { problem, busy, submit } = useSubmit(act);
  const isAt = (problem: Problem): boolean =>
    typeof fields === 'function' ? fields(problem) : fields.some((field) => problem.field.includes(field));
  const atField = problem !== null && isAt(problem);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      {...rest}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={kind} type="submit" form={id} disabled={busy || !ready}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={id} class="stack" onSubmit={submit}>
        {children(problem)}
        {problem && !atField && <Refusal problem={problem} />}
      </form>
    </Dialog>
  );
}

/** The question before something goes. */
export function ConfirmDialog({
  title,
  verb,
  text,
  onClose,
  act,
}: {
  title: string;
  verb: string;
  text: ComponentChildren;
  onClose: () => void;
  act: () => Promise<void>;
}) {
  return (
    <FormDialog title={title} verb={verb} kind="danger" onClose={onClose} act={act}>
      {() => <p>{text}</p>}
    </FormDialog>
  );
}

// SPDX-License-Identifier: Apache-2.0
// A problem where it happened: the reason in words, what to do, what was asked, and a way to try again.

import type { Problem } from '../api/problem';
import { loginAddress } from '../state/session';
import { Button } from './Button';
import { Code, Copy } from './Copy';
import { Icon } from './Icon';

export function ProblemBox({ problem, onRetry }: { problem: Problem; onRetry?: (() => void) | undefined }) {
  const { asked } = problem;
  return (
    <div class="problem" role="alert">
      <p class="problem-title">
        <Icon name="warn" />
        <strong>{problem.title}</strong>
        {problem.status > 0 && <span class="muted">{problem.status}</span>}
      </p>
      {problem.detail && <p>{problem.detail}</p>}
      {problem.advice && <p class="muted">{problem.advice}</p>}
      <p class="problem-actions">
        {onRetry && (
          <Button icon="refresh" onClick={onRetry}>
            Try again
          </Button>
        )}
        {problem.status === 401 && (
          <a class="button primary" href={loginAddress()}>
            Sign in
          </a>
        )}
        {problem.requestId && (
          <span class="muted">
            Request <code>{problem.requestId}</code> <Copy text={problem.requestId} label="Copy the request id" />
          </span>
        )}
      </p>
      {asked.url && (
        <details>
          <summary>What was asked</summary>
          <Code text={askedText(problem)} />
        </details>
      )}
    </div>
  );
}

/** The request as text, for somebody who wants to repeat it. */
function askedText({ asked }: Problem): string {
  const body = asked.body === undefined ? '' : `\n${JSON.stringify(asked.body, hidden, 2)}`;
  return `${asked.method} ${asked.url}${body}`;
}

function hidden(name: string, value: unknown): unknown {
  return ['password', 'old', 'new'].includes(name) ? '…' : value;
}

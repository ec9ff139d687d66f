// SPDX-License-Identifier: Apache-2.0
// The banner while the server does not answer; it asks until there is an answer, then everything is loaded anew.

import { useEffect } from 'preact/hooks';

import { reachable } from '../api/client';
import { Icon } from '../parts/Icon';
import { announce } from '../parts/announce';
import { loadSession, session } from '../state/session';
import { renew } from '../state/time';

const ASK_MS = 3_000;

export function Unreachable() {
  const gone = !reachable.value;
  useEffect(() => {
    if (!gone) return;
    const timer = setInterval(() => void ask(), ASK_MS);
    return () => clearInterval(timer);
  }, [gone]);
  if (!gone) return null;
  return (
    <div class="banner" role="alert">
      <Icon name="warn" />
      <span>The server does not answer. What is shown is from before; this page tries again by itself.</span>
    </div>
  );
}

async function ask(): Promise<void> {
  try {
    const answer = await fetch('/healthz', { cache: 'no-store' });
    if (!answer.ok) return;
  } catch {
    return;
  }
  reachable.value = true;
  announce('The server is back');
  if (!session.peek()) await loadSession();
  renew();
}

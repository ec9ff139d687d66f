// SPDX-License-Identifier: Apache-2.0
// How an agent is, as a word with a sign.

import type { Schema } from '../../api/operations';
import { Icon } from '../../parts/Icon';

export type AgentBrief = Schema<'AgentBrief'>;

const LOOKS = {
  ok: { kind: 'good', icon: 'check', word: 'ok' },
  silent: { kind: 'warn', icon: 'clock', word: 'silent' },
  errors: { kind: 'bad', icon: 'warn', word: 'errors' },
} as const;

export function State({ state }: Pick<AgentBrief, 'state'>) {
  const { kind, icon, word } = LOOKS[state];
  return (
    <span class={`chip ${kind}`}>
      <Icon name={icon} size={12} />
      {word}
    </span>
  );
}

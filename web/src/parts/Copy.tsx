// SPDX-License-Identifier: Apache-2.0
// Taking things along: into the clipboard, or as a file.

import { useState } from 'preact/hooks';

import { announce } from './announce';
import { Button } from './Button';

const SHOWN_MS = 1_500;

/** Put a text into the clipboard and say so. */
export async function copyText(text: string, what = 'Copied'): Promise<void> {
  if (window.isSecureContext) await navigator.clipboard.writeText(text);
  else copyOldWay(text);
  announce(what);
}

/** A button that copies a text. */
export function Copy({ text, label = 'Copy' }: { text: string | (() => string); label?: string }) {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(typeof text === 'string' ? text : text());
    setDone(true);
    setTimeout(() => setDone(false), SHOWN_MS);
  };
  return (
    <Button
      kind="quiet"
      icon={done ? 'check' : 'copy'}
      aria-label={label}
      title={label}
      onClick={() => void copy()}
    />
  );
}

/** A command or a statement, with a button that copies it. */
export function Code({ text }: { text: string }) {
  return (
    <div class="code">
      <pre tabIndex={0}>{text}</pre>
      <Copy text={text} />
    </div>
  );
}

/** Offer a text as a file. */
export function saveFile(name: string, text: string, type = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

// Browsers offer the clipboard to pages over TLS or on this host only.
function copyOldWay(text: string): void {
  const box = document.createElement('textarea');
  box.value = text;
  document.body.append(box);
  box.select();
  document.execCommand('copy');
  box.remove();
}

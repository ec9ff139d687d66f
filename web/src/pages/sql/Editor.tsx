// SPDX-License-Identifier: Apache-2.0
// A box for SQL: a plain text area, so that everything that browsers and screen readers do with one works, over a
// coloured copy of its text; a list of what may come next at the cursor.

import { useEffect, useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Ref } from 'preact';

import { complete, type Completion, type Option, type View } from './completion';
import { tokens, type Token } from './tokens';

export interface EditorHandle {
  /** Put a text where the cursor is. */
  insert: (text: string) => void;
}

export interface EditorProps {
  text: string;
  onText: (text: string) => void;
  onRun: () => void;
  views: readonly View[];
  /** The piece that an error is about. */
  wrong: Token | null;
  handle: Ref<EditorHandle>;
}

export function Editor({ text, onText, onRun, views, wrong, handle }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const copy = useRef<HTMLPreElement>(null);
  const [offered, setOffered] = useState<Completion | null>(null);
  const [at, setAt] = useState(0);
  const id = useId();
  const pieces = useMemo(() => tokens(text), [text]);

  const offer = (asked: boolean): void => {
    const box = area.current!;
    setOffered(
      box.selectionStart === box.selectionEnd ? complete(box.value, box.selectionStart, views, asked) : null,
    );
    setAt(0);
  };
  const insert = (given: string, from?: number): void => {
    const box = area.current!;
    box.focus();
    if (from !== undefined) box.setSelectionRange(from, box.selectionStart);
    // The one way that leaves the box's own undo intact.
    if (!document.execCommand('insertText', false, given)) {
      box.setRangeText(given, box.selectionStart, box.selectionEnd, 'end');
      onText(box.value);
    }
  };
  const accept = (option: Option): void => {
    insert(option.text, offered!.from);
    setOffered(null);
  };
  useImperativeHandle(handle, () => ({ insert: (given) => insert(given) }));

  const onKeyDown = (event: KeyboardEvent): void => {
    const isRun = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
    if (isRun) {
      setOffered(null);
      onRun();
    } else if (event.key === ' ' && event.ctrlKey) offer(true);
    else if (offered) {
      const count = offered.options.length;
      if (event.key === 'ArrowDown') setAt((at + 1) % count);
      else if (event.key === 'ArrowUp') setAt((at + count - 1) % count);
      else if (event.key === 'Enter' || event.key === 'Tab') accept(offered.options[at]!);
      else if (event.key === 'Escape') setOffered(null);
      else return;
    } else if (event.key === 'Enter' && !event.shiftKey) insert(`\n${indentOf(area.current!)}`);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="sql-editor">
      <div class="sql-paper">
        <pre ref={copy} aria-hidden="true">
          {pieces.map((each) => (
            <span key={each.start} class={`sql-${each.kind}${wrong?.start === each.start ? ' sql-wrong' : ''}`}>
              {each.text}
            </span>
          ))}
          {'\n'}
        </pre>
        <textarea
          ref={area}
          value={text}
          aria-label="SQL"
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={offered ? `${id}-options` : undefined}
          aria-activedescendant={offered ? `${id}-${at}` : undefined}
          aria-invalid={wrong ? true : undefined}
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          onInput={(event) => {
            onText(event.currentTarget.value);
            offer(false);
          }}
          onKeyDown={onKeyDown}
          onClick={() => setOffered(null)}
          onBlur={() => setOffered(null)}
        />
      </div>
      {offered && <Options id={id} offered={offered} at={at} copy={copy.current!} onAccept={accept} />}
    </div>
  );
}

function Options({
  id,
  offered,
  at,
  copy,
  onAccept,
}: {
  id: string;
  offered: Completion;
  at: number;
  copy: HTMLElement;
  onAccept: (option: Option) => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    const box = list.current!;
    const place = placeAt(copy, offered.from);
    const frame = box.offsetParent?.getBoundingClientRect();
    if (!place || !frame) return;
    box.style.top = `${place.bottom - frame.top + 2}px`;
    box.style.left = `${Math.max(0, Math.min(place.left - frame.left, frame.width - box.offsetWidth))}px`;
  }, [offered]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <ul
      ref={list}
      id={`${id}-options`}
      class="search-hits sql-options"
      role="listbox"
      aria-label="What may come next"
    >
      {offered.options.map((option, index) => (
        <li
          key={option.kind + option.text}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          onPointerDown={(event) => {
            event.preventDefault();
            onAccept(option);
          }}
        >
          <span class={`sql-${KINDS[option.kind]}`}>{option.text}</span>
          <span class="muted">{option.more}</span>
        </li>
      ))}
    </ul>
  );
}

const KINDS = { view: 'name', column: 'name', function: 'function', keyword: 'keyword', range: 'macro' } as const;

/** Where the n-th letter of the coloured copy stands on the screen. */
function placeAt(copy: HTMLElement, offset: number): DOMRect | null {
  const walk = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  let rest = offset;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const length = node.textContent!.length;
    if (rest <= length) {
      const range = document.createRange();
      range.setStart(node, rest);
      range.collapse(true);
      return range.getBoundingClientRect();
    }
    rest -= length;
  }
  return null;
}

/** The blanks with which the line of the cursor begins. */
function indentOf({ value, selectionStart }: HTMLTextAreaElement): string {
  const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart);
  return /^\s*/.exec(line)![0];
}

// SPDX-License-Identifier: Apache-2.0
// A button that opens something beneath it: a list of choices, or any other content.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

import { Icon, type IconName } from './Icon';

export interface PopoverProps {
  /** What the button is called, for those who cannot see it; its hint otherwise. */
  label: string;
  icon?: IconName;
  /** What stands on the button. */
  shown?: ComponentChildren;
  /** The content, given a function that closes it. */
  children: (close: () => void) => ComponentChildren;
  align?: 'start' | 'end';
  class?: string;
  disabled?: boolean;
  /** Opens it from outside too, such as by a key. */
  open?: boolean;
  onOpen?: (open: boolean) => void;
}

/** A button with a sheet beneath it; Esc, a click elsewhere and leaving it close the sheet. */
export function Popover(props: PopoverProps) {
  const { label, icon, shown, children, align = 'start', disabled, onOpen } = props;
  const [own, setOwn] = useState(false);
  const open = props.open ?? own;
  const set = (value: boolean): void => {
    setOwn(value);
    onOpen?.(value);
  };
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const away = (event: Event): void => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) set(false);
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('focusin', away);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('focusin', away);
    };
  }, [open]);
  const close = (): void => {
    set(false);
    button.current?.focus();
  };
  return (
    <div
      ref={root}
      class={`popover ${props.class ?? ''}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={button}
        type="button"
        class={shown === undefined ? 'button quiet' : 'button plain'}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        title={label}
        disabled={disabled}
        onClick={() => set(!open)}
      >
        {icon && <Icon name={icon} />}
        {shown !== undefined && <span>{shown}</span>}
        {shown !== undefined && <Icon name="down" size={10} />}
      </button>
      {open && (
        <div id={id} class={`popover-sheet ${align}`}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

export interface MenuItem {
  label: ComponentChildren;
  icon?: IconName;
  /** Marks the choice in force. */
  chosen?: boolean;
  danger?: boolean;
  /** A link, or something to do. */
  href?: string;
  onChoose?: () => void;
}

/** A list of things to choose from; arrow keys go through it. */
export function Menu({ items, ...rest }: Omit<PopoverProps, 'children'> & { items: readonly MenuItem[] }) {
  return <Popover {...rest}>{(close) => <MenuList items={items} close={close} />}</Popover>;
}

export function MenuList({ items, close }: { items: readonly MenuItem[]; close: () => void }) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>('[aria-current]');
    (chosen ?? list.current?.querySelector<HTMLElement>('a, button'))?.focus();
  }, []);
  return (
    <ul ref={list} class="menu" onKeyDown={(event) => moveFocus(event)}>
      {items.map((item, index) => (
        <li key={index}>
          <MenuEntry item={item} close={close} />
        </li>
      ))}
    </ul>
  );
}

function MenuEntry({ item, close }: { item: MenuItem; close: () => void }) {
  const inner = (
    <>
      {item.icon && <Icon name={item.icon} />}
      <span>{item.label}</span>
      {item.chosen && <Icon name="check" size={12} />}
    </>
  );
  const kind = item.danger ? 'danger' : undefined;
  if (item.href !== undefined) {
    return (
      <a href={item.href} class={kind} aria-current={item.chosen || undefined} onClick={close}>
        {inner}
      </a>
    );
  }
  const choose = (): void => {
    close();
    item.onChoose?.();
  };
  return (
    <button type="button" class={kind} aria-current={item.chosen || undefined} onClick={choose}>
      {inner}
    </button>
  );
}

/** Arrow keys, Home and End move the focus along the links and buttons inside of an element. */
export function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const entries = [...event.currentTarget.querySelectorAll<HTMLElement>('a, button')];
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
  if (to === undefined || !entries.length) return;
  event.preventDefault();
  entries[(to + entries.length) % entries.length]?.focus();
}

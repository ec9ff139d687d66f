// SPDX-License-Identifier: Apache-2.0
// Things to press.

import type { ComponentChildren, JSX } from 'preact';

import { Icon, type IconName } from './Icon';

type Native = Omit<JSX.IntrinsicElements['button'], 'icon' | 'size'>;

export interface ButtonProps extends Native {
  /** `primary` is the one thing to do here, `danger` destroys, `quiet` has no frame. */
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: IconName;
  children?: ComponentChildren;
}

export function Button({ kind = 'plain', icon, children, class: extra, ...rest }: ButtonProps) {
  return (
    <button type="button" class={`button ${kind} ${String(extra ?? '')}`} {...rest}>
      {icon && <Icon name={icon} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

/** A button that shows only a sign; `label` is its name, and its hint under the pointer. */
export function IconButton({
  label,
  icon,
  kind = 'quiet',
  ...rest
}: ButtonProps & { label: string; icon: IconName }) {
  return <Button kind={kind} icon={icon} aria-label={label} title={label} {...rest} />;
}

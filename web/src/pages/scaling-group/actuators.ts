// SPDX-License-Identifier: Apache-2.0
// Who makes the members of a group, and the options that each of them takes.

export interface Option {
  name: string;
  label: string;
  hint: string;
  placeholder?: string;
  /** A text on one line by default; a list has one item a line, pairs are `name=value` lines. */
  kind?: 'list' | 'pairs' | 'long' | 'secret';
  choices?: readonly string[];
  needed?: boolean;
}

export interface ActuatorKind {
  label: string;
  help: string;
  options: readonly Option[];
}

/** Those that come with the server; others are written as JSON. */
export const ACTUATORS: Record<string, ActuatorKind> = {
  command: {
    label: "processes on the server's own machine",
    help: 'Members are processes of a command, or instances of a unit of systemd, that [scale] names.',
    options: [
      { name: 'command', label: 'Command', hint: 'a name under [scale.commands]', placeholder: 'worker' },
      { name: 'stop', label: 'Command that ends one', hint: 'run before a process is ended; may be empty' },
      {
        name: 'unit',
        label: 'Unit',
        hint: 'instead of a command: one of [scale] units',
        placeholder: 'web@{index}.service',
      },
    ],
  },
  libvirt: {
    label: 'virtual machines of a hypervisor',
    help: 'Members are copies of a virtual machine that [scale.templates] of the configuration names.',
    options: [
      { name: 'hypervisor', label: 'Hypervisor', hint: 'a name under [scale.hypervisors]', needed: true },
      { name: 'template', label: 'Template', hint: 'a name under [scale.templates]', needed: true },
      {
        name: 'disks',
        label: 'Disks',
        hint: 'overlays need a template that does not run',
        choices: ['overlay', 'full'],
      },
    ],
  },
  openstack: {
    label: 'servers of an OpenStack cloud',
    help: 'Members are servers at Nova, marked by the metadata metering.server_group, which telemetry reads too.',
    options: [
      { name: 'image', label: 'Image', hint: 'name or id', needed: true },
      { name: 'flavor', label: 'Flavor', hint: 'name or id', needed: true },
      { name: 'cloud', label: 'Cloud', hint: 'of clouds.yaml; empty for that of [keystone]' },
      { name: 'networks', label: 'Networks', hint: 'one a line; none lets Nova choose', kind: 'list' },
      { name: 'security_groups', label: 'Security groups', hint: 'one a line', kind: 'list' },
      { name: 'key_name', label: 'Key pair', hint: 'may be empty' },
      { name: 'availability_zone', label: 'Availability zone', hint: 'empty for any' },
      { name: 'user_data', label: 'User data', hint: 'for cloud-init, as it is', kind: 'long' },
      { name: 'metadata', label: 'Metadata', hint: 'name=value, one a line', kind: 'pairs' },
    ],
  },
  heat: {
    label: 'a scaling group of Heat',
    help: 'Heat goes on making the members; its own policies are signalled to change their number.',
    options: [
      {
        name: 'stack_url',
        label: 'Stack',
        hint: 'with the trust to use',
        placeholder: 'trust+http://TRUST@HOST:8004/v1/PROJECT/stacks/NAME/ID',
        needed: true,
      },
      { name: 'group', label: 'Group', hint: 'the name of the scaling group in the stack', needed: true },
      { name: 'grow_url', label: 'Address that grows it', hint: 'signal_url or alarm_url of a policy', needed: true },
      { name: 'shrink_url', label: 'Address that shrinks it', hint: 'as above', needed: true },
    ],
  },
  webhook: {
    label: 'whatever a webhook makes',
    help: 'GET tells the members, POST says which names to make or which members to take away.',
    options: [
      {
        name: 'url',
        label: 'Address',
        hint: 'http or https',
        placeholder: 'https://example.org/members',
        needed: true,
      },
      {
        name: 'signature_secret',
        label: 'Secret',
        hint: 'signs what is posted; empty for that of [act]',
        kind: 'secret',
      },
    ],
  },
};

type Options = Record<string, unknown>;

/** What stands in the fields of options. */
export function textsOf(options: Options): Record<string, string> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, text(value)]));
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.join('\n');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, each]) => `${name}=${String(each)}`)
      .join('\n');
  }
  return value === null || value === undefined ? '' : String(value);
}

/** The options that fields amount to; those left empty are left out. */
export function optionsOf(actuator: string, texts: Record<string, string>): Options {
  const kind = ACTUATORS[actuator];
  const written = (kind?.options ?? []).filter(({ name }) => (texts[name] ?? '').trim());
  return Object.fromEntries(written.map((option) => [option.name, valueOf(option, texts[option.name]!)]));
}

function valueOf({ kind }: Option, written: string): unknown {
  if (kind === 'long') return written;
  const lines = written
    .split('\n')
    .map((each) => each.trim())
    .filter(Boolean);
  if (kind === 'list') return lines;
  if (kind !== 'pairs') return written.trim();
  return Object.fromEntries(
    lines.map((each) => [each.split('=')[0]!.trim(), each.split('=').slice(1).join('=').trim()]),
  );
}

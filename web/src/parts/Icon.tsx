// SPDX-License-Identifier: Apache-2.0
// Our signs, drawn on a grid of 16; decoration only, so what bears one also has a name in words.

const PATHS = {
  overview: 'M2 9h5V2H2zm0 5h5V11H2zm7 0h5V7H9zm0-12v3h5V2z',
  resources: 'M2 2.5h12v4H2zm0 7h12v4H2zM4.5 4.500h.01M4.5 11.500h.01',
  explore: 'M2 13.500h12M2 11l3.5-5 3 3L14 3',
  events: 'M2 12.500h12M4 12.500V9M8 12.500V3M12 12.500V6.500',
  alarms: 'M8 1.500v1M3 12h10l-1.300-2V7a3.700 3.700 0 0 0-7.400 0v3zM6.500 14.200h3',
  mute: 'M8 1.500v1M3 12h10l-1.300-2V7a3.700 3.700 0 0 0-7.400 0v3zM6.500 14.200h3M2 2.500l12 11.500',
  route: 'M2 8h3.500l3-4.500h4.500m-2-2l2 2-2 2M5.500 8l3 4.500h4.500m-2-2l2 2-2 2',
  scaling: 'M2 13.500V10h3v3.500zM6.500 13.500V6.500h3v7zM11 13.500V2.500h3v11z',
  agents: 'M2 2.500h4v3.500H2zM2 10h4v3.500H2zM10 6.200h4v3.600h-4zM6 4.200h2v3.800h2M6 11.700h2V8',
  sql: 'M2 3.500l4 4.5-4 4.500M8 12.500h6',
  status: 'M1.5 8h3l2-5 3 10 2-5h3',
  settings: 'M2 4.500h7m4 0h1M2 11.500h1m4 0h7M11 4.500a1.6 1.6 0 1 1-.01 0M5 11.500a1.6 1.6 0 1 1-.01 0',
  search: 'M7 2.500a4.5 4.5 0 1 1-.01 0M10.5 10.500l3.5 3.5',
  clock: 'M8 1.500a6.5 6.5 0 1 1-.01 0M8 4.500V8l2.5 1.5',
  refresh: 'M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 1.500v3h-3',
  left: 'M10 3L5 8l5 5',
  right: 'M6 3l5 5-5 5',
  down: 'M3.5 6L8 10.5 12.5 6',
  up: 'M3.5 10L8 5.500l4.5 4.5',
  close: 'M3.5 3.500l9 9m0-9l-9 9',
  check: 'M3 8.500l3.5 3.500L13 4.5',
  warn: 'M8 2L1.5 13.500h13zM8 6.500v3M8 11.700v.01',
  info: 'M8 1.500a6.5 6.5 0 1 1-.01 0M8 7v4M8 4.700v.01',
  copy: 'M5.5 5.500h8v8h-8zM10.5 5.500v-3h-8v8h3',
  link: 'M6.5 9.500l3-3M7 4.500l2-2a3 3 0 0 1 4.5 4.500l-2 2M9 11.500l-2 2a3 3 0 0 1-4.5-4.500l2-2',
  download: 'M8 2v8m-3.5-3L8 10.5 11.5 7M2.5 13.500h11',
  table: 'M2 2.500h12v11H2zM2 6h12M2 9.700h12M6.5 6v7.5',
  zoomout: 'M7 2.500a4.5 4.5 0 1 1-.01 0M10.5 10.500l3.5 3.500M5 7h4',
  menu: 'M2 4h12M2 8h12M2 12h12',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  sun: 'M8 5.200a2.8 2.8 0 1 1-.01 0M8 1v1.500M8 13.500V15M1 8h1.500M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13.5 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7z',
  screen: 'M1.5 2.500h13v8.500h-13zM5.5 14h5',
  user: 'M8 2a2.8 2.8 0 1 1-.01 0M2.5 14c.5-3 2.5-4.5 5.5-4.500s5 1.5 5.5 4.5',
  help: 'M8 1.500a6.5 6.5 0 1 1-.01 0M6 6.300a2 2 0 1 1 2.8 1.800c-.5.2-.8.5-.8 1.200M8 11.500v.01',
  plus: 'M8 3v10M3 8h10',
  trash: 'M2.5 4h11M6 4V2.500h4V4M4 4l.7 9.500h6.600L12 4',
  edit: 'M2.5 13.500l.7-3L10.5 3.200l2.3 2.3-7.3 7.300z',
  play: 'M4 2.500l9 5.5-9 5.500z',
  stop: 'M3.5 3.500h9v9h-9z',
  filter: 'M2 3h12L9.5 8.500V13l-3-1.500v-3z',
  key: 'M5 6.500a3 3 0 1 1-.01 0M7.5 8.500L14 8.500v3M11 8.500v2.5',
  expand: 'M9.5 2.500h4v4M13.5 2.500l-5 5M6.5 13.500h-4v-4M2.5 13.500l5-5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

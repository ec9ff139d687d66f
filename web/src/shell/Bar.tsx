// SPDX-License-Identifier: Apache-2.0
// The bar at the top: search, time, project, and what concerns the reader.

import { IconButton } from '../parts/Button';
import { copyText } from '../parts/Copy';
import type { IconName } from '../parts/Icon';
import { Menu, type MenuItem } from '../parts/Menu';
import { narrow } from '../parts/narrow';
import { chooseProject, project, session, signOut, type Session } from '../state/session';
import { absolute } from '../state/moment';
import { span } from '../state/time';
import { choice, setTheme, type Choice } from '../state/theme';
import { href, here } from '../state/url';
import { HOME } from '../pages';
import { helpOpen } from './HelpSheet';
import { navigationOpen } from './Navigation';
import { SearchBox } from './SearchBox';
import { TimeControls } from './TimeControls';

export function Bar({ timed }: { timed: boolean }) {
  return (
    <header class="bar">
      <IconButton
        class="bar-menu"
        icon="menu"
        label="Pages"
        aria-expanded={navigationOpen.value}
        aria-controls="pages"
        onClick={() => (navigationOpen.value = !navigationOpen.value)}
      />
      <a class="brand" href={href(HOME)}>
        <img src="/favicon.svg" alt="" width="22" height="22" />
        <span class={narrow.value ? 'unseen' : undefined}>Nephoscope</span>
      </a>
      {session.value && <SearchBox />}
      {session.value && (narrow.value ? <NarrowRest timed={timed} /> : <WideRest timed={timed} />)}
    </header>
  );
}

function WideRest({ timed }: { timed: boolean }) {
  const who = session.value!;
  return (
    <div class="bar-right">
      {timed && <TimeControls />}
      <ProjectSwitch />
      <Menu label="Share this view" icon="link" align="end" items={shareItems(timed)} />
      <Menu label="Theme" icon={THEMES[choice.value].icon} align="end" items={themeItems()} />
      <IconButton icon="help" label={HELP} onClick={() => (helpOpen.value = true)} />
      <Menu label={`Signed in as ${nameOf(who, ', ')}`} icon="user" align="end" items={userItems(who)} />
    </div>
  );
}

/** Two lines: what one seldom needs is behind one button, the time has a line of its own. */
function NarrowRest({ timed }: { timed: boolean }) {
  const who = session.value!;
  const themes = themeItems().map((item) => ({ ...item, label: <>Theme: {item.label}</> }));
  const help: MenuItem = { label: HELP, icon: 'help', onChoose: () => (helpOpen.value = true) };
  return (
    <>
      <ProjectSwitch />
      <Menu
        label="Account, links, theme, help"
        icon="user"
        align="end"
        items={[...userItems(who), ...shareItems(timed), ...themes, help]}
      />
      {timed && <TimeControls />}
    </>
  );
}

const HELP = 'Help and keys (?)';

function ProjectSwitch() {
  const who = session.value!;
  const known = who.projects.map((each) => ({ id: each.id, name: each.name || each.id }));
  const all = { id: '*', name: who.sees_all ? 'All projects' : 'My projects' };
  const offered = who.sees_all ? [all, ...known] : known;
  const name = offered.find((each) => each.id === project.value)?.name ?? (project.value || 'No project');
  if (offered.length < 2) {
    return (
      <span class="bar-project muted" title={name}>
        {name}
      </span>
    );
  }
  return (
    <Menu
      class="bar-projects"
      label={`Project: ${name}`}
      shown={name}
      align="end"
      items={offered.map((each) => ({
        label: each.name,
        chosen: each.id === project.value,
        onChoose: () => chooseProject(each.id),
      }))}
    />
  );
}

function shareItems(timed: boolean): MenuItem[] {
  const { origin } = window.location;
  const now: MenuItem = {
    label: 'Copy link',
    icon: 'link',
    onChoose: () => void copyText(origin + here.peek(), 'Link copied'),
  };
  const fixed: MenuItem = {
    label: 'Copy link with absolute times',
    icon: 'clock',
    onChoose: () => void copyText(fixedAddress(origin), 'Link with absolute times copied'),
  };
  return timed ? [now, fixed] : [now];
}

function fixedAddress(origin: string): string {
  const { start_ms, stop_ms } = span.peek();
  const address = new URL(here.peek(), origin);
  address.searchParams.set('from', absolute(start_ms));
  address.searchParams.set('to', absolute(stop_ms));
  address.searchParams.delete('refresh');
  return address.href;
}

const THEMES: Record<Choice, { label: string; icon: IconName }> = {
  system: { label: 'As the system', icon: 'screen' },
  light: { label: 'Light', icon: 'sun' },
  dark: { label: 'Dark', icon: 'moon' },
};

function themeItems(): MenuItem[] {
  return (['system', 'light', 'dark'] as const).map((each) => ({
    ...THEMES[each],
    chosen: choice.value === each,
    onChoose: () => setTheme(each),
  }));
}

function userItems(who: Session): MenuItem[] {
  return [
    { label: nameOf(who, ' · '), icon: 'user', href: href('/settings') },
    { label: 'Sign out', icon: 'stop', onChoose: () => void signOut() },
  ];
}

function nameOf({ user, roles }: Session, between: string): string {
  return `${user}${between}${roles.join(', ') || 'no role'}`;
}

// SPDX-License-Identifier: Apache-2.0
// The bar at the top: search, time, project, and what concerns the reader.

import { IconButton } from '../parts/Button';
import { copyText } from '../parts/Copy';
import { Menu } from '../parts/Menu';
import { chooseProject, project, session, signOut } from '../state/session';
import { absolute } from '../state/moment';
import { span } from '../state/time';
import { choice, setTheme } from '../state/theme';
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
        <span>Nephoscope</span>
      </a>
      {session.value && <SearchBox />}
      {session.value && (
        <div class="bar-right">
          {timed && <TimeControls />}
          <ProjectSwitch />
          <Share timed={timed} />
          <ThemeSwitch />
          <IconButton icon="help" label="Help and keys (?)" onClick={() => (helpOpen.value = true)} />
          <UserMenu />
        </div>
      )}
    </header>
  );
}

function ProjectSwitch() {
  const who = session.value!;
  const known = who.projects.map((each) => ({ id: each.id, name: each.name || each.id }));
  const all = { id: '*', name: who.sees_all ? 'All projects' : 'My projects' };
  const offered = who.sees_all ? [all, ...known] : known;
  const name = offered.find((each) => each.id === project.value)?.name ?? (project.value || 'No project');
  if (offered.length < 2) return <span class="bar-project muted">{name}</span>;
  return (
    <Menu
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

function Share({ timed }: { timed: boolean }) {
  const origin = window.location.origin;
  const fixed = (): string => {
    const { start_ms, stop_ms } = span.peek();
    const address = new URL(here.peek(), origin);
    address.searchParams.set('from', absolute(start_ms));
    address.searchParams.set('to', absolute(stop_ms));
    address.searchParams.delete('refresh');
    return address.href;
  };
  return (
    <Menu
      label="Share this view"
      icon="link"
      align="end"
      items={[
        { label: 'Copy link', onChoose: () => void copyText(origin + here.peek(), 'Link copied') },
        ...(timed
          ? [
              {
                label: 'Copy link with absolute times',
                onChoose: () => void copyText(fixed(), 'Link with absolute times copied'),
              },
            ]
          : []),
      ]}
    />
  );
}

function ThemeSwitch() {
  return (
    <Menu
      label="Theme"
      icon={choice.value === 'system' ? 'screen' : choice.value === 'dark' ? 'moon' : 'sun'}
      align="end"
      items={[
        {
          label: 'As the system',
          icon: 'screen',
          chosen: choice.value === 'system',
          onChoose: () => setTheme('system'),
        },
        { label: 'Light', icon: 'sun', chosen: choice.value === 'light', onChoose: () => setTheme('light') },
        { label: 'Dark', icon: 'moon', chosen: choice.value === 'dark', onChoose: () => setTheme('dark') },
      ]}
    />
  );
}

function UserMenu() {
  const who = session.value!;
  return (
    <Menu
      label={`Signed in as ${who.user}, ${who.roles.join(', ') || 'no role'}`}
      icon="user"
      align="end"
      items={[
        { label: `${who.user} · ${who.roles.join(', ') || 'no role'}`, href: href('/settings') },
        { label: 'Sign out', onChoose: () => void signOut() },
      ]}
    />
  );
}

// SPDX-License-Identifier: Apache-2.0
// The frame around every page: who may see it, what it is called, what stands beside it.

import { useEffect } from 'preact/hooks';

import { LoadBody } from '../parts/Panel';
import { announce, Announcements } from '../parts/announce';
import { Button } from '../parts/Button';
import { ErrorBoundary } from '../parts/ErrorBoundary';
import { ProblemBox } from '../parts/ProblemBox';
import { HOME, pageAt, type Page } from '../pages';
import { useLoad } from '../state/load';
import { loadSession, loginAddress, session, sessionProblem } from '../state/session';
import { keepFresh } from '../state/time';
import { href, navigate, params, path } from '../state/url';
import { Bar } from './Bar';
import { HelpSheet } from './HelpSheet';
import { listenForKeys } from './keys';
import { Navigation } from './Navigation';
import { Unreachable } from './Unreachable';

export function App() {
  const chosen = params.value.get('project');
  useEffect(() => {
    const ends = [listenForKeys(), keepFresh()];
    return () => ends.forEach((end) => end());
  }, []);
  // Another project means other roles, also when the back button chose it.
  useEffect(() => void loadSession(), [chosen]);
  const found = pageAt(path.value);
  const who = session.value;
  const barred = !found?.page.open && (who === null || who?.must_change_password === true);
  useEffect(() => {
    if (path.value === '/') navigate(href(HOME), { replace: true });
    else if (barred) navigate(loginAddress(), { replace: true });
  }, [path.value, barred]);
  useEffect(() => {
    document.title = found ? `${found.page.title} · Nephoscope` : 'Nephoscope';
    // The focus stays at the link, so readers who cannot see the page would not know that it is another one.
    if (found) announce(found.page.title, false);
  }, [found?.page]);

  if (found?.page.open) {
    return (
      <>
        <Unreachable />
        <main id="main">
          <Shown page={found.page} params={found.params} />
        </main>
        <Announcements />
      </>
    );
  }
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Bar timed={found?.page.timed !== false} />
      <Navigation />
      <main id="main" tabIndex={-1}>
        <Unreachable />
        <Content found={found} barred={barred} />
      </main>
      <Announcements />
      <HelpSheet />
    </div>
  );
}

function Content({ found, barred }: { found: ReturnType<typeof pageAt>; barred: boolean }) {
  if (session.value === undefined) {
    const problem = sessionProblem.value;
    return problem ? <ProblemBox problem={problem} onRetry={() => void loadSession()} /> : null;
  }
  if (barred || path.value === '/') return null;
  if (!found) return <NotFound />;
  // Another resource or project is another page: nothing of the one before may be left in it.
  const key = JSON.stringify([found.page.path, found.params, params.value.get('project')]);
  return <Shown key={key} page={found.page} params={found.params} />;
}

function Shown({ page, params }: { page: Page; params: Record<string, string> }) {
  const load = useLoad(page.path, async () => (await page.load()).default, { refresh: false });
  return (
    <LoadBody load={load} height={300}>
      {(Component) => (
        <ErrorBoundary>
          <Component params={params} />
        </ErrorBoundary>
      )}
    </LoadBody>
  );
}

function NotFound() {
  return (
    <div class="empty">
      <p class="empty-title">There is no page at this address</p>
      <p>
        <code>{path.value}</code>
      </p>
      <Button onClick={() => navigate(href(HOME))}>Go to the start</Button>
    </div>
  );
}

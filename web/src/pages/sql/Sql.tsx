// SPDX-License-Identifier: Apache-2.0
// SQL over the documented views: written with their columns at hand, run, watched, stopped, looked at, taken along.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

import { api } from '../../api/client';
import { Button } from '../../parts/Button';
import { copyText } from '../../parts/Copy';
import { Menu } from '../../parts/Menu';
import { PageHead } from '../../parts/PageHead';
import { PanelFrame } from '../../parts/Panel';
import { recall, remember } from '../../state/kept';
import { useLoad } from '../../state/load';
import { project } from '../../state/session';
import { now, range, span } from '../../state/time';
import { href, params, setParams } from '../../state/url';
import { Catalog } from './Catalog';
import { Editor, type EditorHandle } from './Editor';
import { EXAMPLES } from './examples';
import { History } from './History';
import { Outcome } from './Outcome';
import { Runner } from './run';
import { filled, placeOf, usesRange } from './tokens';
import './sql.css';

const DRAFT = 'sql.draft';

export default function Sql() {
  const asked = params.value.get('sql') ?? '';
  const runs = asked !== '' && params.value.get('run') === '1';
  const [text, setText] = useState(asked || recall(DRAFT) || EXAMPLES[0].sql);
  const runner = useMemo(() => new Runner(), []);
  const editor = useRef<EditorHandle>(null);
  const views = useLoad(['views'], (signal) => api.get('/v1/sql/views', { signal }), { refresh: false });
  const failed = runner.problem.value;
  const wrong = useMemo(
    () => (failed && failed.sql === text ? placeOf(failed.problem.detail, failed.sql, failed.span) : null),
    [failed, text],
  );

  useEffect(() => {
    if (asked) setText(asked);
  }, [asked]);
  // A statement in the address is run as it comes: whoever gets a link sees what its sender saw.
  const ranged = usesRange(asked);
  const when = runs ? [project.value, now.value, ranged ? range.value : null] : null;
  useEffect(() => {
    if (runs) void runner.start(asked, span.peek());
  }, [asked, runs, JSON.stringify(when)]);
  useEffect(() => () => void runner.cancel(), []);

  const change = (next: string): void => {
    setText(next);
    remember(DRAFT, next);
  };
  const run = (sql: string = text): void => {
    if (!sql.trim()) return;
    change(sql);
    if (sql === asked && runs) void runner.start(sql, span.peek());
    else setParams({ sql, run: '1', split: null });
  };
  return (
    <div class="stack">
      <PageHead title="SQL" />
      <div class="sql-desk">
        <div class="stack">
          <PanelFrame
            title="Statement"
            note="Ctrl-Enter runs it, Ctrl-Space completes"
            actions={
              <>
                <Menu
                  label="Examples"
                  shown="Examples"
                  align="end"
                  items={EXAMPLES.map((each) => ({ label: each.title, onChoose: () => run(each.sql) }))}
                />
                <History onChoose={(sql) => change(sql)} />
              </>
            }
          >
            <Editor
              text={text}
              onText={change}
              onRun={() => run()}
              views={views.data.value?.views ?? []}
              wrong={wrong}
              handle={editor}
            />
            <div class="row sql-acts">
              {runner.running.value ? (
                <Button
                  kind="danger"
                  icon="stop"
                  disabled={runner.running.value.cancelling}
                  onClick={() => void runner.cancel()}
                >
                  Cancel
                </Button>
              ) : (
                <Button kind="primary" icon="play" disabled={!text.trim()} onClick={() => run()}>
                  Run
                </Button>
              )}
              <Button icon="link" onClick={() => void copyText(linkTo(text), 'Link copied')}>
                Copy link
              </Button>
              <Button icon="copy" onClick={() => void copyText(callOf(text), 'API call copied')}>
                Copy API call
              </Button>
            </div>
          </PanelFrame>
          <Outcome runner={runner} onRetry={() => run()} />
        </div>
        <Catalog load={views} onInsert={(name) => editor.current?.insert(name)} />
      </div>
    </div>
  );
}

function linkTo(sql: string): string {
  return window.location.origin + href('/sql', { sql, run: '1', view: params.peek().get('view') });
}

function callOf(sql: string): string {
  const body = JSON.stringify({ sql: filled(sql, span.peek()) }).replaceAll("'", "'\\''");
  const head = `curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json'`;
  return `${head} \\\n  '${window.location.origin}/api/v1/sql' \\\n  -d '${body}'`;
}

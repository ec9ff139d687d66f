// SPDX-License-Identifier: Apache-2.0
// The statements run in this browser, to take one up again.

import { Button } from '../../parts/Button';
import { MenuList, Popover } from '../../parts/Menu';
import { showTime } from '../../state/zone';
import { forgetPast, past, type Past } from './history';

export function History({ onChoose }: { onChoose: (sql: string) => void }) {
  return (
    <Popover label="History of this browser" icon="clock" shown="History" align="end">
      {(close) =>
        past.value.length ? (
          <div class="stack sql-history">
            <MenuList
              close={close}
              items={past.value.map((each) => ({ label: <Entry past={each} />, onChoose: () => onChoose(each.sql) }))}
            />
            <Button kind="quiet" icon="trash" onClick={forgetPast}>
              Forget them
            </Button>
          </div>
        ) : (
          <p class="muted sql-history">Nothing has been run in this browser so far.</p>
        )
      }
    </Popover>
  );
}

function Entry({ past: { sql, at_ms, rows, seconds } }: { past: Past }) {
  const told = rows === null ? 'failed' : `${rows.toLocaleString('en')} rows in ${seconds.toFixed(2)} s`;
  return (
    <>
      <code>{sql.replace(/\s+/g, ' ').slice(0, 120)}</code>
      <span class="muted">
        {showTime(at_ms)} · {told}
      </span>
    </>
  );
}

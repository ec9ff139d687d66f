// SPDX-License-Identifier: Apache-2.0
// The head of a page that is a form: the way back, what is still missing, and the button that sends it.

import { href } from '../state/url';
import { Button } from './Button';
import { listed } from './listed';
import { PageHead, type Above } from './PageHead';

export interface EditorHeadProps {
  /** The list that what is written is in. */
  above: Above;
  /** What is changed; null for something new. */
  before: Above | null;
  /** What the page is called where something new is made, and what its button says. */
  title: string;
  verb: string;
  /** What has to be filled in before it can be sent. */
  needed: readonly string[];
  /** Whether it can be sent otherwise. */
  isReady: boolean;
  /** Why there is no button for this user, '' where there is one. */
  refusal: string;
}

export function EditorHead({ above, before, title, verb, needed, isReady, refusal }: EditorHeadProps) {
  return (
    <PageHead title={before ? `Edit ${before.name}` : title} above={before ? [above, before] : [above]}>
      {refusal ? (
        <span class="muted">{refusal}</span>
      ) : (
        <>
          {needed.length > 0 && <span class="muted">still needs {listed(needed)}</span>}
          <a class="button plain" href={href((before ?? above).href)}>
            Cancel
          </a>
          <Button kind="primary" type="submit" disabled={!isReady || needed.length > 0}>
            {before ? 'Save' : verb}
          </Button>
        </>
      )}
    </PageHead>
  );
}

// SPDX-License-Identifier: Apache-2.0
// The page of the resource that an event is about.

import { href } from '../../state/url';

export function ResourceLink({ name }: { name: string }) {
  return <a href={href(`/resources/${encodeURIComponent(name)}`)}>{name}</a>;
}

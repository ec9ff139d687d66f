// SPDX-License-Identifier: Apache-2.0
// Whether the window is narrow, where a rule in a style sheet is not enough. The width is that of the style sheets.

import { signal } from '@preact/signals';

const query = window.matchMedia('(max-width: 860px)');

/** True on telephones and in windows as narrow, where things stand beneath each other. */
export const narrow = signal(query.matches);
query.addEventListener('change', (event) => (narrow.value = event.matches));

// SPDX-License-Identifier: Apache-2.0
// Loaded before anything is painted, so that no page flashes in the other theme. src/state/theme.ts writes the choice.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('nephoscope.theme');
  } catch {
    // Storage may be forbidden; the system's preference then decides.
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();

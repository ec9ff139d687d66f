// SPDX-License-Identifier: Apache-2.0
// The start: the application into the page.

import { render } from 'preact';

import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/charts.css';
import { App } from './shell/App';
import { listen } from './state/url';

listen();
render(<App />, document.getElementById('app')!);

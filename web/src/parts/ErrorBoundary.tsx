// SPDX-License-Identifier: Apache-2.0
// What a mistake of ours in one panel breaks is that panel.

import { Component, type ComponentChildren } from 'preact';

import { asProblem, type Problem } from '../api/problem';
import { ProblemBox } from './ProblemBox';

export class ErrorBoundary extends Component<{ children: ComponentChildren }, { problem: Problem | null }> {
  override state = { problem: null as Problem | null };

  static override getDerivedStateFromError(error: unknown): { problem: Problem } {
    return { problem: asProblem(error) };
  }

  render() {
    const { problem } = this.state;
    if (!problem) return this.props.children;
    return <ProblemBox problem={problem} onRetry={() => this.setState({ problem: null })} />;
  }
}

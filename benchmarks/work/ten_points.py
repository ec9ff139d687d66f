# SPDX-License-Identifier: Apache-2.0
"""1000 metrics with ten points each in a request: agents that gather before they send."""

from benchmarks.row import Row
from benchmarks.session import Session


def measure(session: Session) -> float:
    """Measures a second, from the first request until the last point is readable."""
    return session.post(metrics=1000, points=10)


ROW = Row("1000 × 10, until readable", "measures/s", measure, more_is_better=True, ratio_min=30)

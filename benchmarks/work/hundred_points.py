# SPDX-License-Identifier: Apache-2.0
"""100 metrics with a hundred points each in a request: history that is caught up with."""

from benchmarks.row import Row
from benchmarks.session import Session


def measure(session: Session) -> float:
    """Measures a second, from the first request until the last point is readable."""
    return session.post(metrics=100, points=100)


ROW = Row("100 × 100, until readable", "measures/s", measure, more_is_better=True, ratio_min=10)

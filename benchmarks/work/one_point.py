# SPDX-License-Identifier: Apache-2.0
"""1000 metrics with one point each in a request: what an agent of a large cloud sends."""

from benchmarks.row import Row
from benchmarks.session import Session


def measure(session: Session) -> float:
    """Measures a second, from the first request until the last point is readable."""
    return session.post(metrics=1000, points=1)


ROW = Row("1000 metrics × 1 point a request, until readable", "measures/s", measure, more_is_better=True, ratio_min=40)

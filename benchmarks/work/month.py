# SPDX-License-Identifier: Apache-2.0
"""One metric's whole month at five minutes: the chart that people open."""

from benchmarks.row import Row, p50_ms
from benchmarks.session import Session


def measure(session: Session) -> float:
    """The median of the answers' times, each of another metric, ms."""
    paths = [f"/v1/metric/{each}/measures?aggregation=mean" for each in session.readers]
    rows = session.rows("GET", paths[0])
    assert session.sizes.points == rows, f"{session.peer.name}: {rows} rows"
    return p50_ms(session, session.sizes.gets, "GET", paths)


ROW = Row("GET 30 days at 5 min, 8640 rows, p50", "ms", measure, ratio_min=6)

# SPDX-License-Identifier: Apache-2.0
"""One metric's last day at five minutes: what dashboards ask for again and again."""

from benchmarks.bodies import stamp
from benchmarks.row import Row, p50_ms
from benchmarks.session import HISTORY_STEP_S, Session

POINTS_A_DAY = 86400 // HISTORY_STEP_S


def measure(session: Session) -> float:
    """The median of the answers' times, each of another metric, ms."""
    start = stamp(session.history_end_s - (POINTS_A_DAY - 1) * HISTORY_STEP_S)
    paths = [f"/v1/metric/{each}/measures?aggregation=mean&start={start}" for each in session.readers]
    rows = session.rows("GET", paths[0])
    assert rows == POINTS_A_DAY, f"{session.peer.name}: {rows} rows"
    return p50_ms(session, session.sizes.gets, "GET", paths)


ROW = Row("GET one day, 288 rows, p50", "ms", measure, ratio_min=3)

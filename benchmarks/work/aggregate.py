# SPDX-License-Identifier: Apache-2.0
"""The mean over many metrics' months: a whole cloud in one line."""

import json

from benchmarks.row import Row, p50_ms
from benchmarks.session import HISTORY_STEP_S, Session


def measure(session: Session) -> float:
    """The median of the answers' times, ms."""
    operations = ["aggregate", "mean", ["metric", *([each, "mean"] for each in session.readers)]]
    body = json.dumps({"operations": operations}).encode()
    path = f"/v1/aggregates?granularity={HISTORY_STEP_S}"
    rows = session.rows("POST", path, body)
    assert session.sizes.points == rows, f"{session.peer.name}: {rows} rows"
    return p50_ms(session, session.sizes.aggregates, "POST", [path], body)


ROW = Row("aggregate of 100 metrics × 8640, p50", "ms", measure, ratio_min=6)

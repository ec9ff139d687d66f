# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/status`: what comes in, what is dropped, how much is stored."""

import time

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope import __version__
from nephoscope.api.native.call import SEES_ALL, Call, at, reply
from nephoscope.observe import registry

STARTED = time.monotonic()
PARTS = (
    "SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes, count() AS parts FROM system.parts "
    "WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table"
)


def show_status(call: Call) -> Response:
    """Counters since the start, drops by station and cause, and the size of each table."""
    call.need(SEES_ALL, "see the status")
    return reply(
        {
            "version": __version__,
            "uptime_s": round(time.monotonic() - STARTED, 1),
            "metrics": call.parts.index.metrics.count(),
            "measures_accepted": registry.value("nephoscope_measures_accepted_total"),
            "commits": registry.value("nephoscope_commits_total"),
            "commit_seconds": registry.value("nephoscope_commit_seconds_sum"),
            "dropped": dropped_by_cause(),
            "tables": call.parts.store.query(PARTS).to_pylist(),
        }
    )


def dropped_by_cause() -> list[dict[str, object]]:
    """Every drop counted since the start."""
    return [
        {**dict(labels), "records": amount} for labels, amount in registry.series("nephoscope_dropped_total").items()
    ]


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/status", GET=show_status)]

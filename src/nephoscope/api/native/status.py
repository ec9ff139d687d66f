# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/status`: what comes in, what is dropped, how much is stored."""

import time

import msgspec
from starlette.routing import BaseRoute

from nephoscope import __version__
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.observe import registry

STARTED = time.monotonic()
PARTS = (
    "SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes, count() AS parts FROM system.parts "
    "WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table"
)


class Dropped(msgspec.Struct):
    """Records that one station dropped for one cause since the start."""

    station: str
    cause: str
    records: float


class TableSize(msgspec.Struct):
    """What one table of the store holds."""

    table: str
    rows: int
    bytes: int
    parts: int


class Status(msgspec.Struct):
    """Counters since the start, drops by station and cause, and the size of each table."""

    version: str
    uptime_s: float
    metrics: int
    measures_accepted: float
    commits: float
    commit_seconds: float
    dropped: list[Dropped]
    tables: list[TableSize]


def show_status(call: Call) -> Status:
    """How the program is: what came in, what was dropped, how much is stored."""
    return Status(
        version=__version__,
        uptime_s=round(time.monotonic() - STARTED, 1),
        metrics=call.parts.index.metrics.count(),
        measures_accepted=registry.value("nephoscope_measures_accepted_total"),
        commits=registry.value("nephoscope_commits_total"),
        commit_seconds=registry.value("nephoscope_commit_seconds_sum"),
        dropped=dropped_by_cause(),
        tables=msgspec.convert(call.parts.store.query(PARTS).to_pylist(), list[TableSize]),
    )


def dropped_by_cause() -> list[Dropped]:
    """Every drop counted since the start."""
    found = registry.series("nephoscope_dropped_total").items()
    return [Dropped(**dict(labels), records=amount) for labels, amount in found]


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/status", GET=operation(show_status, "see platform"))]

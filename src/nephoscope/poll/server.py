# SPDX-License-Identifier: Apache-2.0
"""The server itself: what it takes in, drops, answers and uses, so that it is watched like anything else."""

import os
import resource
from collections.abc import Callable, Mapping
from pathlib import Path

from nephoscope.model.sample import Meter, SampledResource
from nephoscope.observe import Labels, registry
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import encode_id

TYPE = "nephoscope"
DROPPED = "nephoscope_dropped_total"
# What the server stored of its own readings; others' are counted without them.
OWN_MEASURES = "nephoscope_own_measures_total"

COUNTERS = {
    "server.commits": "nephoscope_commits_total",
    "server.commit.time": "nephoscope_commit_seconds_sum",
    "server.requests": "nephoscope_http_requests_total",
    "server.request.time": "nephoscope_http_request_seconds_sum",
    "server.housekeeping.errors": "nephoscope_housekeeping_errors_total",
}


class Server:
    """
    Reads this process's counters, its memory and CPU time, and what `facts` gives by the names of its meters.

    Drops have a meter for each station and cause, which is made when the first record is dropped there.
    """

    METERS = (
        Meter("server.measures.accepted", "cumulative", "measure"),
        Meter("server.dropped", "cumulative", "record"),
        Meter("server.commits", "cumulative", "commit"),
        Meter("server.commit.time", "cumulative", "s"),
        Meter("server.requests", "cumulative", "request"),
        Meter("server.requests.failed", "cumulative", "request"),
        Meter("server.request.time", "cumulative", "s"),
        Meter("server.housekeeping.errors", "cumulative", "error"),
        Meter("server.store.bytes", "gauge", "B"),
        Meter("server.store.rows", "gauge", "row"),
        Meter("server.disk.free", "gauge", "B"),
        Meter("server.lag", "gauge", "s"),
        Meter("server.memory.resident", "gauge", "B"),
        Meter("server.cpu.time", "cumulative", "s"),
    )

    def __init__(self, host: str, version: str, facts: Callable[[int], Mapping[str, float]]) -> None:
        """`facts` is given the time of the poll in ns, and may leave out what it does not know."""
        self._resource = SampledResource(
            id=f"{TYPE}.{encode_id(host)}", type=TYPE, attributes={"host": host, "version": version}
        )
        self._facts = facts

    def poll(self, now_ns: int) -> Readings:
        """Counts since the server started, and how things are now."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        drops = _drops(registry.series(DROPPED))
        values: dict[str, float] = {
            "server.measures.accepted": registry.value("nephoscope_measures_accepted_total")
            - registry.value(OWN_MEASURES),
            "server.dropped": sum(drops.values()),
            "server.requests.failed": _failed(registry.series("nephoscope_http_requests_total")),
            "server.memory.resident": int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"),
            "server.cpu.time": used.ru_utime + used.ru_stime,
            **{meter: sum(registry.series(name).values()) for meter, name in COUNTERS.items()},
            **self._facts(now_ns),
            **drops,
        }
        readings = Readings((*self.METERS, *(Meter(name, "cumulative", "record") for name in drops)), now_ns)
        readings.add(self._resource, values)
        return readings


def dropped_meter(station: str, cause: str) -> str:
    """
    The name of the meter for what a station drops for a cause.

    >>> dropped_meter("store", "queue full")
    'server.dropped.store.queue_full'
    """
    return f"server.dropped.{station}.{cause}".replace(" ", "_").replace("/", "_")


def _drops(series: Mapping[Labels, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for labels, amount in series.items():
        named = dict(labels)
        meter = dropped_meter(named.get("station", ""), named.get("cause", ""))
        found[meter] = found.get(meter, 0) + amount
    return found


def _failed(requests: Mapping[Labels, float]) -> float:
    return sum(amount for labels, amount in requests.items() if dict(labels).get("status", "").startswith("5"))

# SPDX-License-Identifier: Apache-2.0
"""Whether the platform is well: what comes in, what is dropped, how the store grows, told by its own metrics."""

import time
from collections.abc import Sequence

import msgspec
import numpy as np

from nephoscope.api.native.call import Call
from nephoscope.api.native.shapes import listed_ms, listed_values, wanted
from nephoscope.api.native.status import dropped_by_cause
from nephoscope.model import timespan
from nephoscope.model.metric import Metric
from nephoscope.model.paging import Page
from nephoscope.model.search import Compare, Or, all_of, equal
from nephoscope.observe import registry
from nephoscope.query.charts import Line, Window, lines, sparklines
from nephoscope.query.metrics import Column
from nephoscope.query.platform import StoreSize, store_size
from nephoscope.store.series import Int64s

SELF_TYPE = "nephoscope"
DROP_PREFIX = "server.dropped."
RECENT_NS = 5 * timespan.MINUTE_NS
LAG_MAX_S = 600
COMMIT_MAX_S = 1.0
DISK_SHARE_MIN = 0.1
DAYS_LEFT_MIN = 14
GROWTH_SPAN_NS = 7 * timespan.DAY_NS
GROWTH_SPAN_MIN_NS = 10 * timespan.MINUTE_NS
SIZE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


class Check(msgspec.Struct):
    """One thing that must be so: what was found, and what to do when it is not good."""

    name: str
    good: bool
    found: str
    advice: str


class RateLine(msgspec.Struct):
    """Measures taken in by the second, over the last hour, by all servers together."""

    times_ms: list[int]
    values: list[float | None]


class DroppedRate(msgspec.Struct):
    """What a station dropped for a cause since this server started, and by the minute in the last five minutes."""

    station: str
    cause: str
    records: float
    per_minute: float


class StoreView(msgspec.Struct):
    """What the store holds; the growth is null until there is history enough to tell."""

    bytes: int
    rows: int
    bytes_per_row: float | None
    growth_bytes_per_day: float | None
    disk_free_bytes: int


class Platform(msgspec.Struct):
    """`good` when all checks are; `lag_s` is the age of the newest measure, null when there is none."""

    good: bool
    checks: list[Check]
    rate_per_s: float
    rate: RateLine
    dropped: list[DroppedRate]
    lag_s: float | None
    store: StoreView


def platform_of(call: Call, window: Window) -> Platform:
    """The state of the platform, as of the window's end."""
    started = time.perf_counter()
    size = store_size(call.parts.store)
    answered_s = time.perf_counter() - started
    own = _own_metrics(call)
    rate = _rate(call, own.get("server.measures.accepted", []), window)
    recent = Window(window.now_ns - RECENT_NS, window.now_ns, window.now_ns, 2)
    dropped = _dropped(call, own, recent)
    growth = _growth(call, own.get("server.store.bytes", []), window.now_ns)
    lag_s = _lag_s(call, own.get("server.lag", []), recent)
    checks = [
        Check("store", True, f"answers in {1000 * answered_s:.0f} ms", ""),
        _disk_check(size, growth),
        _drop_check(dropped),
        _lag_check(lag_s),
        _commit_check(),
        _housekeeping_check(),
    ]
    return Platform(
        good=all(each.good for each in checks),
        checks=checks,
        rate_per_s=next((value for value in reversed(rate.values) if value is not None), 0.0),
        rate=rate,
        dropped=dropped,
        lag_s=lag_s,
        store=StoreView(
            bytes=size.bytes,
            rows=size.rows,
            bytes_per_row=size.bytes / size.rows if size.rows else None,
            growth_bytes_per_day=growth,
            disk_free_bytes=size.disk_free_bytes,
        ),
    )


def _own_metrics(call: Call) -> dict[str, list[Metric]]:
    """The metrics that servers write of themselves, by name: one a server."""
    names = ("server.measures.accepted", "server.store.bytes", "server.lag")
    named = Or((Compare("in", "name", names), Compare("like", "name", f"{DROP_PREFIX}%")))
    search = all_of(named, equal("resource.type", SELF_TYPE), equal("status", "active"))
    found: dict[str, list[Metric]] = {}
    metrics = call.parts.index.metrics.find(search, page=Page(1000))
    call.parts.catalog.by_id([each.id for each in metrics])
    for each in metrics:
        found.setdefault(each.name or "", []).append(each)
    return found


def _rate(call: Call, metrics: Sequence[Metric], window: Window) -> RateLine:
    times, values = _summed(sparklines(call.parts.reader, wanted(call, metrics, rate=True), window))
    return RateLine(listed_ms(times), listed_values(values))


def _summed(found: Sequence[Line]) -> tuple[Int64s, Column]:
    """Several servers' lines as one."""
    times = np.concatenate([np.empty(0, np.int64), *(line.times_ns for line in found)])
    values = np.concatenate([np.empty(0, np.float64), *(line.values for line in found)])
    union, place = np.unique(times, return_inverse=True)
    known = np.isfinite(values)
    return union, np.bincount(place[known], values[known], minlength=len(union)).astype(np.float64)


def _dropped(call: Call, own: dict[str, list[Metric]], recent: Window) -> list[DroppedRate]:
    drops = [metric for name, metrics in own.items() if name.startswith(DROP_PREFIX) for metric in metrics]
    read = lines(call.parts.reader, wanted(call, drops, rate=True), "last", recent)
    per_minute: dict[str, float] = {}
    for metric, line in zip(drops, read, strict=True):
        known = line.values[np.isfinite(line.values)]
        mean = float(known.mean()) if len(known) else 0.0
        per_minute[metric.name or ""] = per_minute.get(metric.name or "", 0.0) + 60 * mean
    return [
        DroppedRate(each.station, each.cause, each.records, per_minute.get(_meter(each.station, each.cause), 0.0))
        for each in dropped_by_cause()
    ]


def _meter(station: str, cause: str) -> str:
    return f"{DROP_PREFIX}{station}.{cause}".replace(" ", "_").replace("/", "_")


def _growth(call: Call, metrics: Sequence[Metric], now_ns: int) -> float | None:
    """Bytes a day: the slope of the straight line that fits the last week best."""
    window = Window(now_ns - GROWTH_SPAN_NS, now_ns, now_ns, 1000)
    slopes = []
    for line in lines(call.parts.reader, wanted(call, metrics, rate=False), "mean", window):
        if len(line.times_ns) > 1 and line.times_ns[-1] - line.times_ns[0] >= GROWTH_SPAN_MIN_NS:
            days = (line.times_ns - line.times_ns[0]) / timespan.DAY_NS
            slopes.append(float(np.polyfit(days, line.values, 1)[0]))
    return sum(slopes) if slopes else None


def _lag_s(call: Call, metrics: Sequence[Metric], recent: Window) -> float | None:
    read = lines(call.parts.reader, wanted(call, metrics, rate=False), "last", recent)
    newest = [float(line.values[-1]) for line in read if len(line.values)]
    return min(newest, default=None)


def _disk_check(size: StoreSize, growth: float | None) -> Check:
    share = size.disk_free_bytes / size.disk_total_bytes if size.disk_total_bytes else 1.0
    found = f"{_size_text(size.disk_free_bytes)} free ({100 * share:.0f} %)"
    days = size.disk_free_bytes / growth if growth and growth > 0 else None
    if days is not None and days < 10_000:
        found += f", enough for {days:.0f} days at this growth"
    good = share >= DISK_SHARE_MIN and (days is None or days >= DAYS_LEFT_MIN)
    advice = "" if good else "add room, or shorten what archive policies keep"
    return Check("disk", good, found, advice)


def _size_text(size_bytes: int) -> str:
    """Bytes in the units that the pages use beside it: 2**30 are `1.0 GiB`."""
    power = min((size_bytes.bit_length() - 1) // 10, len(SIZE_UNITS) - 1) if size_bytes > 0 else 0
    return f"{size_bytes / 1024**power:.1f} {SIZE_UNITS[power]}"


def _drop_check(dropped: Sequence[DroppedRate]) -> Check:
    now = [each for each in dropped if each.per_minute > 0]
    if not now:
        return Check("drops", True, "nothing dropped in the last five minutes", "")
    found = ", ".join(f"{each.station}, {each.cause}: {each.per_minute:.1f} a minute" for each in now)
    return Check("drops", False, found, "look at the records in the table dead_letters, and at their senders")


def _lag_check(lag_s: float | None) -> Check:
    if lag_s is None:
        return Check(
            "data",
            False,
            "nothing has come in since the start",
            "is an agent running, and may it write?",
        )
    good = lag_s <= LAG_MAX_S
    found = f"the newest measure is {lag_s:.0f} s old"
    return Check("data", good, found, "" if good else "the sources are silent, or their clocks are wrong")


def _commit_check() -> Check:
    commits = registry.value("nephoscope_commit_seconds_count")
    mean_s = registry.value("nephoscope_commit_seconds_sum") / commits if commits else 0.0
    good = mean_s <= COMMIT_MAX_S
    advice = "" if good else "the disk is too slow for what comes in"
    return Check("commits", good, f"{commits:.0f} since the start, {1000 * mean_s:.0f} ms each", advice)


def _housekeeping_check() -> Check:
    errors = registry.value("nephoscope_housekeeping_errors_total")
    if not errors:
        return Check("housekeeping", True, "roll-up and expiry without errors since the start", "")
    return Check("housekeeping", False, f"{errors:.0f} errors since the start", "the server's log names them")

# SPDX-License-Identifier: Apache-2.0
"""`POST /api/v1/series`: the points of many metrics as a chart wants them."""

from typing import Annotated
from uuid import UUID

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.shapes import (
    MILLISECOND_NS,
    Granularity,
    ResourceBrief,
    by_ids,
    granularity_ns,
    listed_ms,
    listed_values,
    owner_brief,
    owners_of,
    shown_unit,
    visible_metrics,
    wanted,
    window_of,
)
from nephoscope.model import timespan
from nephoscope.model.archive_policy import METHODS
from nephoscope.model.errors import InvalidInput, TooLarge
from nephoscope.model.instant import Instant
from nephoscope.query.charts import lines

METRICS_MAX = 100
POINTS_MAX = 1_000_000

MetricIds = Annotated[list[UUID], msgspec.Meta(max_length=METRICS_MAX)]
PointsAsked = Annotated[int, msgspec.Meta(ge=2, le=100_000)]


class SeriesBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    Which metrics and which of their stored methods; the span, by default the last hour.

    Without `granularity_s` each series is as fine as its policy keeps it for the span, or finer where the span is
    short and measures come more often. `points` bounds each series:
    one that has more is thinned, its lowest and highest points staying. With `rate` null counters are shown as their
    growth by the second; true and false decide for all metrics.
    """

    metrics: MetricIds
    method: str = "mean"
    granularity_s: Granularity | None = None
    start: Instant | None = None
    stop: Instant | None = None
    points: PointsAsked = 1000
    rate: bool | None = None


class SeriesView(msgspec.Struct):
    """One metric's points; `rate` when they are growth by the second, which the unit then says too."""

    metric: UUID
    name: str | None
    unit: str | None
    rate: bool
    resource: ResourceBrief | None
    granularity_s: float
    times_ms: list[int]
    values: list[float | None]


class SeriesNote(msgspec.Struct):
    """What is to be known about one metric of the answer, or about one that is not in it."""

    metric: UUID
    text: str


class SeriesAnswer(msgspec.Struct):
    """In the order asked for; `granularity_s` is the coarsest of all, `downsampled` when points were left out."""

    series: list[SeriesView]
    granularity_s: float | None
    downsampled: bool
    method: str
    start_ms: int
    stop_ms: int
    notes: list[SeriesNote]


def read_series(call: Call, body: SeriesBody) -> SeriesAnswer:
    """The points of metrics, all read together; a metric that is not there, or not to be seen, is named in a note."""
    check_method(body.method)
    ids = list(dict.fromkeys(body.metrics))
    if len(ids) * body.points > POINTS_MAX:
        raise TooLarge(f"{len(ids)} metrics of {body.points} points are more than {POINTS_MAX} points; ask for fewer")
    window = window_of(body.start, body.stop, body.points)
    found = {metric.id: metric for metric in visible_metrics(call, by_ids(ids), METRICS_MAX)}
    metrics = [found[each] for each in ids if each in found]
    # A method that gives differences by itself is not differentiated again.
    rate = False if body.method.startswith("rate:") else body.rate
    asked = wanted(call, metrics, rate)
    read = lines(call.parts.reader, asked, body.method, window, granularity_ns(body.granularity_s))
    owners = owners_of(call, metrics)
    series = [
        SeriesView(
            metric=metric.id,
            name=metric.name,
            unit=shown_unit(metric.unit, rate=each.counter),
            rate=each.counter,
            resource=owner_brief(metric, owners),
            granularity_s=timespan.seconds(line.granularity_ns),
            times_ms=listed_ms(line.times_ns),
            values=listed_values(line.values),
        )
        for metric, each, line in zip(metrics, asked, read, strict=True)
    ]
    notes = [SeriesNote(each, f"there is no metric {each} that you may see") for each in ids if each not in found]
    notes += [SeriesNote(metric.id, line.note) for metric, line in zip(metrics, read, strict=True) if line.note]
    return SeriesAnswer(
        series=series,
        granularity_s=max((each.granularity_s for each in series), default=None),
        downsampled=any(line.thinned for line in read),
        method=body.method,
        start_ms=window.start_ns // MILLISECOND_NS,
        stop_ms=window.stop_ns // MILLISECOND_NS,
        notes=notes,
    )


def check_method(method: str) -> None:
    """InvalidInput for what is no method of archive policies."""
    if method not in METHODS:
        raise InvalidInput(
            f"{method[:80]!r} is no method; methods are mean, min, max, sum, count, std, median, first, last, "
            "1pct to 99pct, and each with rate: before it",
            ["method"],
        )


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/series", POST=operation(read_series, "see data"))]

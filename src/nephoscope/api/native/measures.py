# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/metrics/{id}/measures`: one metric's measures as they came, streamed as JSON or CSV."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import numpy as np
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.shapes import (
    MILLISECOND_NS,
    ResourceBrief,
    by_ids,
    listed_values,
    owner_brief,
    owners_of,
    visible_metrics,
)
from nephoscope.api.offload import offload
from nephoscope.model.errors import NotFound
from nephoscope.model.instant import Instant
from nephoscope.model.metric import Metric
from nephoscope.model.resource_id import as_uuid
from nephoscope.query.metrics import FOREVER, Column
from nephoscope.store.series import Int64s

ROWS_AT_ONCE = 50_000
ROWS_MAX = 10_000_000


class MeasuresQuery(msgspec.Struct):
    """The span, by default everything that is stored; at most `limit` measures, the oldest first."""

    start: Instant | None = None
    stop: Instant | None = None
    format: Literal["json", "csv"] = "json"
    limit: Annotated[int, msgspec.Meta(ge=1, le=ROWS_MAX)] = 10_000


async def list_measures(call: Call, query: MeasuresQuery) -> Response:
    """
    A metric's measures, oldest first.

    JSON is `{"metric", "name", "unit", "resource", "measures": [[time_ms, value], …], "next_ms"}`, where `next_ms` is
    the start of the rest when `limit` cut it off, else null. CSV has the columns time (ISO 8601, UTC) and value.
    """
    metric, head = await offload(_metric, call)
    # Read before the answer begins, so that a store that is away is told as any other problem.
    pages = _after(await anext(rest := _pages(call, metric, query)), rest)
    write = _as_csv if query.format == "csv" else _as_json
    name = f"{metric.name or metric.id}.{query.format}"
    return StreamingResponse(
        write(head, pages),
        media_type="text/csv; charset=utf-8" if query.format == "csv" else "application/json",
        headers={"Content-Disposition": f'attachment; filename="{_plain(name)}"'} if query.format == "csv" else None,
    )


class Measures(msgspec.Struct):
    """`next_ms` is where the rest begins when the limit cut it off."""

    metric: UUID
    name: str | None
    unit: str | None
    resource: ResourceBrief | None
    measures: list[tuple[int, float | None]]
    next_ms: int | None


Rows = tuple[Int64s, Column, int | None]


def _metric(call: Call) -> tuple[Metric, bytes]:
    """The metric of the path, and the beginning of the JSON that tells of it."""
    text = call.segment("id")
    uuid = as_uuid(text)
    found = visible_metrics(call, by_ids([uuid] if uuid else []), 1)
    if not found:
        raise NotFound(f"Metric {text} does not exist")
    owner = owner_brief(found[0], owners_of(call, found))
    told = {"metric": found[0].id, "name": found[0].name, "unit": found[0].unit, "resource": owner}
    return found[0], msgspec.json.encode(told)


async def _pages(call: Call, metric: Metric, query: MeasuresQuery) -> AsyncIterator[Rows]:
    """The measures in pieces; with the last one, where the rest begins if the limit cut it off."""
    start, stop, left = int(query.start or 0), FOREVER if query.stop is None else int(query.stop), query.limit
    while True:
        wanted = min(left, ROWS_AT_ONCE)
        times, values = await offload(call.parts.reader.measures, metric.number, start, stop, wanted + 1)
        more = int(times[wanted]) if len(times) > wanted else None
        left -= min(len(times), wanted)
        yield times[:wanted], values[:wanted], more if left == 0 else None
        if more is None or left == 0:
            return
        start = more


async def _after(first: Rows, rest: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
    yield first
    async for page in rest:
        yield page


async def _as_json(head: bytes, pages: AsyncIterator[Rows]) -> AsyncIterator[bytes]:
    yield head[:-1] + b',"measures":['
    separator, next_ns = b"", None
    async for times, values, more in pages:
        next_ns = more
        if len(times):
            rows = zip((times // MILLISECOND_NS).tolist(), listed_values(values), strict=True)
            yield separator + msgspec.json.encode(list(rows))[1:-1]
            separator = b","
    yield b'],"next_ms":' + (b"null" if next_ns is None else str(next_ns // MILLISECOND_NS).encode()) + b"}"


async def _as_csv(_head: bytes, pages: AsyncIterator[Rows]) -> AsyncIterator[bytes]:
    yield b"time,value\r\n"
    async for times, values, _ in pages:
        texts = np.datetime_as_string(times.astype("datetime64[ns]")).tolist()
        yield "".join(f"{time}Z,{value!r}\r\n" for time, value in zip(texts, values.tolist(), strict=True)).encode()


def _plain(name: str) -> str:
    """A file's name that every header can carry."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name)


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/metrics/{id}/measures", GET=operation(list_measures, "see data", answer=Measures))]

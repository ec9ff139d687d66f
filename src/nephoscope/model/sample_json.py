# SPDX-License-Identifier: Apache-2.0
"""Samples as JSON, in either of the two ways in which telemetry agents write them."""

import math
from collections.abc import Iterator
from typing import Any

import msgspec

from nephoscope.model import timestamp
from nephoscope.model.errors import BadPayload, BadRequest
from nephoscope.model.sample_columns import Row, Samples, number_of, of_rows

# What the bus calls otherwise than files and HTTP do.
ON_THE_WIRE = {
    "counter_name": "name",
    "counter_type": "type",
    "counter_unit": "unit",
    "counter_volume": "volume",
}


class _Sample(msgspec.Struct):
    name: str
    type: str
    volume: float | str | None
    resource_id: str
    timestamp: str
    unit: str | None = None
    user_id: str | None = None
    project_id: str | None = None
    resource_metadata: dict[str, Any] | None = None
    monotonic_time: float | None = None


def decode(body: bytes, now_ns: int) -> tuple[Samples, int]:
    """
    Samples out of `[sample, …]` or `{"samples": [sample, …]}`, with `name` or `counter_name` and so on.

    Gives   the samples, and how many were left out as their volume is no number. A time without a zone is UTC.
    Errors  BadPayload, which names the sample by its number and what is wrong with it.
    """
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise BadPayload(f"the samples are not JSON: {error}") from None
    return read(found.get("samples") if isinstance(found, dict) else found, now_ns)


def read(listed: object, now_ns: int) -> tuple[Samples, int]:
    """The same out of the list itself, JSON that is decoded already."""
    if not isinstance(listed, list):
        raise BadPayload('samples are a JSON list, or a map with one: [{"name": …}, …] or {"samples": […]}')
    rows = [row for number, each in enumerate(listed) if (row := _read(number, each, now_ns)) is not None]
    return of_rows(rows), len(listed) - len(rows)


def encode(samples: Samples) -> Iterator[dict[str, object]]:
    """A plain map for each sample, times in UTC."""
    columns = zip(
        *(getattr(samples, each).tolist() for each in ("name", "type", "unit", "volume")),
        *(getattr(samples, each).tolist() for each in ("user_id", "project_id", "resource_id", "time_ns", "metadata")),
        strict=True,
    )
    for name, kind, unit, volume, user, project, resource, time_ns, metadata in columns:
        yield {
            "name": name,
            "type": kind,
            "unit": unit,
            "volume": volume,
            "user_id": user,
            "project_id": project,
            "resource_id": resource,
            "timestamp": timestamp.render(time_ns),
            "resource_metadata": metadata,
        }


def _read(number: int, found: Any, now_ns: int) -> Row | None:
    """One sample; None where its volume is no number."""
    try:
        if isinstance(found, dict):
            found = {ON_THE_WIRE.get(key, key): value for key, value in found.items()}
        sample = msgspec.convert(found, _Sample)
        volume, time_ns = number_of(sample.volume), timestamp.parse(sample.timestamp, now_ns)
    except (msgspec.ValidationError, BadRequest) as error:
        raise BadPayload(f"sample {number}: {error}") from None
    if volume is None:
        return None
    return (
        sample.name,
        sample.type,
        sample.unit or "",
        volume,
        sample.user_id,
        sample.project_id,
        sample.resource_id,
        time_ns,
        math.nan if sample.monotonic_time is None else sample.monotonic_time,
        sample.resource_metadata or {},
    )

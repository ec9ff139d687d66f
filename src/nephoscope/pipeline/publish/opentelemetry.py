# SPDX-License-Identifier: Apache-2.0
"""`opentelemetryhttp://`: samples as OTLP metrics in JSON to a collector."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np

from nephoscope import __version__
from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Outcome
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import Samples
from nephoscope.observe import dropped
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.http import CONNECTION, KEPT, address, sender
from nephoscope.pipeline.publish.url import PublisherUrl
from nephoscope.pipeline.publish.wire import SAMPLES_MAX, batch, sendable

log = logging.getLogger(__name__)

PATH = "/v1/metrics"
DELTA, CUMULATIVE = 1, 2


class _Partial(msgspec.Struct, rename="camel"):
    rejected_data_points: int | str = 0
    error_message: str = ""


class _Answer(msgspec.Struct, rename="camel"):
    partial_success: _Partial | None = None


class OpentelemetryHttp:
    """Posts up to 1000 samples at once, by resource and meter; what a collector leaves out is counted."""

    OPTIONS: ClassVar[dict[str, str]] = {"ssl": "`true`: over HTTPS (default `false`)", **CONNECTION, **KEPT}
    TAKES_EVENTS = False

    def __init__(self, url: PublisherUrl, settings: PublishSettings) -> None:
        path = address(url, self.OPTIONS)
        path = path if url.path.strip("/") else PATH + path.removeprefix("/")
        self._sender = sender(url, "https" if url.flag("ssl", False) else "http", path, heard=_count_rejected)

    def pack(self, samples: Samples, now_ns: int) -> Iterable[EncodedBatch]:
        samples = sendable(samples)
        for start in range(0, len(samples), SAMPLES_MAX):
            part = samples.take(np.arange(start, min(start + SAMPLES_MAX, len(samples))))
            yield batch(msgspec.json.encode(request(part)), len(part), now_ns)

    def pack_events(self, events: Sequence[Event], now_ns: int) -> Iterable[EncodedBatch]:
        raise BadRequest("opentelemetryhttp:// takes no events")

    def send(self, batch: EncodedBatch) -> Outcome:
        return self._sender.send(batch)

    def close(self) -> None:
        self._sender.close()


def request(samples: Samples) -> dict[str, Any]:
    """The samples as an export request, in the JSON of protocol buffers: 64-bit numbers are texts, enums numbers."""
    resources: dict[tuple[str | None, ...], dict[tuple[str, str, str], list[Any]]] = {}
    for owner, meter, time_ns, volume in _rows(samples):
        points = resources.setdefault(owner, {}).setdefault(meter, [])
        points.append({"timeUnixNano": str(time_ns), "asDouble": volume})
    scope = {"name": "nephoscope", "version": __version__}
    return {
        "resourceMetrics": [
            {
                "resource": {"attributes": _attributes(owner)},
                "scopeMetrics": [
                    {"scope": scope, "metrics": [_metric(*meter, points) for meter, points in met.items()]}
                ],
            }
            for owner, met in resources.items()
        ]
    }


def _rows(samples: Samples) -> Iterator[tuple[tuple[str | None, ...], tuple[str, str, str], int, float]]:
    """Of each sample what it belongs to, its meter, time and value."""
    owners = zip(*(getattr(samples, each).tolist() for each in ("resource_id", "user_id", "project_id")), strict=True)
    meters = zip(*(getattr(samples, each).tolist() for each in ("name", "type", "unit")), strict=True)
    yield from zip(owners, meters, samples.time_ns.tolist(), samples.volume.tolist(), strict=True)


def _attributes(owner: tuple[str | None, ...]) -> list[Any]:
    keys = ("resource_id", "user_id", "project_id")
    return [
        {"key": key, "value": {"stringValue": value}}
        for key, value in zip(keys, owner, strict=True)
        if value is not None
    ]


def _metric(name: str, kind: str, unit: str, points: list[Any]) -> dict[str, Any]:
    """A counter grows until it is reset; of a delta nobody said that it cannot be below zero."""
    if kind == "cumulative":
        shape: dict[str, Any] = {
            "sum": {"dataPoints": points, "aggregationTemporality": CUMULATIVE, "isMonotonic": True}
        }
    elif kind == "delta":
        shape = {"sum": {"dataPoints": points, "aggregationTemporality": DELTA, "isMonotonic": False}}
    else:
        shape = {"gauge": {"dataPoints": points}}
    return {"name": name, "unit": unit, **shape}


def _count_rejected(said: str) -> None:
    """A collector may take a request and leave points out; it says how many."""
    try:
        partial = msgspec.json.decode(said, type=_Answer).partial_success
        rejected = int(partial.rejected_data_points) if partial else 0
    except (msgspec.DecodeError, ValueError):
        return
    if partial and rejected > 0:
        dropped("publish", "refused by collector", rejected)
        log.warning("the collector left out %d samples: %s", rejected, partial.error_message[:200])

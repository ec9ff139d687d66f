# SPDX-License-Identifier: Apache-2.0
"""`prometheus://`: samples as text to a push gateway."""

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import ClassVar
from urllib.parse import quote

import numpy as np

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Outcome
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import Samples
from nephoscope.observe import dropped
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.http import CONNECTION, KEPT, address, sender
from nephoscope.pipeline.publish.url import PublisherUrl
from nephoscope.pipeline.publish.wire import batch, sendable

MEDIA_TYPE = "plain/text"
TYPES = {"cumulative": "counter", "gauge": "gauge"}
_UNFIT = re.compile(r"[^a-zA-Z0-9_:]")
_JOB = re.compile(r"^(?P<job>.*/metrics/job(?:@base64)?/[^/]+)(?P<grouping>/.+)?$")


class Prometheus:
    """
    Pushes the last value of each series.

    Where the path names no labels behind the job, each resource is a group of its own, and a batch: the gateway
    replaces whatever it has of a metric in a group.
    """

    OPTIONS: ClassVar[dict[str, str]] = {"ssl": "`true`: over HTTPS (default `false`)", **CONNECTION, **KEPT}
    TAKES_EVENTS = False

    def __init__(self, url: PublisherUrl, settings: PublishSettings) -> None:
        parts = _JOB.match(url.path.rstrip("/"))
        if parts is None:
            raise url.lacking("a path such as /metrics/job/telemetry")
        self._by_resource = parts["grouping"] is None
        self._path, question, query = address(url, self.OPTIONS).partition("?")
        self._query = question + query
        scheme = "https" if url.flag("ssl", False) else "http"
        self._sender = sender(url, scheme, self._path + self._query, media_type=MEDIA_TYPE)

    def pack(self, samples: Samples, now_ns: int) -> Iterable[EncodedBatch]:
        samples = _last_of_each_series(sendable(samples))
        if not len(samples):
            return
        if not self._by_resource:
            yield batch(b"\n" + text(samples).encode("utf-8", "replace"), len(samples), now_ns)
            return
        rows: dict[str, list[int]] = {}
        for row, resource in enumerate(samples.resource_id.tolist()):
            rows.setdefault(resource or "", []).append(row)
        for resource, listed in rows.items():
            body = f"{_group(resource)}\n{text(samples.take(np.array(listed)))}"
            yield batch(body.encode("utf-8", "replace"), len(listed), now_ns)

    def pack_events(self, events: Sequence[Event], now_ns: int) -> Iterable[EncodedBatch]:
        raise BadRequest("prometheus:// takes no events")

    def send(self, batch: EncodedBatch) -> Outcome:
        """The first line of a batch is what its path has more than others."""
        group, _, pushed = batch.body.partition(b"\n")
        pushing = EncodedBatch(batch.id, batch.created_ns, batch.samples, batch.encoding, pushed)
        return self._sender.send(pushing, self._path.rstrip("/") + group.decode() + self._query)

    def close(self) -> None:
        self._sender.close()


def text(samples: Samples) -> str:
    """The exposition of samples, those of a metric together; what has no type there is left untyped."""
    lines: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    for name, kind, volume, resource, user, project in _rows(samples):
        metric = metric_name(name)
        if kind in TYPES:
            kinds.setdefault(metric, TYPES[kind])
        labels = ", ".join(
            f'{label}="{_escaped(value)}"'
            for label, value in (("resource_id", resource), ("user_id", user), ("project_id", project))
        )
        lines.setdefault(metric, []).append(f"{metric}{{{labels}}} {volume!r}\n")
    return "".join(
        line
        for metric, listed in lines.items()
        for line in ([f"# TYPE {metric} {kinds[metric]}\n"] if metric in kinds else []) + listed
    )


@lru_cache(maxsize=4096)
def metric_name(meter: str) -> str:
    """
    A meter's name in the signs that Prometheus allows.

    >>> metric_name("disk.device.read-bytes"), metric_name("5xx")
    ('disk_device_read_bytes', '_5xx')
    """
    name = _UNFIT.sub("_", meter)
    return f"_{name}" if name[:1].isdigit() or not name else name


def _rows(samples: Samples) -> Iterator[tuple[str, str, float, str | None, str | None, str | None]]:
    columns = ("name", "type", "volume", "resource_id", "user_id", "project_id")
    yield from zip(*(getattr(samples, each).tolist() for each in columns), strict=True)


def _last_of_each_series(samples: Samples) -> Samples:
    """The gateway refuses a push that has a series twice, and keeps no past."""
    order = np.argsort(samples.time_ns, kind="stable")
    ordered = samples.take(order)
    last = {
        (metric_name(name), resource or "", user or "", project or ""): row
        for row, (name, _, _, resource, user, project) in enumerate(_rows(ordered))
    }
    dropped("publish", "superseded", len(samples) - len(last))
    return samples if len(last) == len(samples) else ordered.take(np.array(sorted(last.values()), np.intp))


def _group(resource: str) -> str:
    """The part of the path that makes a resource a group; what a path cannot hold travels as base64."""
    if resource and "/" not in resource:
        return f"/resource_id/{quote(resource, safe='', errors='replace')}"
    encoded = base64.urlsafe_b64encode(resource.encode("utf-8", "replace")).decode().rstrip("=")
    return f"/resource_id@base64/{encoded or '='}"


def _escaped(value: str | None) -> str:
    return (value or "").replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

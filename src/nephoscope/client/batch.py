# SPDX-License-Identifier: Apache-2.0
"""From many small readings to few large batches: gathered in memory, merged by column, encoded once."""

import gzip
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.observe import dropped

GZIP_LEVEL = 5


@dataclass(frozen=True)
class EncodedBatch:
    """A batch as it travels: `body` is JSON, gzipped where `encoding` says so; `id` is the same however often sent."""

    id: str
    created_ns: int
    samples: int
    encoding: str
    body: bytes


def encode(batch: SampleBatch, *, created_ns: int, gzip_over_bytes: int = 1024) -> EncodedBatch:
    """Give the batch an id and its final bytes; JSON longer than `gzip_over_bytes` is compressed."""
    body, encoding = msgspec.json.encode(batch), ""
    if len(body) > gzip_over_bytes:
        body, encoding = gzip.compress(body, GZIP_LEVEL, mtime=0), "gzip"
    return EncodedBatch(str(uuid.uuid4()), created_ns, len(batch.value), encoding, body)


def merge(batches: Sequence[SampleBatch]) -> SampleBatch:
    """All samples of the batches, in order, in one; a resource that several mention comes with its last attributes."""
    resources: dict[tuple[str, str], SampledResource] = {}
    meters: dict[Meter, int] = {}
    merged = SampleBatch([], [], [], [], [], [])
    for batch in batches:
        resources.update(((each.type, each.id), each) for each in batch.resources)
    place = {key: i for i, key in enumerate(resources)}
    for batch in batches:
        resource_at = [place[each.type, each.id] for each in batch.resources]
        meter_at = [meters.setdefault(meter, len(meters)) for meter in batch.meters]
        merged.resource += [resource_at[i] for i in batch.resource]
        merged.meter += [meter_at[i] for i in batch.meter]
        merged.time_ns += batch.time_ns
        merged.value += batch.value
    merged.resources, merged.meters = list(resources.values()), list(meters)
    return merged


def split(batch: SampleBatch, samples_max: int) -> list[SampleBatch]:
    """The batch in parts of at most `samples_max` samples, each with only the resources and meters that it needs."""
    if len(batch.value) <= samples_max:
        return [batch]
    return [_part(batch, i, i + samples_max) for i in range(0, len(batch.value), samples_max)]


def _part(batch: SampleBatch, start: int, stop: int) -> SampleBatch:
    resources = {old: new for new, old in enumerate(dict.fromkeys(batch.resource[start:stop]))}
    meters = {old: new for new, old in enumerate(dict.fromkeys(batch.meter[start:stop]))}
    return SampleBatch(
        resources=[batch.resources[i] for i in resources],
        meters=[batch.meters[i] for i in meters],
        resource=[resources[i] for i in batch.resource[start:stop]],
        meter=[meters[i] for i in batch.meter[start:stop]],
        time_ns=batch.time_ns[start:stop],
        value=batch.value[start:stop],
    )


class Gatherer:
    """
    Holds readings until a batch is worth sending: `wait_s` after the first, or sooner when `samples_max` have come.

    At most `pending_max` samples wait; beyond that the oldest go, counted. Safe to use from several threads.
    """

    def __init__(
        self,
        *,
        wait_s: float,
        samples_max: int,
        pending_max: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wait_s = wait_s
        self._samples_max = samples_max
        self._pending_max = pending_max
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._pending: deque[SampleBatch] = deque()
        self._samples = 0
        self._due: float | None = None
        self._closed = False

    def add(self, batch: SampleBatch) -> None:
        """Take readings in."""
        if not batch.value:
            return
        with self._changed:
            for part in split(batch, self._samples_max):
                self._pending.append(part)
                self._samples += len(part.value)
            while self._samples > self._pending_max:
                lost = len(self._pending.popleft().value)
                self._samples -= lost
                dropped("agent", "full", lost)
            if self._due is None:
                self._due = self._monotonic() + self._wait_s
            self._changed.notify_all()

    def wait(self, timeout_s: float | None) -> None:
        """Return once a batch is due, after `timeout_s`, or when closed."""
        give_up = None if timeout_s is None else self._monotonic() + timeout_s
        with self._changed:
            while not (self._closed or self._ready()):
                now = self._monotonic()
                if give_up is not None and now >= give_up:
                    return
                moments = [moment for moment in (self._due, give_up) if moment is not None]
                self._changed.wait(max(0.0, min(moments) - now) if moments else None)

    def take(self) -> SampleBatch | None:
        """The next batch if one is due, without waiting."""
        with self._changed:
            return self._next() if self._ready() else None

    def close(self) -> None:
        """What is held is due now, and `wait` waits no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _ready(self) -> bool:
        if not self._samples:
            return False
        overdue = self._due is not None and self._monotonic() >= self._due
        return self._closed or overdue or self._samples >= self._samples_max

    def _next(self) -> SampleBatch:
        taken = [self._pending.popleft()]
        size = len(taken[0].value)
        while self._pending and size + len(self._pending[0].value) <= self._samples_max:
            taken.append(self._pending.popleft())
            size += len(taken[-1].value)
        self._samples -= size
        if not self._pending:
            self._due = None
        return merge(taken)

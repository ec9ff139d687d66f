# SPDX-License-Identifier: Apache-2.0
"""Samples of one poll, put down one by one and given out as columns."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nephoscope.model.sample import Meter
from nephoscope.model.sample_columns import NOTHING, Samples, number_of, objects
from nephoscope.observe import dropped
from nephoscope.poll.contract import Polled

NAME_LENGTH_MAX = 255
ID_LENGTH_MAX = 255


class SampleRows:
    """
    Rows that share the time at which the cycle began; each has the moment at which it was put down besides.

    `target` is the number, within those of the poll, of the target that is being read.
    """

    def __init__(self, now_ns: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now_ns = now_ns
        self._monotonic = monotonic
        self._rows: list[tuple[Any, ...]] = []
        self._targets: list[int] = []
        self.target = 0

    def add(
        self,
        meter: Meter,
        volume: Any,
        resource_id: Any,
        *,
        project_id: Any = None,
        user_id: Any = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Put down one; what has no number, no resource or a name that is too long is counted as dropped."""
        number = number_of(volume)
        identity = text_or_none(resource_id)
        if number is None:
            dropped("poll", "volume is no number")
        elif identity is None or len(identity) > ID_LENGTH_MAX:
            dropped("poll", "no resource id")
        elif not 0 < len(meter.name) <= NAME_LENGTH_MAX:
            dropped("poll", "no meter name")
        else:
            owners = (text_or_none(user_id), text_or_none(project_id))
            row = (meter.name, meter.kind, meter.unit, number, *owners, identity, self._monotonic(), metadata or {})
            self._rows.append(row)
            self._targets.append(self.target)

    def polled(self) -> Polled:
        """All of them, in order, beside what they were read of."""
        return Polled(self._samples(), np.array(self._targets, np.intp))

    def _samples(self) -> Samples:
        if not self._rows:
            return NOTHING
        name, kind, unit, volume, user, project, resource, read_s, metadata = zip(*self._rows, strict=True)
        return Samples(
            name=objects(name),
            type=objects(kind),
            unit=objects(unit),
            volume=np.array(volume, np.float64),
            user_id=objects(user),
            project_id=objects(project),
            resource_id=objects(resource),
            time_ns=np.full(len(volume), self._now_ns, np.int64),
            monotonic_s=np.array(read_s, np.float64),
            metadata=objects(metadata),
        )


def text_or_none(value: Any) -> str | None:
    """An id as text; None for what is empty, or is no id."""
    return str(value) if isinstance(value, int | float | str) and not isinstance(value, bool) and value != "" else None

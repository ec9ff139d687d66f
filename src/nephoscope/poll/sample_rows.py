# SPDX-License-Identifier: Apache-2.0
"""Samples of one poll, put down one by one and given out as columns."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np

from nephoscope.model.sample import Meter
from nephoscope.model.sample_columns import Row, number_of, of_rows
from nephoscope.observe import dropped
from nephoscope.poll.contract import Polled

NAME_LENGTH_MAX = 255
ID_LENGTH_MAX = 255

Each = TypeVar("Each")


class SampleRows:
    """
    Rows that share the time at which the cycle began; each has the moment at which it was put down besides.

    What is put down while `each` gives a target belongs to that one.
    """

    def __init__(self, now_ns: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now_ns = now_ns
        self._monotonic = monotonic
        self._rows: list[Row] = []
        self._targets: list[int] = []
        self._target = 0

    def each(self, targets: Iterable[Each]) -> Iterator[Each]:
        """The targets of the poll one by one, or what was read of each, in their order."""
        for self._target, target in enumerate(targets):
            yield target

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
            what, whose = (meter.name, meter.kind, meter.unit), (text_or_none(user_id), text_or_none(project_id))
            self._rows.append((*what, number, *whose, identity, self._now_ns, self._monotonic(), metadata or {}))
            self._targets.append(self._target)

    def polled(self) -> Polled:
        """All of them, in order, beside what they were read of."""
        return Polled(of_rows(self._rows), np.array(self._targets, np.intp))


def text_or_none(value: Any) -> str | None:
    """An id as text; None for what is empty, or is no id."""
    return str(value) if isinstance(value, int | float | str) and not isinstance(value, bool) and value != "" else None

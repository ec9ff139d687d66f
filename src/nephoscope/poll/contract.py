# SPDX-License-Identifier: Apache-2.0
"""What a pollster is, and the columns that it fills."""

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.poll.host import Host


class Readings:
    """
    What one poll read: columns that grow by resource, all with the time at which the poll began.

    `meters` are those that the pollster declares; a value under any other name is a mistake of its author (KeyError).
    """

    def __init__(self, meters: Sequence[Meter], time_ns: int) -> None:
        self._meters = meters
        self._index = {meter.name: i for i, meter in enumerate(meters)}
        self._time_ns = time_ns
        self._resources: list[SampledResource] = []
        self._resource: list[int] = []
        self._meter: list[int] = []
        self._value: list[float] = []

    def add(self, resource: SampledResource, values: Mapping[str, float]) -> None:
        """Put down one resource's values by meter name; what is not a finite number is left out, as not read."""
        read = {self._index[name]: float(value) for name, value in values.items() if math.isfinite(value)}
        if not read:
            return
        self._resource += [len(self._resources)] * len(read)
        self._resources.append(resource)
        self._meter += read.keys()
        self._value += read.values()

    def batch(self) -> SampleBatch:
        """The readings as samples; only meters that were read are listed."""
        used = sorted(set(self._meter))
        renumbered = {old: new for new, old in enumerate(used)}
        return SampleBatch(
            resources=list(self._resources),
            meters=[self._meters[i] for i in used],
            resource=list(self._resource),
            meter=[renumbered[i] for i in self._meter],
            time_ns=[self._time_ns] * len(self._value),
            value=list(self._value),
        )


class Pollster(Protocol):
    """
    Asks one source.

    State between polls (the last counters, say) lives in the object; no two polls of one object overlap.
    """

    def poll(self, now_ns: int) -> Readings:
        """
        Read the source once, without lasting side effects.

        Takes   the wall clock, ns since the epoch, UTC: the stamp of all readings.
        Gives   the readings, in the units of `METERS`; nothing for what this machine does not have.
        Raises  whatever goes wrong: the schedule counts it and logs it once per kind.
        """
        ...


class PollsterType(Protocol):
    """
    The class of a pollster: made once per agent, with the host that it measures.

    `METERS` declares name, kind and unit of everything that it may read; documentation and listings are made from it.
    """

    METERS: tuple[Meter, ...]

    def __call__(self, host: Host) -> Pollster:
        """Make the pollster; reads nothing yet."""
        ...

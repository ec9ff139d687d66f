# SPDX-License-Identifier: Apache-2.0
"""What a pollster is, and the columns that it fills."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.model.sample_columns import Samples
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


Namespace = Literal["compute", "central", "ipmi"]


@dataclass(frozen=True)
class Target:
    """
    Something that a discovery found, or that `polling.yaml` names.

    `id` tells it from all others of its discovery and is what agents share central work by; `facts` are what its
    pollsters need to know of it, plain values.
    """

    id: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class PermanentError(Exception):
    """A target that will never answer: it is left out, for the source that named it, until the agent starts again."""

    def __init__(self, targets: Collection[str], reason: str) -> None:
        super().__init__(reason)
        self.targets = frozenset(targets)


class Family(Protocol):
    """
    Asks one source of the cloud for many meters at once, as `polling.yaml` wants them.

    State between polls lives in the object; no two polls of one object overlap.
    """

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Samples:
        """
        Read the targets once.

        Takes   what to read, the names of the meters that are wanted, all of this family, and the wall clock at the
                start of the cycle: the stamp of all samples.
        Gives   samples; nothing for what a target does not have. `monotonic_s` is when it was read.
        Raises  PermanentError for targets never to be asked again; anything else is counted, and logged once a kind.
        """
        ...


class FamilyType(Protocol):
    """
    The class of a family: made once per agent.

    `METERS` declares name, kind and unit of everything that it may read; `DISCOVERY` finds its targets where
    `polling.yaml` does not say, empty for families that need none.
    """

    METERS: tuple[Meter, ...]
    NAMESPACE: Namespace
    DISCOVERY: str

    def __call__(self, settings: "PollSettings") -> Family:
        """Make it; connects to nobody yet."""
        ...


class Discovery(Protocol):
    """Finds targets; made once per agent with its `PollSettings`."""

    def discover(self, parameter: str) -> list[Target]:
        """What there is now; `parameter` is what follows `://` in `polling.yaml`, mostly empty."""
        ...


@dataclass(frozen=True)
class PollSettings:
    """
    What families and discoveries of one agent know.

    `openstack` are the arguments of an OpenStack connection (`cloud`, or `auth` and so on); None where there is none.
    """

    host_name: str
    libvirt_uri: str = "qemu:///system"
    openstack: Mapping[str, Any] | None = None
    definitions_dirs: tuple[str, ...] = ()
    reserved_metadata_namespace: str = "metering."
    timeout_s: float = 30.0

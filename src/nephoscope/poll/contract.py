# SPDX-License-Identifier: Apache-2.0
"""What a pollster is, and the columns that it fills."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from nephoscope.model.reserved import Reserved
from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.poll.host import Host
from nephoscope.poll.openstack.connection import Cloud

# An agent that watches its host only does without numpy, which is a good part of its memory.
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nephoscope.model.sample_columns import Samples


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
InstanceDiscoveryMethod = Literal["libvirt_metadata", "naive", "workload_partitioning"]


@dataclass(frozen=True)
class Target:
    """
    Something that a discovery found, or that `polling.yaml` names.

    `id` tells it from all others of its discovery and is what agents share central work by, so it must be the same
    for each agent and each cycle; `facts` are what its pollsters need to know of it, plain values. What
    `polling.yaml` lists under `resources` has its text as `id`, and no facts.
    """

    id: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class PermanentError(Exception):
    """
    Targets that will never answer: left out, for the sources that named them, until the agent starts again.

    Raised before anything of the poll is kept: the family is asked for the other targets again at once. A family
    that is given a target of a kind that it does not know, such as a URL meant for another family, raises it too.
    """

    def __init__(self, targets: Collection[str], reason: str) -> None:
        super().__init__(reason)
        self.targets = frozenset(targets)


class ServiceAbsent(Exception):
    """The service that a discovery would ask does not exist here: said once, and nothing is found."""


@dataclass(frozen=True)
class Polled:
    """
    Samples beside what they were read of: row i belongs to `targets[target[i]]`, of the targets that were asked for.

    Central work is shared out by target, and what pipelines remember of its resources moves along with it.
    """

    samples: "Samples"
    target: "npt.NDArray[np.intp]"


class Family(Protocol):
    """
    Asks one source of the cloud for many meters at once, as `polling.yaml` wants them.

    State between polls lives in the object; no two polls of one object overlap.
    """

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> "Samples | Polled":
        """
        Read the targets once.

        Takes   what to read, the names of the meters that are wanted, all of this family, and the wall clock at the
                start of the cycle: the stamp of all samples. Normally all targets of the cycle at once; in parts only
                where sources want different meters of different targets.
        Gives   samples; nothing for what a target does not have. `monotonic_s` is when it was read. `Polled` unless
                the family never leaves its host (namespace compute), or each sample's `resource_id` is its target's.
        Raises  PermanentError for targets never to be asked again; anything else is counted, and logged once a kind.
        """
        ...


class FamilyType(Protocol):
    """
    The class of a family: made once per agent.

    `METERS` declares name, kind and unit of everything that it may read (of the object, where its settings decide);
    `DISCOVERY` finds its targets where `polling.yaml` does not say, empty for families that need none. Families of
    the namespace compute measure this host; the work of others is shared out among agents, but for targets of
    discoveries whose name begins with `local_`.
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
        """
        What there is now; `parameter` is what follows `://` in `polling.yaml`, mostly empty.

        Raises  ServiceAbsent where there is nobody to ask; anything else is counted, and nobody polled by it meanwhile.
        """
        ...


class DiscoveryType(Protocol):
    """The class of a discovery."""

    def __call__(self, settings: "PollSettings") -> Discovery:
        """Make it; connects to nobody yet."""
        ...


@dataclass(frozen=True)
class PollSettings:
    """
    What families and discoveries of one agent know.

    `cloud` is the OpenStack cloud that all of them ask, one without credentials where there is none.
    `reserved` says which of a server's own metadata go with its samples.
    """

    host_name: str
    libvirt_uri: str = "qemu:///system"
    cloud: Cloud = field(default_factory=Cloud)
    definitions_dirs: tuple[str, ...] = ()
    reserved: Reserved = field(default_factory=Reserved)
    timeout_s: float = 30.0
    instance_discovery_method: InstanceDiscoveryMethod = "libvirt_metadata"
    resource_update_interval_s: float = 0.0
    resource_cache_expiry_s: float = 3600.0
    fetch_extra_metadata: bool = False
    report_stopped_instance_metrics: bool = False
    radosgw: tuple[str, str] | None = field(default=None, repr=False)

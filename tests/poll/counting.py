# SPDX-License-Identifier: Apache-2.0
"""A family and discoveries that count how they are asked, and time that stands still until it is moved."""

import math
from collections.abc import Callable, Collection, Sequence
from random import Random

import numpy as np

from nephoscope.model.sample import Meter
from nephoscope.model.sample_columns import NOTHING, Samples, filled, objects
from nephoscope.poll.contract import DiscoveryType, Namespace, PermanentError, Polled, PollSettings, Target
from nephoscope.poll.discovery import Discoveries
from nephoscope.poll.families import Loaded
from nephoscope.poll.plan import planned
from nephoscope.poll.polling import read
from nephoscope.poll.rounds import Rounds
from nephoscope.poll.sharing import Everything, Share

SETTINGS = PollSettings("box")


class Counting:
    """Counts its polls: the volume of every sample is the number of the poll that read it."""

    def __init__(self, tells: bool = True) -> None:
        self.calls: list[tuple[list[str], list[str], int]] = []
        self.tells = tells
        self.errors: list[Exception] = []
        self.gone: set[str] = set()
        self.volume = 0.0

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Samples | Polled:
        """A sample for each meter of each target, or one of the host itself."""
        self.calls.append(([target.id for target in targets], sorted(meters), now_ns))
        if self.errors:
            raise self.errors.pop()
        if gone := self.gone & {target.id for target in targets}:
            raise PermanentError(gone, "gone for good")
        ids = [target.id for target in targets] or ["box"]
        rows = [(meter, each, at) for at, each in enumerate(ids) for meter in sorted(meters)]
        samples = columns([(meter, each) for meter, each, _ in rows], self.volume or len(self.calls), now_ns - 5)
        return Polled(samples, np.array([at for _, _, at in rows], np.intp)) if self.tells and targets else samples

    def polled(self) -> list[tuple[str, str]]:
        """(target, meter) of all calls, in order."""
        return [(target, meter) for targets, meters, _ in self.calls for target in targets for meter in meters]


def columns(rows: Sequence[tuple[str, str]], volume: float, time_ns: int) -> Samples:
    """Samples of (meter, resource)."""
    count = len(rows)
    return Samples(
        name=objects(meter for meter, _ in rows),
        type=filled("gauge", count),
        unit=filled("", count),
        volume=np.full(count, volume, np.float64),
        user_id=filled(None, count),
        project_id=filled(None, count),
        resource_id=objects(resource for _, resource in rows),
        time_ns=np.full(count, time_ns, np.int64),
        monotonic_s=np.full(count, math.nan),
        metadata=filled({}, count),
    )


def loaded(
    name: str,
    meters: Collection[str],
    family: Counting | None = None,
    *,
    namespace: Namespace = "compute",
    discovery: str = "local_instances",
) -> Loaded:
    """A family of this name, ready to be asked."""
    return Loaded(name, namespace, discovery, tuple(Meter(each) for each in meters), family or Counting())


def finding(*ids: str, asked: list[str] | None = None, error: Exception | None = None) -> DiscoveryType:
    """A class of discovery that finds these, each with its parameter before it where it has one."""

    class Finding:
        """Finds what it was made for."""

        def __init__(self, settings: PollSettings) -> None:
            assert settings.host_name == "box"

        def discover(self, parameter: str) -> list[Target]:
            """The targets."""
            if asked is not None:
                asked.append(parameter)
            if error is not None:
                raise error
            return [Target(f"{parameter}{each}") for each in ids]

    return Finding


class Hand:
    """Time that stands still until moved, and polls that wait until let go; the wall clock can be set."""

    def __init__(self, at_s: float = 1_000_020.0) -> None:
        self.now = 500.0
        self.wall_ahead_s = at_s - 500.0
        self.hold: set[str] = set()
        self.held: list[Callable[[], None]] = []
        self.published: list[tuple[str, Samples]] = []

    def launch(self, name: str, work: Callable[[], None]) -> None:
        """Run at once, or later."""
        if name in self.hold:
            self.held.append(work)
        else:
            work()

    def release(self) -> None:
        """Let everything held run."""
        held, self.held = self.held, []
        for work in held:
            work()

    def wall_ns(self) -> int:
        """The clock that people set."""
        return round((self.now + self.wall_ahead_s) * 1e9)

    def rounds(
        self,
        text: str,
        *families: Loaded,
        discoveries: dict[str, DiscoveryType] | None = None,
        share: Share | None = None,
        namespaces: Collection[Namespace] = ("compute", "central", "ipmi"),
        timeout_s: float = 30.0,
        jitter_s: float = 0.0,
        seed: int = 0,
    ) -> Rounds:
        """An agent that polls by this file."""
        known = discoveries or {"local_instances": finding("vm-1", "vm-2")}
        return Rounds(
            planned(read(text), families, namespaces, known),
            families,
            Discoveries(SETTINGS, known),
            share or Everything(monotonic=lambda: self.now, wall_ns=self.wall_ns),
            lambda part, samples: self.published.append((part, samples)),
            timeout_s=timeout_s,
            jitter_s=jitter_s,
            monotonic=lambda: self.now,
            wall_ns=self.wall_ns,
            random=Random(seed),
            launch=self.launch,
        )

    def pass_time(self, seconds: float, *agents: Rounds) -> None:
        """Let all agents do what they have to in that time."""
        until = self.now + seconds
        while (wait := min(agent.step() for agent in agents)) <= until - self.now:
            self.now += wait
        self.now = until

    def read(self) -> Samples:
        """All that was published, as one."""
        from nephoscope.model.sample_columns import joined

        return joined([samples for _, samples in self.published]) if self.published else NOTHING

# SPDX-License-Identifier: Apache-2.0
"""What a made-up cloud is made of: its sizes, and every host and instance that follows from them and a seed."""

import datetime
import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated
from uuid import UUID

import msgspec
import numpy as np
import numpy.typing as npt

from nephoscope.demo.workload import WORKLOADS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

INSTANCES_PER_HOST = 25
# So many instances are sent in one batch; a multiple of a host's, so that a host's load is known in one place.
INSTANCES_PER_GROUP = 250
HOST_CORES = 64
HOST_MEMORY_MB = 256 * 1024
ENDED_SHARE = 0.03
NEW_SHARE = 0.04
GAP_SHARE = 0.02
LEAK_SHARE = 0.02
HOUR_S = 3600
DAY_S = 24 * HOUR_S

PROJECTS = (
    *("web-shop", "payments", "search", "data-lake", "ml-training", "ci", "staging", "identity", "billing"),
    *("warehouse", "crm", "intranet", "video", "maps", "analytics", "iot-gateway", "mail", "backup", "gaming"),
    *("research", "hr", "logistics", "partners", "monitoring", "sandbox"),
)
IMAGES = ("debian-13", "ubuntu-24.04", "rocky-9", "windows-2022")


class Flavor(msgspec.Struct, frozen=True):
    """A size of instances."""

    name: str
    vcpus: int
    memory_mb: int
    disk_gb: int


FLAVORS = (
    Flavor("m1.small", 1, 2048, 20),
    Flavor("m1.medium", 2, 4096, 40),
    Flavor("m1.large", 4, 8192, 80),
    Flavor("m1.xlarge", 8, 16384, 160),
    Flavor("c1.large", 8, 8192, 40),
    Flavor("r1.large", 4, 32768, 120),
)
FLAVOR_WEIGHTS = (0.3, 0.3, 0.2, 0.08, 0.07, 0.05)


class Plan(msgspec.Struct, frozen=True):
    """The sizes of a cloud; two clouds of one plan are the same, measure for measure. `start_s` is since the epoch."""

    start_s: int
    instances: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 2000
    metrics: Annotated[int, msgspec.Meta(ge=1, le=20)] = 20
    projects: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 25
    interval_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 300
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 1


@dataclass(frozen=True)
class Cloud:
    """All that follows from a plan; arrays have one entry an instance, times are seconds since the epoch."""

    plan: Plan

    @cached_property
    def project_names(self) -> list[str]:
        """As many as planned; beyond the list they are numbered."""
        rounds = math.ceil(self.plan.projects / len(PROJECTS))
        names = [name if turn == 0 else f"{name}-{turn + 1}" for turn in range(rounds) for name in PROJECTS]
        return names[: self.plan.projects]

    @property
    def hosts(self) -> int:
        """How many hosts the instances need."""
        return math.ceil(self.plan.instances / INSTANCES_PER_HOST)

    @property
    def groups(self) -> list[slice]:
        """The instances in the pieces that are made and sent at once."""
        size = self.plan.instances
        return [slice(i, min(i + INSTANCES_PER_GROUP, size)) for i in range(0, size, INSTANCES_PER_GROUP)]

    def hosts_of(self, group: slice) -> range:
        """The hosts on which a group's instances are."""
        return range(group.start // INSTANCES_PER_HOST, math.ceil(group.stop / INSTANCES_PER_HOST))

    @staticmethod
    def host_name(host: int) -> str:
        """Racks of sixteen: `compute-r01-01`."""
        return f"compute-r{host // 16 + 1:02d}-{host % 16 + 1:02d}"

    @cached_property
    def ids(self) -> list[UUID]:
        """The instances' ids, as a compute service would have given them."""
        return [UUID(bytes=raw.tobytes(), version=4) for raw in self._draw(1).bytes_rows(self.plan.instances)]

    @cached_property
    def host(self) -> Ints:
        """The host of each instance."""
        return np.arange(self.plan.instances) // INSTANCES_PER_HOST

    @cached_property
    def project(self) -> Ints:
        """The project of each instance: few are large, many are small."""
        weights = 1 / (1 + np.arange(self.plan.projects)) ** 0.7
        drawn = self._draw(2).numbers.choice(self.plan.projects, self.plan.instances, p=weights / weights.sum())
        return np.asarray(drawn, np.int64)

    @cached_property
    def workload(self) -> Ints:
        """What each instance does: a position in WORKLOADS."""
        weights = np.array([each.weight for each in WORKLOADS])
        drawn = self._draw(3).numbers.choice(len(WORKLOADS), self.plan.instances, p=weights / weights.sum())
        return np.asarray(drawn, np.int64)

    @cached_property
    def flavor(self) -> Ints:
        """The size of each instance: a position in FLAVORS."""
        drawn = self._draw(4).numbers.choice(len(FLAVORS), self.plan.instances, p=FLAVOR_WEIGHTS)
        return np.asarray(drawn, np.int64)

    @cached_property
    def image(self) -> Ints:
        """The image of each instance: a position in IMAGES."""
        return self._draw(5).numbers.choice(len(IMAGES), self.plan.instances, p=(0.4, 0.35, 0.15, 0.1))

    @cached_property
    def names(self) -> list[str]:
        """Display names such as `web-shop-api-07`, numbered in each project."""
        seen: Counter[str] = Counter()
        names = []
        for project, workload in zip(self.project.tolist(), self.workload.tolist(), strict=True):
            stem = f"{self.project_names[project]}-{WORKLOADS[workload].name}"
            seen[stem] += 1
            names.append(f"{stem}-{seen[stem]:02d}")
        return names

    @cached_property
    def born_s(self) -> Ints:
        """When each was launched: most of them months ago, some within the first days that are measured."""
        draw = self._draw(6).numbers
        born = self.plan.start_s - draw.integers(DAY_S, 200 * DAY_S, self.plan.instances)
        late = draw.random(self.plan.instances) < NEW_SHARE
        return np.where(late, self.plan.start_s + draw.integers(0, 5 * DAY_S, self.plan.instances), born)

    @cached_property
    def ended_s(self) -> Ints:
        """When each was deleted; far in the future for those that go on."""
        draw = self._draw(7).numbers
        ends = draw.random(self.plan.instances) < ENDED_SHARE
        alive = self.plan.start_s + draw.integers(DAY_S // 2, 5 * DAY_S, self.plan.instances)
        never = np.iinfo(np.int64).max
        return np.where(ends & (self.born_s < self.plan.start_s), alive, never)

    @cached_property
    def gaps_s(self) -> tuple[Ints, Ints]:
        """When the measures of some instances are missing: from, until; nowhere for the others."""
        draw = self._draw(8).numbers
        begin = self.plan.start_s + draw.integers(0, 6 * DAY_S, self.plan.instances)
        long = draw.integers(HOUR_S // 2, 9 * HOUR_S, self.plan.instances)
        there = draw.random(self.plan.instances) < GAP_SHARE
        # The agent of one host was away for a while, which all its instances share.
        away = self.host == self.hosts // 2
        begin, long = np.where(away, self.plan.start_s + 3 * DAY_S, begin), np.where(away, 2 * HOUR_S, long)
        return begin, np.where(there | away, begin + long, begin)

    @cached_property
    def leak_period_s(self) -> Floats:
        """After how long an instance with a memory leak is started anew; 0 for those without one."""
        draw = self._draw(9).numbers
        leaks = draw.random(self.plan.instances) < LEAK_SHARE
        return np.where(leaks, draw.uniform(30, 70, self.plan.instances).round() * HOUR_S, 0.0)

    @cached_property
    def temper(self) -> Floats:
        """What makes alike instances differ: eight numbers from 0 to 1 each, shape (8, instances)."""
        return self._draw(10).numbers.random((8, self.plan.instances))

    def alive(self, times_s: Ints, group: slice) -> npt.NDArray[np.bool_]:
        """Whether an instance is measured then, shape (times, instances of the group)."""
        when = times_s[:, None]
        gap_from, gap_until = (each[group] for each in self.gaps_s)
        there = (when >= self.born_s[group]) & (when < self.ended_s[group])
        return there & ~((when >= gap_from) & (when < gap_until))

    def _draw(self, topic: int) -> "Draw":
        return Draw(np.random.default_rng([self.plan.seed, topic]))


@dataclass(frozen=True)
class Draw:
    """Random numbers for one topic, so that a new topic leaves the others as they are."""

    numbers: np.random.Generator

    def bytes_rows(self, count: int) -> npt.NDArray[np.uint8]:
        """Rows of sixteen bytes."""
        return self.numbers.integers(0, 256, (count, 16), np.uint8)


def iso(time_s: int) -> str:
    """
    A time as bodies of the Gnocchi dialect have it.

    >>> iso(0)
    '1970-01-01T00:00:00+00:00'
    """
    return datetime.datetime.fromtimestamp(time_s, datetime.UTC).isoformat()

# SPDX-License-Identifier: Apache-2.0
"""How busy instances are and what their meters read, a block of times and a group of instances at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from nephoscope.demo.plan import DAY_S, FLAVORS, HOST_CORES, HOST_MEMORY_MB, HOUR_S, INSTANCES_PER_HOST, Cloud
from nephoscope.demo.workload import WORKLOADS, Workload, day_curve, is_weekend, night_curve

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STEPS_PER_BLOCK = 72
GB = 1024**3
NS = 10**9


@dataclass
class Counters:
    """What the counters of a group have reached, by meter: one number an instance."""

    reached: dict[str, Floats] = field(default_factory=dict)


class Block:
    """
    A group of instances at `STEPS_PER_BLOCK` successive times.

    Arrays have the shape (times, instances). The numbers depend on the plan and on the block's place in time alone, so
    that a cloud which is filled in two goes is the same as one filled in one.
    """

    def __init__(self, cloud: Cloud, group: slice, number: int) -> None:
        """`number` counts blocks from the plan's start."""
        self._cloud = cloud
        self._group = group
        interval_s = cloud.plan.interval_s
        self.times_s = cloud.plan.start_s + interval_s * np.arange(
            number * STEPS_PER_BLOCK, (number + 1) * STEPS_PER_BLOCK
        )
        self._random = np.random.default_rng([cloud.plan.seed, 100 + number, group.start])
        self._flavors = [FLAVORS[each] for each in cloud.flavor[group].tolist()]
        self._workloads = [WORKLOADS[each] for each in cloud.workload[group].tolist()]

    @cached_property
    def cpu_util(self) -> Floats:
        """Percent of all CPUs of an instance."""
        temper, shape = self._cloud.temper[:, self._group], (len(self.times_s), len(self._flavors))
        when = self.times_s[:, None] + (temper[0] - 0.5) * 2 * HOUR_S
        weekend = np.where(is_weekend(when), self._of(lambda work: work.weekend), 1.0)
        # Two slow waves that no other instance shares, and what no wave explains.
        turns = 2 * np.pi * when / HOUR_S
        wander = np.sin(turns / (2 + 9 * temper[1])) + np.sin(turns / (13 + 40 * temper[2]))
        busy = self._of(lambda work: work.base) * (0.6 + 0.8 * temper[3])
        busy = busy + self._of(lambda work: work.day) * (0.6 + 0.6 * temper[4]) * day_curve(when) * weekend
        busy = busy + self._of(lambda work: work.night) * (0.7 + 0.3 * temper[5]) * night_curve(when)
        busy = busy * (1 + 0.12 * wander + 0.08 * self._random.standard_normal(shape))
        bursts = self._random.random(shape) < 0.12 * weekend
        busy = busy + bursts * self._of(lambda work: work.bursts) * self._random.random(shape)
        return np.asarray(np.clip(100 * busy, 0.1, 100.0))

    @cached_property
    def vcpus(self) -> Floats:
        """CPUs of each instance."""
        return np.array([each.vcpus for each in self._flavors], np.float64)

    @cached_property
    def memory_mb(self) -> Floats:
        """Memory of each instance."""
        return np.array([each.memory_mb for each in self._flavors], np.float64)

    @cached_property
    def disk_gb(self) -> Floats:
        """Size of each instance's disk."""
        return np.array([each.disk_gb for each in self._flavors], np.float64)

    @cached_property
    def memory_used_mb(self) -> Floats:
        """Memory in use: steady, a little more when busy, growing in those that leak until they are started anew."""
        temper = self._cloud.temper[:, self._group]
        share = self._of(lambda work: work.memory) * (0.75 + 0.25 * temper[6]) + 0.08 * self.cpu_util / 100
        share = share + 0.004 * self._random.standard_normal(share.shape)
        period_s = self._cloud.leak_period_s[self._group]
        leaked = np.where(period_s > 0, self._since_restart_s / np.maximum(period_s, 1), 0.0)
        share = np.clip(share * (1 - 0.5 * (period_s > 0)) + 0.55 * leaked, 0.02, 0.985)
        return np.asarray(self.memory_mb * share)

    @cached_property
    def disk_used_bytes(self) -> Floats:
        """Of the disk; grows slowly, and logs are rotated at midnight."""
        temper = self._cloud.temper[:, self._group]
        age = (self.times_s[:, None] - self._cloud.plan.start_s) / DAY_S
        share = 0.15 + 0.5 * temper[7] + 0.006 * temper[4] * age + 0.01 * (self.times_s[:, None] % DAY_S) / DAY_S
        return np.asarray(np.minimum(share, 0.97) * self.disk_gb * GB)

    def per_second(self, rate: Callable[[Workload], float], topic: int) -> Floats:
        """What flows in a second: in proportion to the CPUs at work, not quite evenly."""
        uneven = 0.5 + self._cloud.temper[topic % 8, self._group] + 0.1 * self._random.random(self.cpu_util.shape)
        return self._of(rate) * uneven * self.cpu_util / 100 * np.sqrt(self.vcpus)

    def count(self, counters: Counters, meter: str, per_second: Floats) -> Floats:
        """
        The readings of a counter, which goes on from the block before, and starts from 0 with its instance.

        `counters` is brought to the block's end. Readings are whole.
        """
        increments = per_second * self._cloud.plan.interval_s
        before = counters.reached.get(meter)
        if before is None:
            uptime_s = np.maximum(self._cloud.plan.start_s - self._cloud.born_s[self._group], 0)
            before = np.minimum(uptime_s, 20 * DAY_S) * per_second.mean(axis=0)
        total = before + np.cumsum(increments, axis=0)
        # A counter that starts anew loses what it had before that reading.
        lost = np.where(self._restarted, total - increments, 0.0)
        readings: Floats = np.floor(total - np.maximum.accumulate(lost, axis=0))
        counters.reached[meter] = readings[-1]
        return readings

    @property
    def alive(self) -> npt.NDArray[np.bool_]:
        """Whether an instance is measured then."""
        return self._cloud.alive(self.times_s, self._group)

    def host_load(self) -> tuple[Floats, Floats]:
        """CPU in percent and memory in MB of the group's hosts, shape (times, hosts)."""
        there = self.alive
        first = self._cloud.host[self._group] - self._group.start // INSTANCES_PER_HOST
        hosts = len(self._cloud.hosts_of(self._group))
        member = np.zeros((len(first), hosts))
        member[np.arange(len(first)), first] = 1.0
        cores = (self.cpu_util / 100 * self.vcpus * there) @ member
        used = (self.memory_used_mb * there) @ member
        return np.minimum(100 * cores / HOST_CORES + 1.5, 100.0), np.minimum(used + 6000, 0.99 * HOST_MEMORY_MB)

    @cached_property
    def _since_restart_s(self) -> Floats:
        period_s = self._cloud.leak_period_s[self._group]
        since = self.times_s[:, None] - self._cloud.plan.start_s + self._cloud.temper[0, self._group] * 2 * DAY_S
        return np.where(period_s > 0, since % np.maximum(period_s, 1), 0.0)

    @cached_property
    def _restarted(self) -> npt.NDArray[np.bool_]:
        """Whether an instance began, or one with a leak was started anew, since the time before."""
        age_s = self.times_s[:, None] - self._cloud.born_s[self._group]
        interval_s = self._cloud.plan.interval_s
        anew = (self._since_restart_s < interval_s) & (self._cloud.leak_period_s[self._group] > 0)
        return anew | ((age_s >= 0) & (age_s < interval_s))

    def _of(self, number: Callable[[Workload], float]) -> Floats:
        return np.array([number(each) for each in self._workloads])

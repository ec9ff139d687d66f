# SPDX-License-Identifier: Apache-2.0
"""The measures of a made-up cloud in the order of time, as batches like an agent's, from where they broke off."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nephoscope.demo.activity import STEPS_PER_BLOCK, Block, Counters
from nephoscope.demo.inventory import MARK, MARK_TYPE, PARTS, meters, part_id
from nephoscope.demo.meters import HOST_METERS, host_readings
from nephoscope.demo.plan import Cloud
from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.model.timespan import SECOND_NS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A batch tells how far its group is: what it says is on disk with the batch itself, or not at all.
PROGRESS = "demo.sent"


def progress_meter(group: slice) -> str:
    """The meter that tells how far a group of instances is."""
    return f"{PROGRESS}.{group.start}"


def steps_until(cloud: Cloud, until_s: int) -> int:
    """How many times are measured from the plan's start up to a time, that included."""
    return max(0, (until_s - cloud.plan.start_s) // cloud.plan.interval_s + 1)


def nominal(cloud: Cloud, steps: int) -> int:
    """How many measures that many steps bring, if no instance were missing."""
    return steps * (cloud.plan.instances * cloud.plan.metrics + cloud.hosts * len(HOST_METERS))


@dataclass
class Filling:
    """
    Makes the batches that a server lacks.

    `sent_until_s` says how far each group is, by its first instance; it is the caller's to keep it up.
    """

    cloud: Cloud
    sent_until_s: Mapping[int, int]
    _next_block: int = 0
    _counters: dict[int, Counters] = field(default_factory=dict)

    def batches(self, until_s: int) -> Iterator[tuple[slice, SampleBatch | None, int]]:
        """
        All that is not sent yet, up to a time: the group, its batch, and how many steps that covers.

        The batch is None where a span was sent before; its counters have to be known all the same. May be asked again
        for a later time.
        """
        last = steps_until(self.cloud, until_s)
        while self._next_block * STEPS_PER_BLOCK < last:
            for group in self.cloud.groups:
                block = Block(self.cloud, group, self._next_block)
                done = steps_until(self.cloud, self.sent_until_s.get(group.start, self.cloud.plan.start_s - 1))
                first = self._next_block * STEPS_PER_BLOCK
                span = slice(min(max(done - first, 0), STEPS_PER_BLOCK), min(last - first, STEPS_PER_BLOCK))
                readings = self._readings(group, block, whole=span.stop == STEPS_PER_BLOCK)
                if span.start:
                    yield group, None, min(span.start, span.stop)
                if span.start < span.stop:
                    yield group, _batch(self.cloud, group, block, readings, span), span.stop - span.start
            if last - self._next_block * STEPS_PER_BLOCK < STEPS_PER_BLOCK:
                return
            self._next_block += 1

    def _readings(self, group: slice, block: Block, *, whole: bool) -> list[Floats]:
        """What each meter reads; the counters move on with whole blocks only, as others are asked for again."""
        before = self._counters.setdefault(group.start, Counters())
        counters = before if whole else Counters(dict(before.reached))
        shape = (STEPS_PER_BLOCK, group.stop - group.start)
        return [np.broadcast_to(each.read(block, counters), shape) for each in meters(self.cloud)]


def _batch(cloud: Cloud, group: slice, block: Block, readings: list[Floats], span: slice) -> SampleBatch:
    """The columns of one span of a block, instances that are not measured then left out."""
    own, size = meters(cloud), group.stop - group.start
    resources = [SampledResource(str(cloud.ids[number]), "instance") for number in range(group.start, group.stop)]
    first = {"instance": 0}
    for part, type_name in PARTS.items():
        first[part] = len(resources)
        resources += [SampledResource(part_id(cloud, i, part), type_name) for i in range(group.start, group.stop)]
    columns = _Columns(block.times_s[span] * SECOND_NS)
    alive = block.alive[span]
    for meter, (each, values) in enumerate(zip(own, readings, strict=True)):
        columns.add(meter, np.arange(size) + first[each.part], values[span], alive)
    hosts = [SampledResource(cloud.host_name(number), "host") for number in cloud.hosts_of(group)]
    for meter, loads in enumerate(host_readings(block), len(own)):
        columns.add(meter, np.arange(len(hosts)) + len(resources), loads[span], np.ones(loads[span].shape, np.bool_))
    columns.add_last(len(own) + len(HOST_METERS), len(resources) + len(hosts))
    known = [Meter(each.name, each.kind, each.unit) for each in own] + [
        Meter(name, unit=unit) for name, unit in HOST_METERS
    ]
    return columns.batch(
        [*resources, *hosts, SampledResource(MARK, MARK_TYPE)],
        [*known, Meter(progress_meter(group), unit="measure")],
    )


class _Columns:
    """Rows of a batch, gathered meter by meter."""

    def __init__(self, times_ns: Ints) -> None:
        self._times_ns = times_ns
        self._rows: list[tuple[Ints, Ints, Ints, Floats]] = []

    def add(self, meter: int, resources: Ints, values: Floats, there: npt.NDArray[np.bool_]) -> None:
        """One meter's values, shape (times, resources), where they are there."""
        when, which = np.nonzero(there)
        numbers = np.full(len(when), meter, np.int64)
        self._rows.append((resources[which], numbers, self._times_ns[when], values[when, which]))

    def add_last(self, meter: int, resource: int) -> None:
        """How many rows there are, at the last of the times."""
        rows = float(sum(len(times) for _, _, times, _ in self._rows))
        one = np.array([0])
        self._rows.append((one + resource, one + meter, self._times_ns[-1:], np.array([rows])))

    def batch(self, resources: list[SampledResource], meters: list[Meter]) -> SampleBatch:
        """All rows, with only those resources of which there are any."""
        resource, meter, time_ns, value = (np.concatenate(each) for each in zip(*self._rows, strict=True))
        used, place = np.unique(resource, return_inverse=True)
        return SampleBatch(
            resources=[resources[i] for i in used.tolist()],
            meters=meters,
            resource=place.tolist(),
            meter=meter.tolist(),
            time_ns=time_ns.tolist(),
            value=value.tolist(),
        )

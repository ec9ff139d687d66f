# SPDX-License-Identifier: Apache-2.0
"""Several samples made into one."""

import numpy as np
import numpy.typing as npt

from nephoscope.model.sample_columns import NOTHING, Objects, Samples, objects
from nephoscope.pipeline.transform.memory import Held
from nephoscope.pipeline.transform.parameters import Parameters
from nephoscope.pipeline.transform.target import Target

Places = npt.NDArray[np.intp]

FIRST_OR_LAST = ("first", "last")


class Aggregator:
    """
    Makes one sample of those that share name, resource, user and project: of gauges the mean, of deltas the sum, of
    what is cumulative the last.

    They go on together once there are `size` samples in all, or the first is older than `retention_time` seconds. With
    `user_id` or `project_id` given as first or last, samples of several are one, and that one names it.
    """

    def __init__(self, parameters: Parameters) -> None:
        parameters.of(
            "size", "retention_time", "user_id", "project_id", "resource_metadata", "timestamp", "source", "target"
        )
        size = parameters.number("size") if parameters.has("size") else 1.0
        self._retention_s = parameters.number("retention_time") or 0.0
        self._size = int(size or 0) or (0 if self._retention_s else 1)
        self._user = parameters.one_of("user_id", FIRST_OR_LAST)
        self._project = parameters.one_of("project_id", FIRST_OR_LAST)
        self._metadata = parameters.one_of("resource_metadata", (*FIRST_OR_LAST, "drop"), "last")
        self._time = parameters.one_of("timestamp", FIRST_OR_LAST, "first")
        self._target = Target.of(parameters)
        self.memory = Held()

    def take(self, samples: Samples) -> Samples:
        """Nothing: what is made of them comes at a flush."""
        self.memory.add(self._target.applied(samples, self._target.scaled(samples)))
        return NOTHING

    def flush(self, now_ns: int) -> Samples:
        """All aggregates when it is time for them."""
        count = len(self.memory)
        if not count:
            return NOTHING
        age_s = (now_ns - self.memory.first_ns) / 1e9
        if not (self._size and count >= self._size) and not (self._retention_s and age_s > self._retention_s):
            return NOTHING
        held = self.memory.all()
        self.memory.clear()
        return self._aggregated(held)

    def _aggregated(self, held: Samples) -> Samples:
        group = _groups(held, self._user is None, self._project is None)
        first = np.unique(group, return_index=True)[1]
        last = len(group) - 1 - np.unique(group[::-1], return_index=True)[1]
        sums, counts = np.bincount(group, held.volume), np.bincount(group)
        kinds = held.type[first]
        volume = np.where(kinds == "delta", sums, np.where(kinds == "gauge", sums / counts, held.volume[last]))

        def chosen(policy: str | None) -> Places:
            return last if policy == "last" else first

        metadata = objects({} for _ in first) if self._metadata == "drop" else held.metadata[chosen(self._metadata)]
        return held.take(first).having(
            volume=self._target.capped(volume),
            user_id=held.user_id[chosen(self._user)],
            project_id=held.project_id[chosen(self._project)],
            metadata=metadata,
            time_ns=held.time_ns[chosen(self._time)],
        )


def _groups(held: Samples, by_user: bool, by_project: bool) -> Places:
    """The number of each sample's group, as the groups came."""
    columns: list[Objects] = [held.name, held.resource_id]
    columns += [held.user_id] if by_user else []
    columns += [held.project_id] if by_project else []
    known: dict[tuple[object, ...], int] = {}
    keys = zip(*(each.tolist() for each in columns), strict=True)
    return np.fromiter((known.setdefault(key, len(known)) for key in keys), np.intp, len(held))

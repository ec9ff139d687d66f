# SPDX-License-Identifier: Apache-2.0
"""Not more series than a resource may have."""

import logging
from collections.abc import Collection

import msgspec
import numpy as np

from nephoscope.model.sample_columns import NOTHING, Samples
from nephoscope.observe import dropped
from nephoscope.pipeline.transform.memory import Changes, read_page
from nephoscope.pipeline.transform.parameters import Parameters

log = logging.getLogger(__name__)

RESOURCES_MAX = 1_000_000
NAMED_MAX = 1_000


class Limit:
    """
    Lets through the first `series` meters of each resource; samples of further ones are cut.

    What is cut is counted, and the meter and resource are named once in the log, the first thousand of them.
    """

    def __init__(self, parameters: Parameters) -> None:
        series = parameters.of("series").number("series")
        if series is None or series < 1 or series != int(series):
            raise parameters.wrong("series", "must be a whole number of at least 1")
        self.memory = Admitted(int(series))
        self._named: set[tuple[str, str]] = set()

    def take(self, samples: Samples) -> Samples:
        """Those of admitted series, in their order."""
        pairs = list(zip(samples.resource_id.tolist(), samples.name.tolist(), strict=True))
        cut = {pair for pair in dict.fromkeys(pairs) if not self.memory.admits(*pair)}
        if not cut:
            return samples
        for resource, name in sorted(cut - self._named, key=str)[: NAMED_MAX - len(self._named)]:
            log.warning("resource %s has too many series: %s is cut", resource, name)
            self._named.add((resource, name))
        kept = np.fromiter((pair not in cut for pair in pairs), bool, len(pairs))
        dropped("pipeline", "series over the limit", int(len(kept) - kept.sum()))
        return samples.take(kept)

    def flush(self, now_ns: int) -> Samples:
        """Nothing is held back."""
        return NOTHING


class Admitted:
    """
    The meters of each resource that were there first; the oldest resources go when there are too many.

    Each series has a page of its own, numbered as they came: written once, it never changes.
    """

    def __init__(self, series_max: int, *, resources_max: int = RESOURCES_MAX) -> None:
        self._series_max = series_max
        self._resources_max = resources_max
        self._meters: dict[str, dict[str, int]] = {}
        self._next_page = 0
        self._changed: Changes = {}

    def admits(self, resource: str, name: str) -> bool:
        """Whether a series is or becomes one of those let through."""
        meters = self._meters.get(resource)
        if meters is None:
            if len(self._meters) >= self._resources_max:
                self.forget({next(iter(self._meters))})
            meters = self._meters[resource] = {}
        if name in meters:
            return True
        if len(meters) >= self._series_max:
            return False
        meters[name] = self._next_page
        self._changed[self._next_page] = msgspec.msgpack.encode([(resource, name)])
        self._next_page += 1
        return True

    def changes(self) -> Changes:
        """As `Memory.changes`."""
        changed, self._changed = self._changed, {}
        return changed

    def of_resources(self, resources: Collection[str]) -> bytes | None:
        """As `Memory.of_resources`."""
        pairs = [(resource, name) for resource in sorted(resources) for name in self._meters.get(resource, ())]
        return msgspec.msgpack.encode(pairs) if pairs else None

    def restore(self, page: bytes) -> set[str]:
        """As `Memory.restore`."""
        pairs = read_page(page, list[tuple[str, str]])
        for resource, name in pairs:
            self.admits(resource, name)
        return {resource for resource, _ in pairs}

    def forget(self, resources: Collection[str]) -> None:
        """As `Memory.forget`."""
        for resource in resources:
            for page in self._meters.pop(resource, {}).values():
                self._changed[page] = None

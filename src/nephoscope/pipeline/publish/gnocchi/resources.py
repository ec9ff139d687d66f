# SPDX-License-Identifier: Apache-2.0
"""What is done to resources at a metric API, however it is told to the server, and what was told it already."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from nephoscope.client.send import Refused
from nephoscope.pipeline.publish.gnocchi.packed import PackedResource
from nephoscope.pipeline.resource_definitions import Operation, Value

SENT_MAX = 200_000


class Resources(Protocol):
    """
    Makes resources when their first samples come, keeps them up to date, and does to them what events ask for.

    All of it can be done again without harm. Away where it has to be, all of it.
    """

    def create(self, resources: Iterable[tuple[str, PackedResource]], started_at: str) -> dict[str, Refused]:
        """Make resources, by id, that began at that ISO time; gives those refused. One that is there is none."""
        ...

    def refresh(self, resources: Iterable[tuple[str, PackedResource]]) -> None:
        """Send projects and attributes of those that are not as they were sent last."""
        ...

    def carry_out(self, operations: Sequence[Operation], at: str) -> list[Refused]:
        """
        Do what events ask for; `at` is the ISO time at which resources begin and end.

        Gives   a refusal for each operation that was refused: a resource that is there already, or is not there to be
                changed, is as it should be.
        """
        ...


class Sent:
    """Remembers what was last sent of the resources that were used last, of at most `count_max`."""

    def __init__(self, count_max: int = SENT_MAX) -> None:
        self._count_max = count_max
        # By id, the one that was used longest ago first: a hash, as the values themselves would take too much room.
        self._hashes: dict[str, int] = {}

    def is_same(self, resource_id: str, about: PackedResource) -> bool:
        """Whether this was sent of the resource last."""
        return self._hashes.get(resource_id) == _hash(about)

    def note(self, resource_id: str, about: PackedResource) -> None:
        """This was sent now, or is used once more."""
        self._hashes.pop(resource_id, None)
        self._hashes[resource_id] = _hash(about)
        if len(self._hashes) > self._count_max:
            del self._hashes[next(iter(self._hashes))]


def new_resource(operation: Operation, at: str) -> tuple[PackedResource, str]:
    """The resource that an event creates, and when it begins; it has not ended, whatever the event says."""
    values: dict[str, Value] = dict(operation.attributes)
    started_at = str(values.pop("started_at", at))
    values.pop("ended_at", None)
    user, project = (
        None if (each := values.pop(name, None)) is None else str(each) for name in ("user_id", "project_id")
    )
    return PackedResource(operation.type, user, project, values), started_at


def _hash(about: PackedResource) -> int:
    return hash((about.type, about.project_id, tuple(sorted(about.attributes.items()))))

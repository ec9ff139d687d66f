# SPDX-License-Identifier: Apache-2.0
"""What the tests of the index put into it."""

from typing import Any

from nephoscope.model.metric import Metric, MetricDraft
from nephoscope.model.resource import MetricMap, Resource, ResourceDraft
from nephoscope.model.resource_id import resource_id
from nephoscope.model.resource_type import ResourceType, read_attributes
from nephoscope.store.index.contract import Index

SECOND = 10**9
START_NS = 1_800_000_000 * SECOND
CREATOR = "alice:blue"

INSTANCE = ResourceType(
    "instance",
    read_attributes(
        {
            "host": {"type": "string", "required": False},
            "count": {"type": "number", "required": False},
            "on": {"type": "bool", "required": False},
            "img": {"type": "uuid", "required": False},
            "at": {"type": "datetime", "required": False},
        }
    ),
)


class Clock:
    """Nanoseconds since the epoch, as a test wants them."""

    def __init__(self) -> None:
        self.now_ns = START_NS

    def __call__(self) -> int:
        return self.now_ns

    def forward(self, seconds: float) -> int:
        """Go on by some seconds; gives the new time."""
        self.now_ns += int(seconds * SECOND)
        return self.now_ns


def draft(name: str, type_name: str = "generic", *, metrics: MetricMap | None = None, **fields: Any) -> ResourceDraft:
    """A resource called `name`; fields that are no resource's own are attributes of its type."""
    own = {key: fields.pop(key) for key in list(fields) if key in ResourceDraft.__struct_fields__}
    creator = own.setdefault("creator", CREATOR)
    parts = {"attributes": fields, "metrics": metrics or {}} | own
    return ResourceDraft(resource_id(name, creator), name, type_name, **parts)


def make(index: Index, name: str, type_name: str = "generic", **fields: Any) -> Resource:
    """Make one resource; its type must be there."""
    return index.resources.create([draft(name, type_name, **fields)])[0]


def make_metric(index: Index, **fields: Any) -> Metric:
    """Make one metric, of policy low unless said."""
    return index.metrics.create([MetricDraft(**({"archive_policy_name": "low"} | fields))])[0]


def names(resources: list[Resource]) -> list[str]:
    """The resources by the names that they were made with."""
    return [each.original_resource_id for each in resources]

# SPDX-License-Identifier: Apache-2.0
"""Events as they are kept: whose they are, and which resource they are about."""

from collections.abc import Iterable

import msgspec

from nephoscope.model.event import Trait
from nephoscope.model.text import TEXT_LENGTH_MAX

# Traits that name the resource that an event is about, the one that tells best first: what an event definition calls
# the resource is it, even where an instance takes part, as when a volume is attached to one.
RESOURCE_TRAITS = (
    "resource_id",
    "instance_id",
    "volume_id",
    "snapshot_id",
    "image_id",
    "port_id",
    "floatingip_id",
    "router_id",
    "subnet_id",
    "network_id",
    "stack_id",
)
# Traits that name the project.
PROJECT_TRAITS = ("project_id", "tenant_id")


class KeptEvent(msgspec.Struct, frozen=True):
    """
    An event of one project; `time_ns` is when it was generated, since the epoch, UTC.

    `project_id` and `resource_id` are empty where nobody can tell; `raw` is the message as JSON, empty without one.
    """

    id: str
    type: str
    time_ns: int
    project_id: str
    resource_id: str
    traits: tuple[Trait, ...] = ()
    raw: str = ""


def told_by(names: Iterable[str], traits: Iterable[Trait]) -> str:
    """
    The value of the first of the names that is a trait with a text as ids are, neither empty nor long; else empty.

    >>> told_by(RESOURCE_TRAITS, [Trait("instance_id", "text", "vm-1"), Trait("resource_id", "text", "disk-1")])
    'disk-1'
    """
    texts: dict[str, str] = {}
    for each in traits:
        if each.type == "text" and len(str(each.value)) <= TEXT_LENGTH_MAX:
            texts.setdefault(each.name, str(each.value))
    return next((text for name in names if (text := texts.get(name))), "")

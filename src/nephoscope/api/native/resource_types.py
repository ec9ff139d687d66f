# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/resource-types`: the kinds of things that there are, their attributes, and how many of each."""

from typing import Any

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation


class ResourceTypeView(msgspec.Struct):
    """A type, its attributes as they are defined, and how many resources of it the caller may see."""

    name: str
    attributes: dict[str, dict[str, Any]]
    resources: int


class ResourceTypes(msgspec.Struct):
    """Every type, by name."""

    types: list[ResourceTypeView]


def list_resource_types(call: Call) -> ResourceTypes:
    """The types of resources, those without any among them."""
    counts = call.parts.index.resources.count(visible=call.visible_resources)
    return ResourceTypes(
        [
            ResourceTypeView(each.name, msgspec.to_builtins(each.attributes), counts.get(each.name, 0))
            for each in call.parts.index.resource_types.list_all()
        ]
    )


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/resource-types", GET=operation(list_resource_types, "see data"))]

# SPDX-License-Identifier: Apache-2.0
"""What events do to resources at a metric API: they begin, end and change them, and their associates with them."""

import logging
from typing import Any

from nephoscope.pipeline.publish.gnocchi.packed import PackedResource
from nephoscope.pipeline.publish.gnocchi.provision import NOT_FOUND
from nephoscope.pipeline.publish.gnocchi.resources import Resources, is_there
from nephoscope.pipeline.publish.gnocchi.session import Answer
from nephoscope.pipeline.resource_definitions import Operation

log = logging.getLogger("nephoscope.publish")


def carry_out(operation: Operation, at: str, resources: Resources) -> Answer | None:
    """
    Do what an event asks for; `at` is the ISO time at which resources begin and end.

    Gives   the answer that refused it, None when it is done: a resource that is there already, or is not there to be
            changed, is as it should be. Away where it has to be done again, all of it, without harm.
    """
    if operation.verb == "create":
        return _create(operation, at, resources)
    return _end(operation, at, resources) if operation.verb == "delete" else _update(operation, resources)


def _create(operation: Operation, at: str, resources: Resources) -> Answer | None:
    values = dict(operation.attributes)
    user, project = (
        None if (each := values.pop(name, None)) is None else str(each) for name in ("user_id", "project_id")
    )
    started_at = str(values.pop("started_at", at))
    values.pop("ended_at", None)
    answer = resources.create(operation.id, PackedResource(operation.type, user, project, values), started_at)
    return None if is_there(answer) else answer


def _end(operation: Operation, at: str, resources: Resources) -> Answer | None:
    refused = _done(resources.end(operation.type, operation.id, at))
    for resource_type, query, _ in operation.associates:
        # Those that ended before keep the time at which they did.
        living = {"and": [query, {"=": {"ended_at": None}}]}
        for each in resources.find(resource_type, living):
            refused = _done(resources.end(resource_type, each, at)) or refused
    return refused


def _update(operation: Operation, resources: Resources) -> Answer | None:
    refused = _changed(operation.type, operation.id, operation.attributes, resources)
    for resource_type, query, attributes in operation.associates:
        if attributes:
            for each in resources.find(resource_type, query):
                refused = _changed(resource_type, each, attributes, resources) or refused
    return refused


def _changed(resource_type: str, resource_id: str, values: dict[str, Any], resources: Resources) -> Answer | None:
    fields = resources.fields(resource_type, values)
    return _done(resources.patch(resource_type, resource_id, fields)) if fields else None


def _done(answer: Answer) -> Answer | None:
    return None if answer.ok or answer.status == NOT_FOUND else answer

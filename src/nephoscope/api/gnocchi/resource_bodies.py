# SPDX-License-Identifier: Apache-2.0
"""Reading what bodies say of resources: a new one, or a change."""

from typing import Any

from msgspec import UNSET

from nephoscope.api.gnocchi.call import Call
from nephoscope.api.gnocchi.fields import moment, or_null, read_mapping, read_object, text, text_or_null
from nephoscope.api.gnocchi.metric_bodies import check_attachable, read_metrics_map
from nephoscope.model.resource import ResourceChange, ResourceDraft
from nephoscope.model.resource_id import NAME_LENGTH_MAX, resource_id

COMMON_FIELDS = ("user_id", "project_id", "started_at", "ended_at", "metrics")


def read_draft(call: Call, type_name: str) -> ResourceDraft:
    """
    The resource that the body of a POST describes.

    Errors  InvalidInput naming the place, BadRequest for an id that is none, and those of `read_metrics_map`. The
            attributes of the type are left to the index, which knows them.
    """
    body = read_mapping(call.json())
    common, attributes = _split(body, ("id", *COMMON_FIELDS))
    fields = read_object(common, required={"id": text(NAME_LENGTH_MAX)}, optional=_readers(call))
    metrics = read_metrics_map(call, fields.get("metrics", {}), ["metrics"])
    check_attachable(call, metrics)
    return ResourceDraft(
        id=resource_id(fields["id"], call.caller.creator),
        original_resource_id=fields["id"],
        type=type_name,
        creator=call.caller.creator,
        user_id=fields.get("user_id"),
        project_id=fields.get("project_id"),
        started_at_ns=fields.get("started_at"),
        ended_at_ns=fields.get("ended_at"),
        attributes=attributes,
        metrics=metrics,
    )


def read_change(call: Call) -> ResourceChange:
    """The change that the body of a PATCH describes; errors as `read_draft`."""
    body = read_mapping(call.json())
    common, attributes = _split(body, COMMON_FIELDS)
    fields = read_object(common, required={}, optional=_readers(call))
    metrics = None
    if "metrics" in fields:
        metrics = read_metrics_map(call, fields["metrics"], ["metrics"])
        check_attachable(call, metrics)
    return ResourceChange(
        user_id=fields.get("user_id", UNSET),
        project_id=fields.get("project_id", UNSET),
        started_at_ns=fields.get("started_at", UNSET),
        ended_at_ns=fields.get("ended_at", UNSET),
        attributes=attributes,
        metrics=UNSET if metrics is None else metrics,
        metrics_creator=call.caller.creator,
    )


def _split(body: dict[str, Any], common: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    ours = {key: value for key, value in body.items() if key in common}
    rest = {key: value for key, value in body.items() if key not in common}
    return ours, rest


def _readers(call: Call) -> dict[str, Any]:
    when = moment(call.arguments.now_ns)
    return {
        "user_id": text_or_null,
        "project_id": text_or_null,
        "started_at": when,
        "ended_at": or_null(when),
        "metrics": lambda raw: raw,
    }

# SPDX-License-Identifier: Apache-2.0
"""Reading what bodies say of metrics: one by itself, or the metrics map of a resource."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from nephoscope.api.gnocchi.call import Call
from nephoscope.api.gnocchi.fields import read_mapping, read_object, text
from nephoscope.api.gnocchi.targets import metric_target
from nephoscope.model.errors import BadRequest, InvalidInput
from nephoscope.model.metric import UNIT_LENGTH_MAX, Metric, MetricDraft, check_name
from nephoscope.model.resource_id import as_uuid


def read_metric_fields(raw: object, path: Sequence[str] = ()) -> dict[str, Any]:
    """The fields of a metric to be made, those that were sent. Raises InvalidInput, BadRequest."""
    readers = {
        "name": _name,
        "unit": _unit,
        "archive_policy_name": text(),
        "resource_id": text(length_max=1000),
    }
    return read_object(raw, required={}, optional=readers, path=path)


def read_metrics_map(call: Call, raw: object, path: Sequence[str] = ()) -> dict[str, UUID | MetricDraft]:
    """
    A map of names to metrics: the id of one that is there, or the definition of a new one.

    Errors  InvalidInput naming the place; BadRequest for a bad name; Forbidden when the policy lets the caller make
            no metrics. `check_attachable` judges the ids.
    """
    drafts: dict[str, UUID | MetricDraft] = {}
    for name, each in read_mapping(raw, path).items():
        check_name(name)
        place = [*path, name]
        if isinstance(each, dict):
            drafts[name] = _draft(call, each, place)
        else:
            drafts[name] = _existing(each, place)
    return drafts


def check_attachable(call: Call, drafts: dict[str, UUID | MetricDraft]) -> None:
    """
    Refuse, as BadRequest, metrics that do not exist or are not the caller's to give away.

    Whoever owns a resource may read its metrics, so attaching somebody else's would open them; whether they exist is
    not told either.
    """
    ids = [each for each in drafts.values() if isinstance(each, UUID)]
    known = call.parts.index.metrics.get(ids) if ids else {}
    for id_ in ids:
        if id_ not in known or not _owns(call, known[id_]):
            raise BadRequest(f"Metric {id_} does not exist")


def _owns(call: Call, metric: Metric) -> bool:
    return call.parts.policy.allows("delete metric", call.caller, metric_target(metric, None))


def _draft(call: Call, raw: dict[str, Any], path: Sequence[str]) -> MetricDraft:
    call.allow("create metric", {"creator": call.caller.creator})
    fields = read_metric_fields(raw, path)
    return MetricDraft(
        archive_policy_name=fields.get("archive_policy_name"), unit=fields.get("unit"), creator=call.caller.creator
    )


def _existing(raw: object, path: list[str]) -> UUID:
    uuid = as_uuid(raw) if isinstance(raw, str) else None
    if uuid is None:
        place = "data" + "".join(f"['{part}']" for part in path)
        raise InvalidInput(f"not a valid value for dictionary value @ {place}", path)
    return uuid


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected str")
    check_name(value)
    return value


def _unit(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected str")
    if len(value) > UNIT_LENGTH_MAX:
        raise ValueError(f"length of value must be at most {UNIT_LENGTH_MAX}")
    return value

# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/metrics`: metrics with the things they measure and their latest values."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call, at, reply
from nephoscope.model import timestamp
from nephoscope.model.errors import BadArgument
from nephoscope.model.metric import Metric
from nephoscope.model.paging import Page, Sort
from nephoscope.model.resource import Resource
from nephoscope.model.resource_id import resource_id
from nephoscope.model.search import Compare, Or, Search, all_of, equal
from nephoscope.store.catalog import numbers_of

LIMIT_MAX = 10_000


def list_metrics(call: Call) -> Response:
    """
    Metrics whose name has the text of `match` in it (`*` stands for anything), perhaps of one `resource`.

    Gives a list of objects: id, name, unit, resource (id as the agent calls it), type, policy, time and value of the
    newest point, null where there is none.
    """
    arguments = call.arguments
    match, owner = arguments.text("match"), arguments.text("resource")
    searches: list[Search] = [equal("status", "active")]
    if match:
        searches.append(Compare("like", "name", _pattern(match)))
    if owner:
        ids = {resource_id(owner, call.caller.creator), *_named(call, owner)}
        searches.append(Or(tuple(equal("resource_id", str(each)) for each in ids)))
    page = Page(limit=_limit(arguments.text("limit")), sort=(Sort("resource_id"), Sort("name")))
    metrics = call.parts.index.metrics.find(all_of(*searches), visible=call.visible, page=page)
    return reply(_with_latest(call, metrics))


def _limit(text: str | None) -> int:
    if text is None:
        return 1000
    if not text.isdigit() or not 1 <= int(text) <= LIMIT_MAX:
        raise BadArgument("limit", f"expected a number from 1 to {LIMIT_MAX}")
    return int(text)


def _pattern(match: str) -> str:
    escaped = match.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%") if "*" in match else f"%{escaped}%"


def _named(call: Call, name: str) -> list[object]:
    """Resources of that name, whoever made them."""
    found = call.parts.index.resources.find(search=equal("original_resource_id", name), page=Page(limit=100))
    return [each.id for each in found]


def _with_latest(call: Call, metrics: list[Metric]) -> list[dict[str, object]]:
    known = call.parts.catalog.by_id([metric.id for metric in metrics])
    latest = call.parts.reader.latest(numbers_of(known.values()))
    ids = list(known)
    newest = {
        ids[place]: (timestamp.render(int(time)), float(value))
        for place, time, value in zip(latest.series, latest.time, latest.value, strict=True)
    }
    owners = call.parts.index.resources.get_many({m.resource_id for m in metrics if m.resource_id})
    return [
        _shape(m, owners.get(m.resource_id) if m.resource_id else None, newest.get(m.id, (None, None))) for m in metrics
    ]


def _shape(metric: Metric, owner: Resource | None, newest: tuple[str | None, float | None]) -> dict[str, object]:
    return {
        "id": str(metric.id),
        "name": metric.name,
        "unit": metric.unit,
        "resource": owner.original_resource_id if owner else None,
        "type": owner.type if owner else None,
        "policy": metric.archive_policy_name,
        "time": newest[0],
        "value": newest[1],
    }


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/metrics", GET=list_metrics)]

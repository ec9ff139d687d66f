# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/search`: resources and metrics by what people call them, the best matches first."""

from typing import Annotated
from uuid import UUID

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.resources import like_pattern
from nephoscope.api.native.shapes import ResourceBrief, brief, by_ids, owner_brief, owners_of, visible_metrics
from nephoscope.model.metric import Metric
from nephoscope.model.paging import Page, Sort
from nephoscope.model.resource import Resource
from nephoscope.model.resource_id import as_uuid
from nephoscope.model.search import Compare, Or, Search, all_of, equal

WORDS_MAX = 4
# Out of so many matches the best ones are chosen.
CANDIDATES = 200


class SearchQuery(msgspec.Struct):
    """Words, a part of a name, or an id; a metric may be looked for as `vm-1 cpu`, its resource's name first."""

    q: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20


class MetricFound(msgspec.Struct):
    """A metric and the resource that it measures."""

    id: UUID
    name: str | None
    unit: str | None
    resource: ResourceBrief | None


class Found(msgspec.Struct):
    """At most `limit` of each kind."""

    resources: list[ResourceBrief]
    metrics: list[MetricFound]


def search_everything(call: Call, query: SearchQuery) -> Found:
    """Whatever is called so, among what one may see."""
    words = query.q.split()[:WORDS_MAX]
    if not words:
        return Found([], [])
    uuid = as_uuid(query.q.strip())
    resources = _resources(call, equal("id", str(uuid)) if uuid else _all_like(words))
    resources = sorted(resources, key=lambda each: _rank(brief(each).label, words))[: query.limit]
    metrics = visible_metrics(call, equal("id", str(uuid)), 1) if uuid else _metrics(call, words, query.limit)
    owners = owners_of(call, metrics)
    return Found(
        [brief(each) for each in resources],
        [MetricFound(each.id, each.name, each.unit, owner_brief(each, owners)) for each in metrics],
    )


def _all_like(words: list[str]) -> Search:
    return all_of(*(Compare("like", "any_name", like_pattern(word)) for word in words))


def _resources(call: Call, search: Search) -> list[Resource]:
    # In the order of their names, which an index has, so that few matches are looked at where there are many.
    page = Page(CANDIDATES, sort=(Sort("original_resource_id"), Sort("id")))
    return call.parts.index.resources.find(
        search=search, visible=call.visible_resources, details=True, metrics=False, page=page
    )


def _metrics(call: Call, words: list[str], limit: int) -> list[Metric]:
    """Metrics whose name has all words; where there are several words, also those of resources that have the first."""
    searches = [_all_like(words)]
    if len(words) > 1:
        owners = _resources(call, _all_like(words[:-1]))
        searches.append(all_of(by_ids([each.id for each in owners], "resource_id"), _all_like(words[-1:])))
    found = visible_metrics(call, Or(tuple(searches)), CANDIDATES)
    return sorted(found, key=lambda each: _rank(each.name or "", words[-1:]))[:limit]


def _rank(name: str, words: list[str]) -> tuple[bool, bool, int, str]:
    """What is called exactly so comes first, then what begins so, then the shorter names."""
    lowered, first = name.lower(), words[0].lower()
    return lowered != first, not lowered.startswith(first), len(name), name


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/search", GET=operation(search_everything, "see data"))]

# SPDX-License-Identifier: Apache-2.0
"""
The searches of alarms over resources: narrowed to the project for which the alarm is, and tried before they are kept.

What a tenant writes as QUERY is kept as

    {"and": [{"or": [{"=": {"created_by_project_id": PROJECT}},
                     {"and": [{"=": {"created_by_project_id": SERVICE}}, {"=": {"project_id": PROJECT}}]}]}, QUERY]}

with an `and` for each project whose resources may be anybody's, and without QUERY where that is `{}`. Evaluation
narrows what it finds once more.
"""

import json
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from nephoscope.api.aodh.call import Call
from nephoscope.api.aodh.inner_json import read_inner_json
from nephoscope.api.aodh.typed import invalid
from nephoscope.model.alarm_rule import Composite, RecentEvents, ResourcesThreshold, Rule, leaves_of
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.paging import Page
from nephoscope.model.search import SearchLimits, read_query, with_resource_ids

Query = Any
FOUND_S, MISSING_S = 3600.0, 60.0
# What this server's own agents create is nobody's project's.
OWN_AGENTS = ""


class Owners:
    """
    The projects that create resources for all others: the telemetry service's, and that of this server's own agents.

    `find` looks the service's project up by its `name`, and is asked again after a while; without it the name is the
    id. `now_s` is the clock. Calls raise what `find` does.
    """

    def __init__(
        self, name: str, find: Callable[[str], str | None] | None = None, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._find = find
        self._now_s = now_s
        self._until_s = -math.inf
        self._found: str | None = None if find is not None else name

    def __call__(self) -> Sequence[str]:
        """Their ids, the service's first."""
        if self._name and self._find is not None and self._now_s() >= self._until_s:
            self._found = self._find(self._name)
            self._until_s = self._now_s() + (MISSING_S if self._found is None else FOUND_S)
        return [self._found, OWN_AGENTS] if self._found else [OWN_AGENTS]


def scope_of(call: Call, project_id: str) -> str | None:
    """
    The project that an alarm of `project_id` may look at when this caller writes it; None for everything.

    Only an administrator's own alarms see everything.
    """
    if not call.administers:
        return call.caller.project_id
    return None if project_id == call.caller.project_id else project_id


def narrowed(call: Call, rule: Rule, scope: str | None, before: str | None = None) -> Rule:
    """
    The rule with its searches, composite ones' included, narrowed to the `scope` and tried.

    One that was narrowed before, to the scope or to `before`, is not narrowed twice. Errors  BadRequest for what is no
    JSON or names a type that there is not; what searches of resources are refused with.
    """
    owners = call.parts.owners() if scope is not None and _searches(rule) else ()

    def narrow(query: Query) -> Query:
        if scope is None:
            return query
        for project in (scope, before):
            if project is not None:
                query = _inside(query, _permission(project, owners))
        permission = _permission(scope, owners)
        return {"and": [permission, query]} if query != {} else permission

    return _each_search(call, rule, narrow)


def as_written(call: Call, rule: Rule, scope: str | None) -> Rule:
    """A rule that is kept, as its owner wrote it: its searches without what `narrowed` put around them."""
    if scope is None or not _searches(rule):
        return rule
    return _without(rule, _permission(scope, call.parts.owners()))


def _without(rule: Rule, permission: Query) -> Rule:
    if isinstance(rule, Composite):
        rules = [each if isinstance(each, RecentEvents) else _without(each, permission) for each in rule.rules]
        return msgspec.structs.replace(rule, rules=tuple(rules))
    if not isinstance(rule, ResourcesThreshold):
        return rule
    return msgspec.structs.replace(rule, query=json.dumps(_inside(json.loads(rule.query), permission)))


def _searches(rule: Rule) -> bool:
    return any(isinstance(each, ResourcesThreshold) for each in leaves_of(rule))


def _each_search(call: Call, rule: Rule, narrow: Callable[[Query], Query]) -> Rule:
    if isinstance(rule, Composite):
        rules = [each if isinstance(each, RecentEvents) else _each_search(call, each, narrow) for each in rule.rules]
        return msgspec.structs.replace(rule, rules=tuple(rules))
    if not isinstance(rule, ResourcesThreshold):
        return rule
    try:
        query = read_inner_json(rule.query, call.parts.settings.body)
    except ValueError:
        raise invalid("rule/query", rule.query, "") from None
    query = narrow(query)
    _try(call, rule.resource_type, query)
    return msgspec.structs.replace(rule, query=json.dumps(query))


def _try(call: Call, type_name: str, query: Query) -> None:
    """Search once, as evaluation will: it must be readable, within its limits, and name what such resources have."""
    search = with_resource_ids(read_query(query, SearchLimits()), None)
    index = call.parts.index
    try:
        index.resource_types.get(type_name)
    except NotFound:
        raise BadRequest("", cause="Resource type does not exist", detail=type_name) from None
    index.resources.find(type_name, search, page=Page(limit=1))


def _permission(project_id: str, owners: Sequence[str]) -> Query:
    """The search for what a project has created, or an owner for it."""
    created: Query = {"=": {"created_by_project_id": project_id}}
    by_owners: list[Query] = [
        {"and": [{"=": {"created_by_project_id": owner}}, {"=": {"project_id": project_id}}]} for owner in owners
    ]
    return {"or": [created, *by_owners]} if by_owners else created


def _inside(query: Query, permission: Query) -> Query:
    """What a permission was put around; the query itself where it was not."""
    if query == permission:
        return {}
    match query:
        case {"and": [around, inner]} if around == permission and len(query) == 1:
            return inner
    return query

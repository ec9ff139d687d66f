# SPDX-License-Identifier: Apache-2.0
"""`POST /v2/query/alarms` and its history: a filter, an order and a limit, the first two as JSON texts."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.aodh import render
from nephoscope.api.aodh.call import Call, at
from nephoscope.api.aodh.inner_json import read_inner_json
from nephoscope.api.aodh.problem import NotYours
from nephoscope.api.aodh.simple_queries import ALARM_SORTS, CHANGE_SORTS
from nephoscope.api.aodh.typed import Attribute, integer, read_argument, read_object, spelled, text
from nephoscope.model import timestamp
from nephoscope.model.alarm_body import time_text
from nephoscope.model.errors import BadRequest
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import EVERYTHING, And, Budget, Compare, Not, Operator, Or, Search, SearchLimits, equal

_OPERATORS: dict[str, Operator] = {
    "=": "eq",
    "!=": "ne",
    "<": "lt",
    ">": "gt",
    "<=": "le",
    "=<": "le",
    ">=": "ge",
    "=>": "ge",
    "=~": "matches",
}
_TIMES = frozenset({"timestamp", "state_timestamp"})
_ALIASES = {"user": "user_id", "project": "project_id"}
_INT_MAX = 2**63 - 1

_read_body = read_object(
    (Attribute("filter", text), Attribute("orderby", text), Attribute("limit", integer(-_INT_MAX, _INT_MAX)))
)


class Asked(NamedTuple):
    """What a body asks for, of what the caller may see."""

    search: Search
    visible: Search
    page: Page


def query_alarms(call: Call) -> Response:
    """`POST /v2/query/alarms`: 200, 400, 401 for another project."""
    asked = _asked(call, "telemetry:query_alarm", "project_id", ALARM_SORTS)
    found = call.parts.index.alarms.find(asked.search, visible=asked.visible, page=asked.page)
    return call.reply([render.alarm(each) for each in found])


def query_history(call: Call) -> Response:
    """`POST /v2/query/alarms/history`: as above, of alarms that are still there."""
    asked = _asked(call, "telemetry:query_alarm_history", "on_behalf_of", CHANGE_SORTS)
    found = call.parts.index.alarms.history(asked.search, visible=asked.visible, page=asked.page, ended=False)
    return call.reply([render.change(each) for each in found])


def _asked(call: Call, rule: str, project_field: str, fields: tuple[str, ...]) -> Asked:
    call.allow_own(rule)
    body = read_argument("body", call.typed_body("body"), _read_body)
    settings = call.parts.settings
    search: Search = EVERYTHING
    if body["filter"] is not None:
        search = _Filter(fields, settings.search).read(_json(call, "Filter", body["filter"]))
    visible: Search = EVERYTHING
    if not call.sees_others:
        visible = equal(project_field, call.caller.project_id)
        _refuse_others(search, project_field, call.caller.project_id)
    sorts = () if body["orderby"] is None else _sorts(_json(call, "Order-by", body["orderby"]), fields)
    limit = settings.max_limit
    if body["limit"] is not None:
        if body["limit"] <= 0:
            raise BadRequest("Limit should be positive")
        limit = min(limit, body["limit"])
    return Asked(search, visible, Page(limit, sort=sorts))


def _json(call: Call, what: str, written: str) -> Any:
    try:
        return read_inner_json(written, call.parts.settings.body)
    except ValueError as error:
        raise BadRequest(f"{what} expression not valid: {error}") from None


class _Filter:
    """Reads filters over some fields, within limits of depth and size."""

    def __init__(self, fields: tuple[str, ...], limits: SearchLimits) -> None:
        self._fields = fields
        self._budget = Budget(limits)

    def read(self, expression: Any, depth: int = 1) -> Search:
        """The search of a filter. BadRequest says what it is not."""
        self._budget.enter(depth)
        operator, operand = _only_pair(expression, "one operator")
        match operator.lower():
            case "and" | "or" as word:
                if not isinstance(operand, list) or len(operand) < 2:
                    raise _invalid(expression, f"{word} needs a list of two or more")
                items = tuple(self.read(each, depth + 1) for each in operand)
                return And(items) if word == "and" else Or(items)
            case "not":
                return Not(self.read(operand, depth + 1))
            case "in":
                return self._listed(operand)
            case sign if sign in _OPERATORS:
                name, value = self._field(operand)
                return Compare(_OPERATORS[sign], name, self._value(name, value))
        raise _invalid(expression, f"{spelled(operator)} is no operator")

    def _listed(self, operand: Any) -> Search:
        name, values = self._field(operand)
        if not isinstance(values, list) or not values:
            raise _invalid(operand, "in needs a list that is not empty")
        self._budget.listed(len(values))
        return Compare("in", name, tuple(self._value(name, each) for each in values))

    def _field(self, operand: Any) -> tuple[str, Any]:
        written, value = _only_pair(operand, "one field")
        name = _ALIASES.get(written, written)
        if name not in self._fields:
            known = ", ".join((*self._fields, *_ALIASES))
            raise _invalid(operand, f"{spelled(written)} is no field; there are: {known}")
        return name, value

    def _value(self, name: str, value: Any) -> str | float | bool:
        if not isinstance(value, str | int | float):
            raise _invalid(value, f"the value of {name} must be a text, a number or a boolean")
        if name not in _TIMES:
            return value
        try:
            return time_text(timestamp.parse_absolute(value))
        except BadRequest:
            raise BadRequest(f"Failed to parse the timestamp value {spelled(value)}") from None


def _only_pair(expression: Any, what: str) -> tuple[str, Any]:
    if not isinstance(expression, dict) or len(expression) != 1:
        raise _invalid(expression, f"expected an object with {what}")
    key, value = next(iter(expression.items()))
    return str(key), value


def _invalid(expression: Any, reason: str) -> BadRequest:
    return BadRequest(f"Filter expression not valid: {spelled(expression)}: {reason}")


def _refuse_others(search: Search, project_field: str, own: str) -> None:
    """NotYours for a filter that names another project than the caller's."""
    match search:
        case And(items) | Or(items):
            for each in items:
                _refuse_others(each, project_field, own)
        case Not(item):
            _refuse_others(item, project_field, own)
        case Compare(field=field, value=value) if field == project_field and value != own:
            raise NotYours(f"Not Authorized to access project {spelled(value)}")


def _sorts(listed: Any, fields: tuple[str, ...]) -> tuple[Sort, ...]:
    if not isinstance(listed, list):
        raise _no_order(listed, "expected a list")
    return tuple(_sort(each, fields) for each in listed)


def _sort(each: Any, fields: tuple[str, ...]) -> Sort:
    if not isinstance(each, Mapping) or len(each) != 1:
        raise _no_order(each, "expected an object with one field")
    written, direction = next(iter(each.items()))
    field = _ALIASES.get(written, written)
    if field not in fields:
        raise _no_order(each, f"{spelled(written)} is no field to order by")
    if not isinstance(direction, str) or direction.lower() not in ("asc", "desc"):
        raise _no_order(each, "the direction must be asc or desc")
    return Sort(field, descending=direction.lower() == "desc")


def _no_order(expression: Any, reason: str) -> BadRequest:
    return BadRequest(f"Order-by expression not valid: {spelled(expression)}: {reason}")


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [at("/v2/query/alarms", POST=query_alarms), at("/v2/query/alarms/history", POST=query_history)]

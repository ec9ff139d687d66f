# SPDX-License-Identifier: Apache-2.0
"""Lists narrowed by `q.field`, `q.op`, `q.value` and `q.type`, which belong together by position; and their pages."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from nephoscope.api.aodh.call import Call
from nephoscope.api.aodh.problem import NotYours
from nephoscope.api.aodh.typed import invalid
from nephoscope.api.aodh.values import converted
from nephoscope.model import timestamp
from nephoscope.model.alarm_body import time_text
from nephoscope.model.errors import BadRequest
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import Compare, Search, all_of, equal
from nephoscope.model.timespan import MINUTE_NS

QUERY = frozenset({"q.field", "q.op", "q.value", "q.type"})
LISTING = QUERY | {"sort", "limit", "marker"}
ALARM_FIELDS = (
    "all_projects",
    "user_id",
    "project_id",
    "type",
    "name",
    "enabled",
    "state",
    "severity",
    "timestamp",
    "repeat_actions",
)
ALARM_SORTS = (
    "alarm_id",
    "enabled",
    "name",
    "type",
    "severity",
    "timestamp",
    "user_id",
    "project_id",
    "state",
    "repeat_actions",
    "state_timestamp",
)
CHANGE_SORTS = ("event_id", "alarm_id", "on_behalf_of", "project_id", "user_id", "type", "timestamp", "severity")
_FLAGS = frozenset({"enabled", "repeat_actions"})
_CHANGE_FIELDS = {
    "type": "type",
    "severity": "severity",
    "user": "user_id",
    "user_id": "user_id",
    "project": "project_id",
    "project_id": "project_id",
}
# What histories call the fields when they list them.
_CHANGE_NAMES = ["project", "search_offset", "severity", "timestamp", "type", "user"]
_OFFSET_MINUTES_MAX = 10**9


class Condition(NamedTuple):
    """One condition of a query string, as it is written; `type` is None where it has none."""

    field: str
    op: str
    value: str
    type: str | None

    def __repr__(self) -> str:
        kind = "Unset" if self.type is None else repr(self.type)
        return f"<Query {self.field!r} {self.op} {self.value!r} {kind}>"


def conditions_of(call: Call) -> list[Condition]:
    """The conditions of a request. BadRequest for one without field or value."""
    texts = call.arguments.texts
    found = []
    columns = (texts("q.field"), texts("q.op"), texts("q.value"), texts("q.type"))
    for field, op, value, kind in zip_longest(*columns):
        for name, there in (("field", field), ("value", value)):
            if there is None:
                raise invalid(name, None, "Mandatory field missing.")
        found.append(Condition(field, op or "eq", value, kind or None))
    return found


def alarm_search(call: Call) -> Search:
    """
    The alarms that a listing asks for: of the caller's project, unless it names another or says `all_projects`.

    Errors  BadRequest; Forbidden for all projects, NotYours for another one, where the caller may not see them.
    """
    call.allow_own("telemetry:get_alarms")
    conditions = conditions_of(call)
    fields = {each.field for each in conditions}
    if not fields <= set(ALARM_FIELDS):
        raise invalid("field", sorted(fields), f"only fields {list(ALARM_FIELDS)} are allowed")
    operators = {each.op for each in conditions}
    if operators - {"eq"}:
        raise invalid("op", sorted(operators), "only operations ['eq'] are allowed")
    asked = [_alarm_condition(each) for each in conditions if each.field != "all_projects"]
    if any(converted(each.value, "boolean") for each in conditions if each.field == "all_projects"):
        call.allow_own("telemetry:get_alarms:all_projects")
    elif "project_id" in fields:
        if not call.sees_others:
            _refuse_others(call, conditions)
    else:
        asked.append(equal("project_id", call.caller.project_id))
    return all_of(*asked)


def change_search(call: Call) -> Search:
    """The records of an alarm's history that a listing asks for. BadRequest; NotYours for those of another project."""
    conditions = conditions_of(call)
    if not call.sees_others:
        _refuse_others(call, conditions)
    times = [each for each in conditions if each.field == "timestamp"]
    offsets = [each for each in conditions if each.field == "search_offset"]
    for each in times:
        if each.op not in ("lt", "le", "gt", "ge"):
            raise invalid("op", each.op, "unimplemented operator for timestamp")
    for each in offsets:
        if each.op != "eq":
            raise invalid("op", each.op, "unimplemented operator for search_offset")
        if not times:
            raise invalid("field", "search_offset", "search_offset cannot be used without timestamp")
    for each in conditions:
        if each not in times and each not in offsets:
            _check_change_condition(each, conditions)
    offset_ns = _offset_ns(offsets[-1].value) if offsets else 0
    plain = [equal(_CHANGE_FIELDS[each.field], each.value) for each in conditions if each.field in _CHANGE_FIELDS]
    return all_of(*plain, *(_time_condition(each, offset_ns) for each in times))


def page_of(call: Call, keys: Sequence[str]) -> Page:
    """The page that a request asks for; of all rows no more than the limit of the settings."""
    longest = call.parts.settings.max_limit
    arguments = call.arguments
    limit = _limit(asked) if (asked := arguments.text("limit")) is not None else longest
    sorts = tuple(_sort(each, keys) for each in arguments.texts("sort"))
    return Page(min(limit, longest), arguments.text("marker"), sorts)


def _alarm_condition(asked: Condition) -> Search:
    value: str | bool = asked.value
    if asked.type is not None:
        converted(asked.value, asked.type)
    if asked.field in _FLAGS:
        value = bool(converted(asked.value, "boolean"))
    elif asked.field == "timestamp":
        value = time_text(int(converted(asked.value, "datetime")))
    return Compare("eq", asked.field, value)


def _refuse_others(call: Call, conditions: Sequence[Condition]) -> None:
    for each in conditions:
        if each.field in ("project", "project_id") and each.value != call.caller.project_id:
            raise NotYours(f"Not Authorized to access project {each.value}")


def _check_change_condition(asked: Condition, conditions: Sequence[Condition]) -> None:
    if asked.field not in _CHANGE_FIELDS:
        told = f"unrecognized field in query: {list(conditions)}, valid keys: {_CHANGE_NAMES}"
        raise BadRequest(f'Unknown argument: "{asked.field}": {told}')
    if asked.op != "eq":
        raise invalid("op", asked.op, f"unimplemented operator for {asked.field}")


def _time_condition(asked: Condition, offset_ns: int) -> Search:
    """A bound of the time, moved outwards by the offset."""
    try:
        time_ns = timestamp.parse_absolute(asked.value)
    except BadRequest:
        raise invalid("timestamp", asked.value, "invalid timestamp format") from None
    if asked.op in ("lt", "le"):
        return Compare("lt" if asked.op == "lt" else "le", "timestamp", time_text(time_ns + offset_ns))
    return Compare("gt" if asked.op == "gt" else "ge", "timestamp", time_text(max(time_ns - offset_ns, 0)))


def _offset_ns(text: str) -> int:
    minutes = _whole_number("search_offset", text)
    if not 0 <= minutes <= _OFFSET_MINUTES_MAX:
        raise invalid("search_offset", text, f"it should be from 0 to {_OFFSET_MINUTES_MAX} minutes")
    return minutes * MINUTE_NS


def _limit(text: str) -> int:
    limit = _whole_number("limit", text)
    if limit <= 0:
        raise invalid("limit", text, "it should be a positive integer.")
    return limit


def _whole_number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise invalid(name, text, str(error)) from None


def _sort(text: str, keys: Sequence[str]) -> Sort:
    key, _, direction = text.partition(":")
    if key not in keys or direction not in ("", "asc", "desc"):
        reason = (
            "the sort parameter should be a pair of sort key and sort dir combined with ':', or only sort key "
            "specified and sort dir will be default 'asc', the supported sort keys are: "
        )
        raise invalid("sort", text, f"{reason}{tuple(keys)}")
    return Sort(key, descending=direction == "desc")

# SPDX-License-Identifier: Apache-2.0
"""Rules of alarms as bodies of our own API write them: all that Aodh knows, in its words, and those of our own."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import msgspec

from nephoscope.alarm.sql_rule import check_sql_rule
from nephoscope.api.aodh.event_conditions import condition
from nephoscope.api.aodh.rule_bodies import COMPOSITE, COMPOSITE_RULES_MAX, LEAVES, TYPES, make_rule, read_rule
from nephoscope.api.aodh.typed import UnknownAttributes, read_argument
from nephoscope.api.native.operation import place_of
from nephoscope.model.alarm_rule import (
    CONDITIONS_MAX,
    FIELD_NAMES_MAX,
    WITHIN_S_MAX,
    WITHIN_S_MIN,
    Composite,
    EventCondition,
    Leaf,
    RecentEvents,
    Rule,
)
from nephoscope.model.errors import BadRequest, InvalidInput
from nephoscope.model.series_rule import Band, Earlier, InstanceRule, SeriesRule, SqlRule, check_series_rule
from nephoscope.model.text import TEXT_LENGTH_MAX, is_storable
from nephoscope.query.event_conditions import RAW

OWN: dict[str, type[InstanceRule]] = {"series": SeriesRule, "sql": SqlRule}
COMPARES: dict[str, type[msgspec.Struct]] = {"earlier": Earlier, "band": Band}
TYPE_NAMES = (*TYPES, *OWN)
EVENT = "event"
PART_NAMES = (*LEAVES, *OWN, EVENT)
DEPTH_MAX = 20

Where = Sequence[str]
Kind = TypeVar("Kind", bound=msgspec.Struct)
RuleFields = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description="A rule in the words of its type, without the `type`. Of type `series` and `sql` it is as "
        '`SeriesRule` and `SqlRule`. Of type `composite` it is `{"and": […]}` or `{"or": […]}`; what is in the list is '
        "of that form too, or a rule with its `type`: `SeriesRule`, `SqlRule`, `RecentEvents`, or one of Aodh's types "
        "`gnocchi_…_threshold` and `prometheus`."
    ),
]
"""How a body writes a rule."""


def own_rule(type_name: str, written: dict[str, Any]) -> Rule:
    """The rule of a type that a body writes. InvalidInput with the field that is wrong."""
    if type_name not in TYPE_NAMES:
        raise InvalidInput(f"expected one of {', '.join(TYPE_NAMES)}", ["type"])
    if type_name == COMPOSITE:
        made = _part(written, ("rule",), [COMPOSITE_RULES_MAX], 0)
        if not isinstance(made, Composite):
            raise InvalidInput('expected an object with "and" or "or" alone', ["rule"])
        return made
    if type_name in OWN:
        return _own(type_name, written, ("rule",))
    return _aodhs(type_name, written, ("rule",))


def _own(type_name: str, written: dict[str, Any], where: Where) -> InstanceRule:
    if isinstance(compare := written.get("compare"), dict):
        _refuse_unknown_of_compare(compare, (*where, "compare"))
    rule = _converted(OWN[type_name], type_name, written, where)
    if isinstance(rule, SeriesRule):
        check_series_rule(rule, where)
    else:
        check_sql_rule(rule, where)
    return rule


def _recent_events(written: dict[str, Any], where: Where) -> RecentEvents:
    conditions = written.get("query")
    for at, each in enumerate(conditions if isinstance(conditions, list) else []):
        if isinstance(each, dict):
            _refuse_unknown(EventCondition, each, (*where, "query", str(at)))
    rule = _converted(RecentEvents, EVENT, written, where)
    _check_text(rule.event_type, (*where, "event_type"))
    if not WITHIN_S_MIN <= rule.within_s <= WITHIN_S_MAX:
        told = f"expected {WITHIN_S_MIN} to {WITHIN_S_MAX} seconds, found {rule.within_s}"
        raise InvalidInput(f"within_s: {told}", [*where, "within_s"])
    if len(rule.query) > CONDITIONS_MAX:
        raise InvalidInput(f"query: expected at most {CONDITIONS_MAX} conditions", [*where, "query"])
    for at, wanted in enumerate(rule.query):
        _check_condition(wanted, (*where, "query", str(at)))
    return rule


def _check_condition(wanted: EventCondition, where: Where) -> None:
    _check_text(wanted.field, (*where, "field"))
    if wanted.field.startswith(RAW) and wanted.field.count(".") >= FIELD_NAMES_MAX:
        raise InvalidInput(f"field: expected at most {FIELD_NAMES_MAX} names", [*where, "field"])
    if wanted.value:
        _check_text(wanted.value, (*where, "value"))
    try:
        condition(msgspec.to_builtins(wanted))
    except BadRequest as error:
        raise InvalidInput(error.message, list(where)) from None


def _check_text(text: str, where: Where) -> None:
    if not (1 <= len(text) <= TEXT_LENGTH_MAX and is_storable(text)):
        told = f"expected 1 to {TEXT_LENGTH_MAX} characters, no NUL and no unpaired surrogates"
        raise InvalidInput(f"{where[-1]}: {told}", list(where))


def _converted(kind: type[Kind], type_name: str, written: dict[str, Any], where: Where) -> Kind:
    _refuse_unknown(kind, written, where)
    try:
        return msgspec.convert({**written, "type": type_name}, kind)
    except msgspec.ValidationError as error:
        reason, path = place_of(error)
        raise InvalidInput(reason, [*where, *path]) from None


def _aodhs(type_name: str, written: dict[str, Any], where: Where) -> Rule:
    try:
        return make_rule(type_name, read_argument("rule", written, read_rule(type_name)))
    except InvalidInput:
        raise
    except UnknownAttributes as error:
        raise InvalidInput("unknown field", [*where, *error.place[1:], error.names[0]]) from None
    except BadRequest as error:
        raise InvalidInput(error.reason or error.message, list(where)) from None


def _part(written: Any, where: Where, left: list[int], depth: int) -> Leaf | Composite:
    left[0] -= 1
    if left[0] < 0 or depth > DEPTH_MAX:
        raise InvalidInput(f"more than {COMPOSITE_RULES_MAX} rules, or deeper than {DEPTH_MAX}", list(where))
    if not isinstance(written, dict):
        raise InvalidInput("expected an object", list(where))
    if "type" not in written:
        return _composite(written, where, left, depth)
    type_name = written["type"]
    if type_name not in PART_NAMES:
        raise InvalidInput(f"expected one of {', '.join(PART_NAMES)}", [*where, "type"])
    fields = {name: value for name, value in written.items() if name != "type"}
    if type_name == EVENT:
        return _recent_events(fields, where)
    made = _own(type_name, fields, where) if type_name in OWN else _aodhs(type_name, fields, where)
    assert isinstance(made, Leaf)
    return made


def _composite(written: dict[str, Any], where: Where, left: list[int], depth: int) -> Composite:
    if len(written) != 1 or (operator := next(iter(written))) not in ("and", "or"):
        raise InvalidInput('expected a type, or "and" or "or" alone', list(where))
    rules = written[operator]
    if not isinstance(rules, list):
        raise InvalidInput("expected a list of rules", [*where, operator])
    parts = tuple(_part(each, (*where, operator, str(at)), left, depth + 1) for at, each in enumerate(rules))
    return Composite(operator="and" if operator == "and" else "or", rules=parts)


def _refuse_unknown(kind: type[msgspec.Struct], written: dict[str, Any], where: Where) -> None:
    known = {each.encode_name for each in msgspec.structs.fields(kind)}
    if unknown := sorted(written.keys() - known):
        raise InvalidInput("unknown field", [*where, unknown[0]])


def _refuse_unknown_of_compare(written: dict[str, Any], where: Where) -> None:
    kind = COMPARES.get(str(written.get("type")))
    if kind is None:
        raise InvalidInput(f"expected one of {', '.join(COMPARES)}", [*where, "type"])
    _refuse_unknown(kind, {name: value for name, value in written.items() if name != "type"}, where)

# SPDX-License-Identifier: Apache-2.0
"""Rules as bodies write them: the attributes of each type, their defaults, and what is allowed."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, get_args

from nephoscope.api.aodh.event_conditions import condition, read_condition
from nephoscope.api.aodh.typed import Attribute, Read, integer, list_of, number, one_of, read_object, spelled, text
from nephoscope.model.alarm_rule import (
    Composite,
    EventRule,
    Leaf,
    LoadBalancerHealth,
    MetricsThreshold,
    PrometheusThreshold,
    ResourcesThreshold,
    ResourceThreshold,
    Rule,
)
from nephoscope.model.archive_policy import METHODS
from nephoscope.model.comparison import GRANULARITY_S_MAX, PERIODS_MAX, Comparison
from nephoscope.model.errors import BadRequest

COMPOSITE_RULES_MAX = 250
# What a rule without a method, as Heat sends it, is decided by.
DEFAULT_METHOD = "mean"

_COMPARISON = Attribute("comparison_operator", one_of(get_args(Comparison)), default="eq")
_THRESHOLD = Attribute("threshold", number, mandatory=True)
_POINTS = (
    _COMPARISON,
    _THRESHOLD,
    Attribute("aggregation_method", text, mandatory=True, null=DEFAULT_METHOD),
    Attribute("evaluation_periods", integer(1, PERIODS_MAX), default=1),
    Attribute("granularity", integer(1, GRANULARITY_S_MAX), default=60),
)


def _texts(*names: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(name, text, mandatory=True) for name in names)


class RuleType(NamedTuple):
    """How a type of rule is written, in the order in which answers show it, and how the rule is made of that."""

    attributes: tuple[Attribute, ...]
    make: Callable[[Mapping[str, Any]], Rule]

    @property
    def read(self) -> Read:
        """The reader of the object under `TYPE_rule`."""
        return read_object(self.attributes)


def _event_rule(written: Mapping[str, Any]) -> EventRule:
    return EventRule(event_type=written["event_type"] or "*", query=tuple(map(condition, written["query"])))


def _metrics_threshold(written: Mapping[str, Any]) -> MetricsThreshold:
    return MetricsThreshold(**{**written, "metrics": tuple(written["metrics"])})


LEAVES: dict[str, RuleType] = {
    "gnocchi_resources_threshold": RuleType(
        (*_texts("metric", "resource_id", "resource_type"), *_POINTS), lambda written: ResourceThreshold(**written)
    ),
    "gnocchi_aggregation_by_metrics_threshold": RuleType(
        (Attribute("metrics", list_of(text), mandatory=True), *_POINTS), _metrics_threshold
    ),
    "gnocchi_aggregation_by_resources_threshold": RuleType(
        (*_texts("metric", "query", "resource_type"), *_POINTS), lambda written: ResourcesThreshold(**written)
    ),
    "prometheus": RuleType((_COMPARISON, _THRESHOLD, *_texts("query")), lambda written: PrometheusThreshold(**written)),
}
"""Rules that a composite one can be made of."""

SIMPLE: dict[str, RuleType] = {
    **LEAVES,
    "event": RuleType(
        (Attribute("event_type", text, default="*"), Attribute("query", list_of(read_condition), default=[])),
        _event_rule,
    ),
    "loadbalancer_member_health": RuleType(
        _texts("pool_id", "stack_id", "autoscaling_group_id"), lambda written: LoadBalancerHealth(**written)
    ),
}
COMPOSITE = "composite"
TYPES = (*SIMPLE, COMPOSITE)
"""The types of alarms; the rule of each is its name and `_rule`."""


class WrittenLeaf(NamedTuple):
    """A rule inside of a composite one, its attributes read."""

    type: str
    attributes: dict[str, Any]


class WrittenComposite(NamedTuple):
    """A composite rule, the attributes of its rules read."""

    operator: str
    rules: tuple["WrittenLeaf | WrittenComposite", ...]


def read_rule(type_name: str) -> Read:
    """The reader of what stands under the rule of a type, to be handed on to `make_rule`."""
    return read_composite if type_name == COMPOSITE else SIMPLE[type_name].read


def make_rule(type_name: str, written: Any) -> Rule:
    """The rule of what was read. BadRequest for a method or a condition that there is not."""
    if isinstance(written, WrittenComposite):
        return _composite(written)
    made = SIMPLE[type_name].make(written)
    _check_method(made)
    return made


def read_composite(value: Any) -> WrittenComposite:
    """Reads a composite rule. BadRequest says what it is not."""
    left = [COMPOSITE_RULES_MAX]
    found = _read_part(value, left)
    if isinstance(found, WrittenLeaf):
        raise BadRequest('Threshold rules should be combined with "and" or "or"')
    return found


def _read_part(value: Any, left: list[int]) -> WrittenLeaf | WrittenComposite:
    left[0] -= 1
    if left[0] < 0:
        raise BadRequest(f"A composite rule has more than {COMPOSITE_RULES_MAX} rules in it; split it")
    if not isinstance(value, dict):
        raise _no_composite(value)
    if len(value) == 1:
        operator, rules = next(iter(value.items()))
        if operator not in ("and", "or"):
            raise BadRequest('Threshold rules should be combined with "and" or "or"')
        if not isinstance(rules, list):
            raise _no_composite(value)
        return WrittenComposite(operator, tuple(_read_part(each, left) for each in rules))
    kind = value.get("type")
    if not kind:
        raise BadRequest("type must be set in every rule")
    if not isinstance(kind, str) or kind not in LEAVES:
        raise BadRequest(
            f"Unsupported sub-rule type :{spelled(kind)} in composite rule, should be one of: {sorted(LEAVES)}"
        )
    return WrittenLeaf(kind, LEAVES[kind].read({key: each for key, each in value.items() if key != "type"}))


def _no_composite(value: object) -> BadRequest:
    return BadRequest(
        f'Invalid input composite rule: {spelled(value)}, it should be a dict with an "and" or "or" as key, and the '
        "value of dict should be a list of basic threshold rules or sub composite rules, can be nested."
    )


def _composite(written: WrittenComposite) -> Composite:
    rules: list[Leaf | Composite] = []
    for each in written.rules:
        if isinstance(each, WrittenComposite):
            rules.append(_composite(each))
        else:
            made = make_rule(each.type, each.attributes)
            assert isinstance(made, Leaf)
            rules.append(made)
    return Composite(operator="and" if written.operator == "and" else "or", rules=tuple(rules))


def _check_method(rule: Rule) -> None:
    if isinstance(rule, ResourceThreshold | MetricsThreshold | ResourcesThreshold):
        method = rule.aggregation_method
        if method not in METHODS:
            raise BadRequest(f"aggregation_method should be in {sorted(METHODS)} not {spelled(method)}")

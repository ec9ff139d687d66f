# SPDX-License-Identifier: Apache-2.0
"""What an alarm watches, and when that is too much: one struct a type of rule."""

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

import msgspec

from nephoscope.model.comparison import Comparison
from nephoscope.model.series_rule import SeriesRule, SqlRule
from nephoscope.model.timespan import SECOND_NS

ConditionType = Literal["", "string", "integer", "float", "boolean"]


class Threshold(msgspec.Struct, frozen=True, kw_only=True):
    """
    When values are beyond a threshold: each of the newest `evaluation_periods` ones, of `granularity` seconds each.

    A value v is beyond it when `v comparison_operator threshold`.
    """

    threshold: float
    aggregation_method: str
    comparison_operator: Comparison = "eq"
    evaluation_periods: int = 1
    granularity: int = 60


class ResourceThreshold(Threshold, frozen=True, kw_only=True, tag="gnocchi_resources_threshold"):
    """One metric of one resource, whose id is as its creator calls it."""

    metric: str
    resource_id: str
    resource_type: str


class MetricsThreshold(Threshold, frozen=True, kw_only=True, tag="gnocchi_aggregation_by_metrics_threshold"):
    """Metrics, by id, aggregated with each other."""

    metrics: tuple[str, ...]


class ResourcesThreshold(Threshold, frozen=True, kw_only=True, tag="gnocchi_aggregation_by_resources_threshold"):
    """The metrics of that name of all resources that a search finds, aggregated; `query` is the search as JSON text."""

    metric: str
    query: str
    resource_type: str


class PrometheusThreshold(msgspec.Struct, frozen=True, kw_only=True, tag="prometheus"):
    """An expression in PromQL: each series that it yields is one value."""

    query: str
    threshold: float
    comparison_operator: Comparison = "eq"


class EventCondition(msgspec.Struct, frozen=True, kw_only=True):
    """`field op value`; a field `traits.NAME` is a trait, another a place in the event. `type` is that of the value."""

    field: str
    value: str
    type: ConditionType
    op: Comparison = "eq"


class EventRule(msgspec.Struct, frozen=True, kw_only=True, tag="event"):
    """Events whose type fits a shell pattern and that fulfil all conditions."""

    event_type: str = "*"
    query: tuple[EventCondition, ...] = ()


class LoadBalancerHealth(msgspec.Struct, frozen=True, kw_only=True, tag="loadbalancer_member_health"):
    """The members of a load balancer's pool, which belong to a scaling group of a stack."""

    pool_id: str
    stack_id: str
    autoscaling_group_id: str


Leaf: TypeAlias = ResourceThreshold | MetricsThreshold | ResourcesThreshold | PrometheusThreshold | SeriesRule | SqlRule


class Composite(msgspec.Struct, frozen=True, kw_only=True, tag="composite"):
    """Rules of which all (`and`) or any (`or`) have to be beyond their thresholds; they may be composite themselves."""

    operator: Literal["and", "or"]
    rules: tuple["Leaf | Composite", ...]

    def leaves(self) -> Iterator[Leaf]:
        """All rules that are not composite, as written."""
        for each in self.rules:
            if isinstance(each, Composite):
                yield from each.leaves()
            else:
                yield each


Rule: TypeAlias = Leaf | EventRule | LoadBalancerHealth | Composite


def type_of(rule: Rule) -> str:
    """The name of a rule's type, as clients write it."""
    tag = type(rule).__struct_config__.tag
    assert isinstance(tag, str)
    return tag


ThresholdRule: TypeAlias = ResourceThreshold | MetricsThreshold | ResourcesThreshold


def threshold_rules(rule: Rule) -> list[ThresholdRule]:
    """The rules about metrics of a metric service that a rule consists of, each once."""
    leaves: Iterable[Rule] = rule.leaves() if isinstance(rule, Composite) else (rule,)
    return list(dict.fromkeys(each for each in leaves if isinstance(each, ThresholdRule)))


def step_ns(rule: Rule, interval_ns: int) -> int:
    """
    How often a rule is decided: once a bucket of the finest granularity it looks at, at least each interval.

    A statement in SQL is run as often as its rule says.
    """
    if isinstance(rule, SqlRule):
        return rule.every_s * SECOND_NS
    if isinstance(rule, Composite):
        finest = min((each for each in map(_seconds, rule.leaves()) if each), default=0)
    else:
        finest = _seconds(rule)
    return min(interval_ns, finest * SECOND_NS) or interval_ns


def _seconds(rule: Rule) -> int:
    """How often values of a rule are new, 0 where that is not told."""
    match rule:
        case SqlRule():
            return rule.every_s
        case Threshold() | SeriesRule():
            return rule.granularity
    return 0

# SPDX-License-Identifier: Apache-2.0
"""What an alarm watches, and when that is too much: one struct a type of rule."""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

import msgspec

from nephoscope.model.comparison import Comparison
from nephoscope.model.series_rule import SeriesRule, SqlRule
from nephoscope.model.timespan import SECOND_NS

ConditionType = Literal["", "string", "integer", "float", "boolean"]
# Of events that count for a shorter time some would be gone before they are looked at; a longer one is much to read.
WITHIN_S_MIN, WITHIN_S_MAX = 10, 604_800
CONDITIONS_MAX = 20
# How deep a field may lie, `raw.payload.host` being at three.
FIELD_NAMES_MAX = 10


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
    type: ConditionType = ""
    op: Comparison = "eq"


class EventRule(msgspec.Struct, frozen=True, kw_only=True, tag="event"):
    """Events whose type fits a shell pattern and that fulfil all conditions."""

    event_type: str = "*"
    query: tuple[EventCondition, ...] = ()


class RecentEvents(msgspec.Struct, frozen=True, kw_only=True, tag="event"):
    """
    Events as an `EventRule` means them, inside of a composite rule: beyond while one is not older than `within_s`.

    It is alarm or ok, as there are such events of the alarm's project or not. `within_s` is 10 to 604800 s, and there
    are at most 20 conditions; texts have at most 255 characters.
    """

    event_type: str = "*"
    query: tuple[EventCondition, ...] = ()
    within_s: int


class LoadBalancerHealth(msgspec.Struct, frozen=True, kw_only=True, tag="loadbalancer_member_health"):
    """The members of a load balancer's pool, which belong to a scaling group of a stack."""

    pool_id: str
    stack_id: str
    autoscaling_group_id: str


Single: TypeAlias = (
    ResourceThreshold | MetricsThreshold | ResourcesThreshold | PrometheusThreshold | SeriesRule | SqlRule
)
"""Rules that an alarm can have by themselves as well as inside of a composite one."""

Leaf: TypeAlias = Single | RecentEvents


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


Rule: TypeAlias = Single | EventRule | LoadBalancerHealth | Composite


def leaves_of(rule: Rule) -> Sequence[Rule | Leaf]:
    """The rules that are not composite of which a rule consists, as written: itself where it is none of these."""
    return list(rule.leaves()) if isinstance(rule, Composite) else [rule]


def type_of(rule: Rule | Leaf) -> str:
    """The name of a rule's type, as clients write it."""
    tag = type(rule).__struct_config__.tag
    assert isinstance(tag, str)
    return tag


ThresholdRule: TypeAlias = ResourceThreshold | MetricsThreshold | ResourcesThreshold


def threshold_rules(rule: Rule) -> list[ThresholdRule]:
    """The rules about metrics of a metric service that a rule consists of, each once."""
    return list(dict.fromkeys(each for each in leaves_of(rule) if isinstance(each, ThresholdRule)))


OF_OTHERS = frozenset((SqlRule, PrometheusThreshold, LoadBalancerHealth))


def asks_others(rule: Rule | Leaf) -> bool:
    """Whether who knows about a rule, or a part of it, may be slow: a statement in SQL, or another service."""
    # By its type itself, which takes a tenth of the time that `isinstance` takes of structs: it is asked of all alarms.
    if type(rule) is Composite:
        return any(map(asks_others, rule.leaves()))
    return type(rule) in OF_OTHERS


def step_ns(rule: Rule, interval_ns: int) -> int:
    """
    How often a rule is decided: once a bucket of the finest granularity it looks at, at least each interval.

    A statement in SQL is run as often as its rule says. Events are looked at twice in the time that they count for, so
    that none comes and goes unseen.
    """
    if isinstance(rule, SqlRule):
        return rule.every_s * SECOND_NS
    if isinstance(rule, Composite):
        finest = min((each for each in map(_seconds, rule.leaves()) if each), default=0)
    else:
        finest = _seconds(rule)
    return min(interval_ns, finest * SECOND_NS) or interval_ns


def _seconds(rule: Rule | Leaf) -> int:
    """How often values of a rule are new, 0 where that is not told."""
    match rule:
        case SqlRule():
            return rule.every_s
        case RecentEvents():
            return rule.within_s // 2
        case Threshold() | SeriesRule():
            return rule.granularity
    return 0

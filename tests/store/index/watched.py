# SPDX-License-Identifier: Apache-2.0
"""What the tests of alarms put into the index, and who decides there."""

from typing import Any

from nephoscope.model.alarm import Alarm, State, TimeConstraint, Transition
from nephoscope.model.alarm_rule import (
    Composite,
    EventCondition,
    EventRule,
    LoadBalancerHealth,
    MetricsThreshold,
    PrometheusThreshold,
    ResourcesThreshold,
    ResourceThreshold,
    Rule,
)
from nephoscope.model.delivery import Draft
from nephoscope.store.index.alarm_contract import Author, Decided, Limits, Watched
from nephoscope.store.index.contract import Index
from tests.store.index.samples import SECOND, START_NS

ANN = Author("ann", "blue")
ANY_NUMBER = Limits()
GROUP = "alarms"
SLOTS = 4

CPU = ResourceThreshold(
    metric="cpu", resource_id="vm", resource_type="instance", threshold=80.0, aggregation_method="mean"
)
UP = PrometheusThreshold(query='up{job="web"}', threshold=1.0, comparison_operator="lt")
# One of each type.
RULES: tuple[Rule, ...] = (
    CPU,
    MetricsThreshold(metrics=("m1", "m2"), threshold=-0.5, aggregation_method="rate:mean", granularity=300),
    ResourcesThreshold(
        metric="cpu", query='{"=": {"a": "é"}}', resource_type="instance", threshold=1e22, aggregation_method="max"
    ),
    UP,
    EventRule(event_type="compute.*", query=(EventCondition(field="traits.state", value="error", type=""),)),
    EventRule(),
    LoadBalancerHealth(pool_id="p", stack_id="s", autoscaling_group_id="g"),
    Composite(operator="or", rules=(CPU, Composite(operator="and", rules=(UP, CPU)))),
    Composite(operator="and", rules=()),
)
NIGHTS = TimeConstraint(
    name="nights", start="0 23 * * *", duration=10800, description="night hours", timezone="Europe/Ljubljana"
)


def alarm(alarm_id: str, rule: Rule = CPU, **fields: Any) -> Alarm:
    """An alarm of the project blue that is called by its id."""
    own = {"name": alarm_id, "description": "what it says", "project_id": "blue", "user_id": "ann"}
    times = dict.fromkeys(("timestamp_ns", "state_timestamp_ns", "evaluated_ns"), START_NS)
    return Alarm(**({"id": alarm_id, "rule": rule} | own | times | fields))


def create(index: Index, alarm_id: str, rule: Rule = CPU, **fields: Any) -> Alarm:
    """Make an alarm, whatever the quotas say."""
    return index.alarms.create(alarm(alarm_id, rule, **fields), ANN, ANY_NUMBER)


def watched(index: Index) -> dict[str, Watched]:
    """What an evaluator that has just begun knows, by id."""
    return {each.alarm.id: each for each in index.alarms.watchlist(0, SLOTS).changed}


def holding(index: Index, holder: str = "node") -> dict[int, int]:
    """Take all slots that are free; gives the fencing of those that are held, by slot."""
    division = index.shared_work.divide(GROUP, holder, [], slots=SLOTS, ttl_ns=10 * SECOND)
    return {each.slot: each.fencing for each in division.slots}


def decision(
    seen: Watched, current: State, held: dict[int, int], *, at_ns: int = START_NS, notes: tuple[Draft, ...] = ()
) -> Decided:
    """A decision about an alarm as it was seen."""
    told = Transition(
        alarm_id=seen.alarm.id,
        previous=seen.alarm.state,
        current=current,
        reason=f"Transition to {current}",
        reason_data={"type": "threshold"},
        at_ns=at_ns,
    )
    return Decided(transition=told, revision=seen.revision, slot=seen.slot, fencing=held.get(seen.slot, 0), notes=notes)


def note(key: str, alarm_id: str = "a", **fields: Any) -> Draft:
    """A notification to somebody."""
    own = {"project_id": "blue", "target": "http://192.0.2.1/hook?a=%20b", "body": {"alarm_id": alarm_id}}
    return Draft(key=key, alarm_id=alarm_id, **(own | fields))

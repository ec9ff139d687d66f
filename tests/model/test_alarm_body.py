# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alarms and rules in the form of the recorded answers of Aodh."""

from typing import Any

import msgspec
import pytest

from nephoscope.model.alarm import Alarm, TimeConstraint
from nephoscope.model.alarm_body import alarm_body, rule_body, time_text
from nephoscope.model.alarm_rule import (
    Composite,
    EventCondition,
    EventRule,
    LoadBalancerHealth,
    MetricsThreshold,
    PrometheusThreshold,
    RecentEvents,
    ResourcesThreshold,
    ResourceThreshold,
    Rule,
)

CPU = ResourceThreshold(
    metric="cpu",
    resource_id="9d4b",
    resource_type="instance",
    aggregation_method="mean",
    threshold=80.0,
    comparison_operator="gt",
    granularity=300,
    evaluation_periods=3,
)
CPU_BODY = {
    "metric": "cpu",
    "resource_id": "9d4b",
    "resource_type": "instance",
    "comparison_operator": "gt",
    "threshold": 80.0,
    "aggregation_method": "mean",
    "evaluation_periods": 3,
    "granularity": 300,
}
UP = PrometheusThreshold(query="up", threshold=1.0, comparison_operator="lt")
UP_BODY = {"query": "up", "threshold": 1.0, "comparison_operator": "lt"}
DEFAULTS = {"comparison_operator": "eq", "evaluation_periods": 1, "granularity": 60}


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (CPU_BODY, CPU),
        (
            {"metrics": ["m1", "m2"], "threshold": 5.0, "aggregation_method": "mean", **DEFAULTS},
            MetricsThreshold(metrics=("m1", "m2"), threshold=5.0, aggregation_method="mean"),
        ),
        (
            {
                "metric": "cpu",
                "query": '{"=": {"a": "b"}}',
                "resource_type": "instance",
                "threshold": 5.0,
                "aggregation_method": "max",
                **DEFAULTS,
            },
            ResourcesThreshold(
                metric="cpu",
                query='{"=": {"a": "b"}}',
                resource_type="instance",
                threshold=5.0,
                aggregation_method="max",
            ),
        ),
        (UP_BODY, UP),
        ({"event_type": "*", "query": []}, EventRule()),
        (
            {
                "event_type": "disk.*",
                "query": [{"field": "traits.size", "op": "ge", "value": "100", "type": "integer"}],
            },
            EventRule(
                event_type="disk.*",
                query=(EventCondition(field="traits.size", op="ge", value="100", type="integer"),),
            ),
        ),
        (
            {"pool_id": "p-1", "stack_id": "s-1", "autoscaling_group_id": "g-1"},
            LoadBalancerHealth(pool_id="p-1", stack_id="s-1", autoscaling_group_id="g-1"),
        ),
        (
            {"or": [CPU_BODY | {"type": "gnocchi_resources_threshold"}, {"and": [UP_BODY | {"type": "prometheus"}]}]},
            Composite(operator="or", rules=(CPU, Composite(operator="and", rules=(UP,)))),
        ),
        ({"and": []}, Composite(operator="and", rules=())),
        (
            {"and": [{"event_type": "disk.*", "query": [], "within_s": 60, "type": "event"}]},
            Composite(operator="and", rules=(RecentEvents(event_type="disk.*", within_s=60),)),
        ),
    ],
)
def test_a_rule_is_written_as_clients_write_it(body: dict[str, Any], rule: Rule) -> None:
    assert body == rule_body(rule)


def test_an_alarm_is_written_as_aodh_stores_it() -> None:
    body = alarm_body(
        Alarm(
            id="a",
            name="a-full",
            description="cpu too high",
            rule=CPU,
            project_id="p",
            user_id="u",
            ok_actions=None,
            alarm_actions=("https://192.0.2.10/alarm?x=1",),
            time_constraints=(TimeConstraint(name="nights", start="0 23 * * *", duration=10800),),
            timestamp_ns=1_735_689_600_000_001_999,
            error="it failed",
            sees_all=True,
        )
    )
    assert {
        "alarm_id": "a",
        "type": "gnocchi_resources_threshold",
        "enabled": True,
        "name": "a-full",
        "description": "cpu too high",
        "timestamp": "2025-01-01T00:00:00.000001",
        "user_id": "u",
        "project_id": "p",
        "state": "insufficient data",
        "state_timestamp": "1970-01-01T00:00:00.000000",
        "state_reason": "Not evaluated yet",
        "ok_actions": None,
        "alarm_actions": ["https://192.0.2.10/alarm?x=1"],
        "insufficient_data_actions": [],
        "repeat_actions": False,
        "severity": "low",
        "time_constraints": [
            {"name": "nights", "start": "0 23 * * *", "duration": 10800, "description": "", "timezone": ""}
        ],
        "evaluate_timestamp": "1970-01-01T00:00:00.000000",
        "rule": CPU_BODY,
    } == body
    assert body == msgspec.json.decode(msgspec.json.encode(body))


def test_times_have_microseconds_and_no_zone() -> None:
    assert "2025-01-01T00:00:00.293542" == time_text(1_735_689_600_293_542_999)

# SPDX-License-Identifier: Apache-2.0

"""How often alarms are decided, and who has to be asked for that."""

import pytest

from nephoscope.model.alarm_rule import (
    Composite,
    EventRule,
    LoadBalancerHealth,
    PrometheusThreshold,
    RecentEvents,
    Rule,
    asks_others,
    step_ns,
)
from nephoscope.model.series_rule import SeriesRule, SqlRule

SECOND_NS = 10**9
SLOW = SeriesRule(metric="cpu", threshold=1.0, granularity=300)
QUICK = SeriesRule(metric="cpu", threshold=1.0, granularity=10)
UP = PrometheusThreshold(query="up", threshold=1.0)


@pytest.mark.parametrize(
    ("rule", "every_s"),
    [
        (QUICK, 10),
        (SLOW, 60),
        (UP, 60),
        # A statement may be dear: no more often than it says.
        (SqlRule(sql="SELECT 1", every_s=3600), 3600),
        (SqlRule(sql="SELECT 1", every_s=30), 30),
        (Composite(operator="and", rules=(UP, SLOW, QUICK)), 10),
        (Composite(operator="and", rules=(SLOW, SqlRule(sql="SELECT 1", every_s=3600))), 60),
        # Twice in the time that an event counts for, so that none is missed.
        (Composite(operator="and", rules=(SLOW, RecentEvents(within_s=60))), 30),
        (Composite(operator="and", rules=(RecentEvents(within_s=3600),)), 60),
    ],
)
def test_a_rule_is_decided_once_a_bucket_and_at_least_each_interval(rule: Rule, every_s: int) -> None:
    assert every_s * SECOND_NS == step_ns(rule, 60 * SECOND_NS)


@pytest.mark.parametrize(
    ("rule", "asks"),
    [
        (QUICK, False),
        (EventRule(), False),
        (UP, True),
        (SqlRule(sql="SELECT 1"), True),
        (LoadBalancerHealth(pool_id="p", stack_id="s", autoscaling_group_id="g"), True),
        (Composite(operator="and", rules=(QUICK, RecentEvents(within_s=60))), False),
        (Composite(operator="and", rules=(QUICK, Composite(operator="or", rules=(QUICK, UP)))), True),
        (Composite(operator="and", rules=()), False),
    ],
)
def test_a_rule_asks_others_where_any_part_of_it_does(rule: Rule, asks: bool) -> None:
    assert asks == asks_others(rule)

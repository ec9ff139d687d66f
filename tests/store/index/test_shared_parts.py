# SPDX-License-Identifier: Apache-2.0
"""Alarms in memory have equal parts in common, and are what they were."""

from typing import Any

import msgspec

from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_rule import Composite, EventRule, ResourceThreshold
from nephoscope.store.index.shared_parts import share_parts


def stored(rule: Any, **fields: Any) -> Alarm:
    """An alarm whose texts are its own, as those are that were read."""
    given = Alarm(
        id="a", name="n", description="", rule=rule, project_id="blue", user_id="ann", ok_actions=("log://x",), **fields
    )
    return msgspec.json.decode(msgspec.json.encode(given), type=Alarm)


RULE = ResourceThreshold(
    metric="cpu_util", resource_id="vm", resource_type="instance", threshold=1, aggregation_method="mean"
)


def test_equal_parts_are_one() -> None:
    one, other = share_parts(stored(RULE)), share_parts(stored(RULE))
    assert stored(RULE) == one == other
    assert isinstance(one.rule, ResourceThreshold)
    assert isinstance(other.rule, ResourceThreshold)
    assert one.project_id is other.project_id
    assert one.rule.metric is other.rule.metric
    assert one.ok_actions is other.ok_actions


def test_any_alarm_stays_what_it_is() -> None:
    rules = [RULE, Composite(operator="or", rules=(RULE, RULE)), EventRule(event_type="compute.*")]
    for rule in rules:
        for actions in (None, (), ("http://h/", "log://")):
            given = stored(rule, alarm_actions=actions, state_reason="x" * 200)
            assert stored(rule, alarm_actions=actions, state_reason="x" * 200) == share_parts(given)

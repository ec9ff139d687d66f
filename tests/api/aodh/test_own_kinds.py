# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alarms that only our own API writes, as clients of this dialect meet them: shown as they are, and not broken."""

from typing import Any

import pytest

from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_behaviour import Behaviour
from nephoscope.model.alarm_rule import Composite, PrometheusThreshold, RecentEvents, Rule
from nephoscope.model.series_rule import SeriesRule, SqlRule
from nephoscope.store.index.alarm_contract import Author, Limits
from nephoscope.store.index.contract import Index
from tests.api.aodh.callers import BLUE, Asker, event_alarm, threshold_alarm

SERIES = SeriesRule(metric="cpu", threshold=80.0, across="mean", group_by=("host",))
MIXED = Composite(operator="or", rules=(PrometheusThreshold(query="up", threshold=1.0), SERIES))

DEPLOYED = Composite(operator="and", rules=(RecentEvents(event_type="deploy.*", within_s=600),))


def make(index: Index, rule: Rule = SERIES, **more: Any) -> Alarm:
    about: dict[str, Any] = {"project_id": BLUE, "user_id": "u-mia", **more}
    alarm = Alarm(id="own", name="busy", description="what it says", rule=rule, **about)
    return index.alarms.create(alarm, Author("u-mia", BLUE), Limits())


@pytest.mark.parametrize("rule", [SERIES, SqlRule(sql="SELECT 1"), MIXED, DEPLOYED])
def test_they_are_shown_and_can_be_sent_back(mia: Asker, index: Index, rule: Rule) -> None:
    before = make(index, rule, behaviour=Behaviour(pending_s=60), labels=(("team", "web"),))
    shown = mia.done("GET", "/alarms/own")
    assert [shown] == mia.done("GET", "/alarms")
    assert (before.type, True) == (shown["type"], f"{before.type}_rule" in shown)
    assert {"behaviour", "labels"}.isdisjoint(shown)
    answer = mia.done("PUT", "/alarms/own", {**shown, "name": "other", "enabled": False, "description": ""})
    after = index.alarms.get("own")
    assert ("other", f"{before.type} alarm rule") == (answer["name"], after.description)
    assert (rule, before.behaviour, before.labels, False) == (after.rule, after.behaviour, after.labels, after.enabled)


def test_their_rules_are_written_elsewhere(mia: Asker, index: Index) -> None:
    make(index)
    shown = mia.done("GET", "/alarms/own")
    changed = {**shown, "series_rule": {**shown["series_rule"], "threshold": 90}}
    mia.refused(400, "PUT", "/alarms/own", changed)
    mia.refused(400, "POST", "/alarms", shown)
    for part in ({"type": "series", "metric": "cpu"}, {"type": "event", "event_type": "*", "within_s": 60}):
        make_composite = {**event_alarm(), "type": "composite", "composite_rule": {"or": [part]}}
        del make_composite["event_rule"]
        assert "Unsupported sub-rule type" in mia.refused(400, "POST", "/alarms", make_composite)
    assert SERIES == index.alarms.get("own").rule


def test_another_kind_of_rule_keeps_behaviour_and_labels(mia: Asker, index: Index) -> None:
    make(index, behaviour=Behaviour(pending_s=60, recovery_threshold=70), labels=(("team", "web"),))
    mia.done("PUT", "/alarms/own", threshold_alarm({"threshold": 80, "comparison_operator": "gt"}))
    after = index.alarms.get("own")
    assert (60.0, (("team", "web"),)) == (after.behaviour.pending_s, after.labels)
    # What no longer fits is told.
    told = mia.refused(400, "PUT", "/alarms/own", threshold_alarm({"threshold": 60, "comparison_operator": "gt"}))
    assert "good side of the threshold 60" in str(told)


def test_their_history_is_shown(mia: Asker, index: Index) -> None:
    make(index, labels=(("team", "web"),))
    (record,) = mia.done("GET", "/alarms/own/history")
    assert '"labels": {"team": "web"}' in record["detail"]

# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""`scale:` signals policies of scaling groups."""

from dataclasses import replace

import pytest

from nephoscope.act.notify.contract import Outcome
from nephoscope.act.notify.scale import Scale
from nephoscope.model.errors import BadRequest
from tests.act.notify.made import KnownPolicies, delivery, tools


def test_what_a_signal_led_to_is_said_and_the_key_goes_along() -> None:
    policies = KnownPolicies()
    found = Scale(replace(tools(), signals=policies))
    told = delivery("scale:p-1", key="k-9")
    assert Outcome("delivered", said="refused: cooldown until tomorrow") == found.notify(told)
    assert [f"{told.project_id} {told.alarm_id} k-9"] == policies.keys
    assert "delivered" == found.notify(delivery("SCALE://p-1")).result


@pytest.mark.parametrize(("target", "error"), [("scale:p-2", "p-2 not found"), ("scale:p-3", "decides by itself")])
def test_what_no_signal_can_reach_is_given_up(target: str, error: str) -> None:
    outcome = Scale(replace(tools(), signals=KnownPolicies())).notify(delivery(target))
    assert ("refused", "target") == (outcome.result, outcome.cause)
    assert error in outcome.error


def test_an_index_that_is_away_is_tried_again() -> None:
    policies = KnownPolicies()
    policies.away = True
    for about in (replace(tools(), signals=policies), tools()):
        assert "again" == Scale(about).notify(delivery("scale:p-1")).result


@pytest.mark.parametrize("target", ["scale:", "scale://", "scale:  ", f"scale:{'x' * 256}"])
def test_a_target_names_a_policy(target: str) -> None:
    with pytest.raises(BadRequest, match="expected scale: and the id of a scaling policy"):
        Scale(tools()).place(target)

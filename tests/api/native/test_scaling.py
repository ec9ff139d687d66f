# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What a scaling policy would do, without doing it."""

import time
from typing import Any

import pytest

from tests.api.native.cloud import Asker

GROUP = {"min_size": 1, "max_size": 10}
UP = {"adjustment_type": "change_in_capacity", "scaling_adjustment": 2}


@pytest.mark.parametrize(
    ("body", "verdict", "wanted", "reason"),
    [
        ({"group": GROUP, "size": 3, "policy": UP}, "accepted", 5, "from 3 to 5 members"),
        ({"group": GROUP, "size": 10, "policy": UP}, "no change", 10, "as many as there may be"),
        ({"group": {**GROUP, "busy": True}, "size": 3, "policy": UP}, "refused", 5, "under way"),
        ({"group": GROUP, "size": 3, "tracking": {"target": 50, "value": 80}}, "accepted", 5, "from 3 to 5"),
    ],
)
def test_a_dry_run_tells_what_would_be(
    member: Asker, body: dict[str, Any], verdict: str, wanted: int, reason: str
) -> None:
    found = member.post("/scaling/dry-run", **body)
    assert (verdict, wanted, True) == (found["verdict"], found["wanted"], found["dry_run"])
    assert reason in found["reason"]


def test_a_cooldown_refuses_until_it_is_over(member: Asker) -> None:
    for ahead_s, verdict in ((60, "refused"), (-60, "accepted")):
        group = {**GROUP, "cooldown_until": time.time() + ahead_s}
        assert verdict == member.post("/scaling/dry-run", group=group, size=3, policy=UP)["verdict"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"group": GROUP, "size": 3}, "either a policy or tracking"),
        ({"group": GROUP, "size": -1, "policy": UP}, "size"),
        ({"group": {"min_size": 5, "max_size": 1}, "size": 3, "policy": UP}, "min_size <= max_size"),
        ({"group": GROUP, "size": 3, "policy": {**UP, "min_adjustment_step": 1}}, "percent_change_in_capacity"),
        ({"group": GROUP, "size": 3, "tracking": {"target": 0, "value": 1}}, "target"),
    ],
)
def test_what_cannot_be_is_refused(member: Asker, body: dict[str, Any], message: str) -> None:
    answer = member.ask("POST", "/scaling/dry-run", body)
    assert 400 == answer.status
    assert message in answer.text

# SPDX-License-Identifier: Apache-2.0

"""From verdicts to what becomes of alarms: the table of states, and the words of the reasons."""

from typing import Any

import pytest

from nephoscope.alarm.transitions import next_state, transition
from nephoscope.alarm.verdicts import Verdict, judge_values, unknown
from nephoscope.model.alarm import Alarm, State
from nephoscope.model.alarm_rule import PrometheusThreshold

ABOVE = judge_values([81.0, 82.0, 50.5], 50, "gt")
BELOW = judge_values([1.0, 2.0, 50.0], 50, "gt")
RISING = judge_values([1.0, 2.0, 51.0], 50, "gt")
FALLING = judge_values([51.0, 2.0, 1.0], 50, "gt")
NOTHING = unknown("3 datapoints are unknown", 3)


def alarm(state: State, *, repeats: bool = False) -> Alarm:
    rule = PrometheusThreshold(query="up", threshold=1)
    return Alarm(
        id="a",
        name="n",
        description="",
        rule=rule,
        project_id="p",
        user_id="u",
        state=state,
        repeat_actions=repeats,
    )


@pytest.mark.parametrize(
    ("verdict", "current", "repeats", "expected"),
    [
        (ABOVE, "insufficient data", False, "alarm"),
        (ABOVE, "ok", False, "alarm"),
        (ABOVE, "alarm", False, None),
        (ABOVE, "alarm", True, "alarm"),
        (BELOW, "insufficient data", False, "ok"),
        (BELOW, "alarm", False, "ok"),
        (BELOW, "ok", False, None),
        (BELOW, "ok", True, "ok"),
        (RISING, "insufficient data", False, "alarm"),
        (FALLING, "insufficient data", True, "ok"),
        (RISING, "ok", False, None),
        (RISING, "ok", True, "ok"),
        (FALLING, "alarm", False, None),
        (FALLING, "alarm", True, "alarm"),
        (NOTHING, "insufficient data", False, None),
        (NOTHING, "insufficient data", True, None),
        (NOTHING, "ok", False, "insufficient data"),
        (NOTHING, "alarm", True, "insufficient data"),
    ],
)
def test_the_table_of_states(verdict: Verdict, current: State, repeats: bool, expected: State | None) -> None:
    assert expected == next_state(current, verdict, repeats=repeats)
    found = transition(alarm(current, repeats=repeats), verdict, 7)
    assert (None if expected is None else (current, expected, 7)) == (
        None if found is None else (found.previous, found.current, found.at_ns)
    )


@pytest.mark.parametrize(
    ("verdict", "current", "reason", "data"),
    [
        (
            ABOVE,
            "insufficient data",
            "Transition to alarm due to 3 samples outside threshold, most recent: 50.5",
            {"type": "threshold", "disposition": "outside", "count": 3, "most_recent": 50.5},
        ),
        (
            ABOVE,
            "alarm",
            "Remaining as alarm due to 3 samples outside threshold, most recent: 50.5",
            {"type": "threshold", "disposition": "outside", "count": 3, "most_recent": 50.5},
        ),
        (
            BELOW,
            "alarm",
            "Transition to ok due to 3 samples inside threshold, most recent: 50.0",
            {"type": "threshold", "disposition": "inside", "count": 3, "most_recent": 50.0},
        ),
        (
            RISING,
            "ok",
            "Remaining as ok due to 2 samples inside threshold, most recent: 51.0",
            {"type": "threshold", "disposition": "inside", "count": 2, "most_recent": 51.0},
        ),
        (
            NOTHING,
            "ok",
            "3 datapoints are unknown",
            {"type": "threshold", "disposition": "unknown", "count": 3, "most_recent": None},
        ),
    ],
)
def test_reasons_tell_the_numbers(verdict: Verdict, current: State, reason: str, data: dict[str, Any]) -> None:
    found = transition(alarm(current, repeats=True), verdict, 0)
    assert found is not None
    assert (reason, data) == (found.reason, found.reason_data)

# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What becomes of an alarm with many instances: its own state, who is told, and what is remembered."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from nephoscope.alarm.course import VANISHED_NS, Course, course
from nephoscope.alarm.instances import Instances, Seen
from nephoscope.alarm.verdicts import judge_values, unknown
from nephoscope.model.alarm import Alarm, State
from nephoscope.model.alarm_behaviour import PLAIN, Behaviour, NoData
from nephoscope.model.alarm_instance import Instance, Labels
from nephoscope.model.series_rule import SeriesRule
from tests.alarm.conftest import NOW_NS, SECOND_NS

A, B, C = ((("host", name),) for name in "abc")
RULE = SeriesRule(metric="cpu", threshold=80.0)

Values = Mapping[Labels, float | None]


def alarm(behaviour: Behaviour = PLAIN, **more: object) -> Alarm:
    about = {"id": "a", "name": "n", "description": "", "project_id": "blue", "user_id": "u", **more}
    return Alarm(rule=RULE, behaviour=behaviour, **about)  # type: ignore[arg-type]


def instances(values: Values) -> Instances:
    return Instances(
        [
            Seen(labels, judge_values([value], 80.0, "gt") if value is not None else unknown("silent", 1))
            for labels, value in values.items()
        ]
    )


class Going:
    """An alarm that is decided again and again."""

    def __init__(self, behaviour: Behaviour = PLAIN, **more: object) -> None:
        self.alarm = alarm(behaviour, **more)
        self.kept: dict[Labels, Instance] = {}
        self.now_ns = NOW_NS

    def see(self, found: Instances | Values, later_s: float = 60) -> Course:
        self.now_ns += int(later_s * SECOND_NS)
        found = found if isinstance(found, Instances) else instances(found)
        made = course(self.alarm, self.kept, found, self.now_ns)
        # What is kept and forgotten is all that there is.
        assert made.instances == {
            **{labels: each for labels, each in self.kept.items() if labels not in made.gone},
            **{each.labels: each for each in made.changed},
        }
        self.kept = dict(made.instances)
        self.alarm = structs.replace(self.alarm, state=made.transition.current, state_reason=made.reason)
        return made

    def states(self) -> dict[str, State]:
        return {dict(labels).get("host", ""): each.state for labels, each in self.kept.items()}


def told(made: Course) -> list[tuple[str, State, State]]:
    return [(dict(each.labels).get("host", ""), each.previous, each.current) for each in made.told]


def test_the_alarm_is_as_the_worst_of_its_instances_and_each_tells_for_itself() -> None:
    going = Going()
    # New ones that are well are no news of their own: the alarm is.
    first = going.see({A: 10.0, B: 20.0})
    assert ([("", "insufficient data", "ok")], []) == (told(first), first.moved)
    second = going.see({A: 90.0, B: 20.0})
    assert [("a", "ok", "alarm")] == told(second) == [("a", "ok", "alarm")]
    assert "Instance host=a: Transition to alarm due to 1 samples outside threshold, most recent: 90.0" == (
        second.told[0].reason
    )
    assert ("alarm", "Transition to alarm: 1 of 2 instances are: host=a") == (going.alarm.state, second.reason)
    third = going.see({A: 90.0, B: 95.0})
    assert ([("b", "ok", "alarm")], "alarm") == (told(third), going.alarm.state)
    fourth = going.see({A: 10.0, B: 95.0})
    assert ([("a", "alarm", "ok")], "alarm") == (told(fourth), going.alarm.state)
    fifth = going.see({A: 10.0, B: 10.0})
    assert ([("b", "alarm", "ok")], "ok") == (told(fifth), going.alarm.state)
    assert going.see({A: 10.0, B: 11.0}).is_nothing


def test_a_new_instance_that_fires_is_told_of() -> None:
    made = Going().see({A: 90.0, B: 10.0})
    assert [("a", "insufficient data", "alarm")] == told(made)
    assert (["host"], "alarm") == ([name for name, _ in made.moved[0].labels], made.transition.current)


def test_an_instance_that_is_gone_resolves_and_is_forgotten() -> None:
    going = Going()
    going.see({A: 90.0, B: 10.0, C: None})
    made = going.see({B: 10.0})
    assert ([("a", "alarm", "ok")], "ok") == (told(made), going.alarm.state)
    assert "Instance host=a: Transition to ok: nothing is seen of it any more" == made.told[0].reason
    assert {"b": "ok"} == going.states()


def test_an_instance_that_is_gone_fires_for_as_long_as_it_was_to() -> None:
    going = Going(Behaviour(keep_firing_s=120))
    going.see({A: 90.0, B: 10.0})
    assert [] == told(going.see({B: 10.0}))
    assert [] == told(going.see({B: 10.0}))
    assert [("a", "alarm", "ok")] == told(going.see({B: 10.0}))
    assert {"b": "ok"} == going.states()


@pytest.mark.parametrize(("no_data", "expected"), [("alarm", {"a", "c"}), ("keep", {"a"})])
def test_silence_of_one_that_is_gone_counts_for_a_day(no_data: NoData, expected: set[str]) -> None:
    going = Going(Behaviour(no_data=no_data))
    going.see({A: 90.0, B: 10.0, C: 10.0})
    going.see({B: 10.0})
    assert (expected, "alarm") == ({each for each in going.states() if each != "b"}, going.alarm.state)
    going.see({B: 10.0}, VANISHED_NS / SECOND_NS - 61)
    assert expected == {each for each in going.states() if each != "b"}
    made = going.see({B: 10.0}, 62)
    assert {(name, "alarm", "ok") for name in expected} == set(told(made))
    assert ({"b": "ok"}, "ok") == (going.states(), going.alarm.state)


def test_where_nothing_is_there_the_alarm_says_why() -> None:
    going = Going()
    first = going.see(Instances(missing="no resource matches"))
    assert ([], "no resource matches") == (told(first), first.reason)
    assert [("a", "insufficient data", "alarm")] == told(going.see({A: 90.0}))
    made = going.see(Instances(missing="no resource matches"))
    # The one that fired is over, and nothing is known of any other.
    assert [("a", "alarm", "ok"), ("", "alarm", "insufficient data")] == told(made)
    assert ({"": "insufficient data"}, "no resource matches") == (going.states(), made.reason)


def test_nothing_at_all_may_be_an_answer() -> None:
    going = Going()
    assert [("", "insufficient data", "ok")] == told(going.see(Instances()))
    assert [("a", "insufficient data", "alarm")] == told(going.see({A: 90.0}))
    assert [("a", "alarm", "ok")] == told(going.see(Instances()))
    assert ("ok", {"": "ok"}) == (going.alarm.state, going.states())


@pytest.mark.parametrize(("no_data", "expected"), [("ok", "insufficient data"), ("keep", "alarm"), ("alarm", "alarm")])
def test_what_could_not_be_told_forgets_nobody(no_data: NoData, expected: State) -> None:
    going = Going(Behaviour(no_data=no_data))
    going.see({A: 90.0, B: 90.0})
    made = going.see(Instances(failed="the engine is away"))
    assert ({"a": expected, "b": expected}, "the engine is away") == (going.states(), made.error)
    assert expected == going.alarm.state


def test_every_instance_is_told_of_again_where_that_is_wanted() -> None:
    going = Going(repeat_actions=True)
    going.see({A: 90.0, B: 10.0})
    again = going.see({A: 90.0, B: 10.0})
    assert [("a", "alarm", "alarm"), ("b", "ok", "ok")] == told(again)
    assert ([], [], []) == (again.moved, again.changed, again.gone)


walks = st.lists(
    st.dictionaries(st.sampled_from([A, B, C]), st.sampled_from([10.0, 90.0, None]), max_size=3), min_size=1, max_size=8
)
behaviours = st.builds(
    Behaviour,
    pending_s=st.sampled_from([0.0, 120.0]),
    keep_firing_s=st.sampled_from([0.0, 120.0]),
    no_data=st.sampled_from(["insufficient data", "alarm", "ok", "keep"]),
)


@given(walks, behaviours)
def test_whoever_is_told_of_knows_every_state(walk: list[Values], behaviour: Behaviour) -> None:
    """Who hears of each transition knows which instances fire, and the alarm's state, at any time."""
    going = Going(behaviour)
    firing: set[Labels] = set()
    state: State = "insufficient data"
    for values in walk:
        made = going.see(values)
        for each in made.told:
            (firing.add if each.current == "alarm" else firing.discard)(each.labels)
        if going.alarm.state != state:
            assert going.alarm.state in {each.current for each in made.told}
        state = going.alarm.state
        fires = {labels for labels, each in going.kept.items() if each.state == "alarm" and labels}
        assert fires == firing - {()}
        assert (state == "alarm") == ("alarm" in going.states().values())


@given(walks, behaviours)
def test_an_instance_goes_the_same_way_with_others_as_alone(walk: list[Values], behaviour: Behaviour) -> None:
    together, alone = Going(behaviour), Going(behaviour)
    for values in walk:
        together.see(values)
        alone.see({A: values[A]} if A in values else {})
        own = together.kept.get(A)
        assert own == alone.kept.get(A)

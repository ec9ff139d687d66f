# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What is told of a transition, and what a silence holds back of it."""

import pytest

from nephoscope.alarm.events import EventAlarms
from nephoscope.alarm.notes import notes_of
from nephoscope.model.alarm import Alarm, State, Transition
from nephoscope.model.alarm_behaviour import Behaviour
from nephoscope.model.alarm_instance import Labels
from nephoscope.model.alarm_rule import EventRule
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.matcher import Matcher
from nephoscope.model.silence import Silence
from nephoscope.store.index.alarm_contract import Author, Limits
from tests.alarm.conftest import World
from tests.alarm.test_evaluator import Evaluation, busy, make, now

SILENCE = Silence(id="s-1", project_id="", matchers=(Matcher(label="name", value="n"),), starts_ns=0, ends_ns=2**62)
ALARM = Alarm(
    id="a",
    name="n",
    description="",
    rule=EventRule(),
    project_id="blue",
    user_id="u",
    alarm_actions=("test:1", "test:2"),
)
SDA = (("disk", "sda"),)


def transition(current: State, labels: Labels = ()) -> Transition:
    return Transition(
        alarm_id="a", previous="insufficient data", current=current, reason="r", reason_data={}, at_ns=5, labels=labels
    )


def test_a_silence_is_asked_for_once_about_the_state_that_is_entered() -> None:
    asked: list[tuple[str, Labels, State, int]] = []

    def quiet(alarm: Alarm, labels: Labels, entered: State, at_ns: int) -> Silence | None:
        asked.append((alarm.id, labels, entered, at_ns))
        return SILENCE if labels else None

    assert ["", ""] == [each.silence for each in notes_of(ALARM, transition("alarm"), "m", quiet)]
    assert ["s-1", "s-1"] == [each.silence for each in notes_of(ALARM, transition("alarm", SDA), "m", quiet)]
    assert [("a", (), "alarm", 5), ("a", SDA, "alarm", 5)] == asked


def test_nobody_is_asked_where_nobody_is_told() -> None:
    def quiet(_alarm: Alarm, _labels: Labels, _entered: State, _at_ns: int) -> Silence | None:
        raise AssertionError("there is nothing to hold back")

    assert [] == notes_of(ALARM, transition("ok"), "m", quiet)


@pytest.mark.parametrize("behaviour", [Behaviour(), Behaviour(keep_firing_s=5)])
def test_what_a_measure_would_tell_is_kept_as_silenced(world: World, behaviour: Behaviour) -> None:
    world.put(world.metric(world.resource("vm")), [(60, 90.5)])
    alarm = make(world, busy(), behaviour=behaviour)
    evaluation = Evaluation(world, quiet=lambda *_: SILENCE)
    evaluation.run()
    assert "alarm" == now(world, alarm).state
    assert ["silenced"] == [each.progress for each in world.index.outbox.find()]
    assert 1 == len(world.index.route_groups.held(0, 10))


def test_what_an_event_would_tell_is_kept_as_silenced(world: World) -> None:
    world.index.alarms.create(ALARM, Author("u", "blue"), Limits())
    events = EventAlarms(world.index.alarms, quiet=lambda *_: SILENCE)
    events.note([KeptEvent("e-1", "x", 1, "blue", "", ())])
    assert "alarm" == world.index.alarms.get("a").state
    assert ["silenced", "silenced"] == [each.progress for each in world.index.outbox.find()]
    assert [] == world.index.outbox.claim(10, 10**9)

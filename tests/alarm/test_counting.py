# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""How often decisions gave each state."""

from nephoscope.alarm.counting import Counting
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_behaviour import Behaviour
from tests.alarm.conftest import World
from tests.alarm.test_evaluator import AUTHOR, Evaluation, busy, make


def counts(counting: Counting, project_id: str | None = None) -> dict[str, dict[str, int]]:
    return {each.alarm_id: {str(state): n for state, n in each.states.items()} for each in counting.of(project_id)}


def test_every_decision_counts_for_the_state_that_it_leaves(world: World) -> None:
    world.put(world.metric(world.resource("vm")), [(0, 90.0), (-60, 90.0), (-120, 10.0)])
    plain = make(world, busy())
    slow = make(world, busy(), behaviour=Behaviour(pending_s=60), project_id="red", sees_all=True)
    counting = Counting()
    evaluation = Evaluation(world, counting=counting)
    for _ in range(4):
        evaluation.run()
        evaluation.now_ns += 60 * 10**9
    assert {"alarm": 2, "ok": 2} == counts(counting)[plain.id]
    assert {slow.id: {"insufficient data": 1, "alarm": 1, "ok": 2}} == counts(counting, "red")
    world.index.alarms.delete(plain.id, AUTHOR)
    evaluation.run()
    assert [slow.id] == list(counts(counting))


def test_an_alarm_that_moves_to_another_project_is_counted_anew() -> None:
    counting = Counting()
    alarm = Alarm(id="a", name="", description="", rule=busy(), project_id="blue", user_id="")
    counting.add([alarm], {})
    counting.add([alarm], {"a": "ok"})
    assert {"a": {"insufficient data": 1, "ok": 1}} == counts(counting, "blue")
    moved = Alarm(id="a", name="", description="", rule=busy(), project_id="red", user_id="")
    counting.add([moved], {})
    assert ({}, {"a": {"insufficient data": 1}}) == (counts(counting, "blue"), counts(counting, "red"))

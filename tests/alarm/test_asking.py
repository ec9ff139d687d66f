# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alarms that ask others: whoever is slow to answer, or hangs, holds up nobody else's decision."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from nephoscope.alarm.asking import Answers, Asking
from nephoscope.alarm.counting import Counting
from nephoscope.alarm.readings import Judges
from nephoscope.alarm.sharing import SLOTS, Share
from nephoscope.alarm.sql_rule import SIDE_BY_SIDE
from nephoscope.alarm.verdicts import Verdict, judge_values
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_rule import Composite, LoadBalancerHealth, PrometheusThreshold, Rule
from nephoscope.model.errors import IndexUnavailable, StoreUnavailable
from nephoscope.model.series_rule import SqlRule
from nephoscope.store.engines.settings import EngineSettings
from nephoscope.store.index.alarm_contract import Watched
from nephoscope.store.index.alarms import Alarms
from tests.alarm.conftest import NOW_NS, SECOND_NS, World
from tests.alarm.gated import WAIT_S, Elsewhere, Gate, Rows, Verdicts
from tests.alarm.test_evaluator import AUTHOR, HOOK, Evaluation, busy, history, make, notes, now

UP = PrometheusThreshold(query="up", threshold=1.0, comparison_operator="gt")
SQL = SqlRule(sql="SELECT 1", every_s=60)
HEALTH = LoadBalancerHealth(pool_id="p", stack_id="s", autoscaling_group_id="g")


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.go.set()


class Lane:
    """An evaluator that asks in the background, at a gate."""

    def __init__(self, world: World, gate: Gate, *, elsewhere: bool = False, counting: Counting | None = None) -> None:
        thresholds = Elsewhere(gate) if elsewhere else world.thresholds()
        judges = Judges(thresholds, Verdicts(gate), Rows(gate), Verdicts(gate))
        self.asking = Asking(judges, elsewhere=elsewhere)
        self.evaluation = Evaluation(world, judges=judges, asking=self.asking, counting=counting)

    def run(self, later_s: float = 0) -> int:
        return self.evaluation.run(later_s)

    def round(self, later_s: float = 0) -> int:
        """As `run`, and a second later all that was asked in it has been decided as well; the gate has to be open."""
        found = self.run(later_s)
        self.answered()
        return found + self.run(1)

    def answered(self) -> None:
        """Wait until all that was asked is answered."""
        asked = [each for waiting in self.asking._waiting.values() for each in waiting.answers.values()]
        assert not wait(asked, WAIT_S).not_done


def hot(world: World, name: str = "vm") -> None:
    """A machine of which each minute's value is 90."""
    world.put(world.metric(world.resource(name)), [(ago_s, 90.0) for ago_s in range(-1200, 120, 60)])


@pytest.mark.parametrize(
    "rule",
    [UP, SQL, HEALTH, Composite(operator="or", rules=(busy("idle"), UP)), Composite(operator="and", rules=(SQL, UP))],
)
def test_who_hangs_holds_up_nobody_else(world: World, gate: Gate, rule: Rule) -> None:
    hot(world)
    slow, quick = make(world, rule), make(world, busy())
    lane = Lane(world, gate)
    assert 1 == lane.run()
    assert gate.begun.wait(WAIT_S)
    # Decided and told while the other's question is still open.
    assert ("alarm", "insufficient data") == (now(world, quick).state, now(world, slow).state)
    assert ([(HOOK, "insufficient data", "alarm")], 1) == (notes(world, quick), lane.evaluation.woken)
    gate.go.set()
    lane.answered()
    assert 1 == lane.run(1)
    assert ("alarm", ["alarm"]) == (now(world, slow).state, history(world, slow))
    assert [(HOOK, "insufficient data", "alarm")] == notes(world, slow)
    assert 0 == lane.run(1)


def test_metrics_elsewhere_hold_up_no_others(world: World, gate: Gate) -> None:
    names = ("vm", "gone", "away")
    alarms = [make(world, busy(name)) for name in names]
    both = make(world, Composite(operator="and", rules=(busy("vm"), busy("vm2"))))
    other = make(world, Composite(operator="and", rules=()))
    lane = Lane(world, gate, elsewhere=True)
    assert 1 == lane.run()
    assert lane.evaluation.now_ns == now(world, other).evaluated_ns
    gate.go.set()
    lane.answered()
    assert 4 == lane.run(1)
    assert ["alarm", "insufficient data", "insufficient data", "alarm"] == [
        now(world, each).state for each in (*alarms, both)
    ]
    assert ("it is gone", "it is away", "it is away") == (
        now(world, alarms[1]).state_reason,
        now(world, alarms[2]).state_reason,
        now(world, alarms[2]).error,
    )
    # Nobody was asked twice about the same.
    assert sorted(map(len, gate.asked)) == [1] * 4


def test_while_a_question_is_open_it_is_not_asked_again(world: World, gate: Gate) -> None:
    slow = make(world, UP)
    lane = Lane(world, gate)
    for _ in range(5):
        assert 0 == lane.run(60)
    assert 1 == len(gate.asked)
    gate.go.set()
    lane.answered()
    assert 1 == lane.run(60)
    assert "alarm" == now(world, slow).state
    # The next round is due at once.
    assert (1, 2) == (lane.round(1), len(gate.asked))
    assert ["alarm"] == history(world, slow)


def test_what_is_the_same_is_asked_once(world: World, gate: Gate) -> None:
    alike = [
        *(make(world, structs.replace(UP, threshold=threshold)) for threshold in (1.0, 100.0)),
        *(make(world, structs.replace(SQL, comparison_operator=operator)) for operator in ("gt", "lt")),
        *(make(world, structs.replace(HEALTH, stack_id=stack)) for stack in ("s", "t")),
    ]
    theirs = make(world, SQL, project_id="red")
    lane = Lane(world, gate)
    gate.go.set()
    assert 7 == lane.round()
    assert ["alarm", "ok", *["alarm"] * 4, "alarm"] == [now(world, each).state for each in (*alike, theirs)]
    assert [1, 2, 2, 2] == sorted(map(len, gate.asked))


def test_a_composite_rule_sees_our_metrics_as_they_are_when_the_others_are_known(world: World, gate: Gate) -> None:
    metric = world.metric(world.resource("vm"))
    world.put(metric, [(60, 10.0)])
    both = make(world, Composite(operator="and", rules=(busy(), UP)))
    lane = Lane(world, gate)
    lane.run()
    world.put(metric, [(-60, 90.0)])
    gate.go.set()
    lane.answered()
    lane.run(120)
    assert "alarm" == now(world, both).state


def test_the_answer_to_what_an_alarm_asked_before_does_not_count(world: World, gate: Gate) -> None:
    hot(world)
    alarms = [make(world, UP) for _ in range(4)]
    lane = Lane(world, gate)
    lane.run()
    rules: Sequence[Rule] = (structs.replace(UP, query="down", threshold=100.0), busy())
    for alarm, rule in zip(alarms, rules, strict=False):
        changed = structs.replace(now(world, alarm), rule=rule, timestamp_ns=NOW_NS + SECOND_NS)
        world.index.alarms.change(changed, AUTHOR)
    off = structs.replace(now(world, alarms[2]), enabled=False, timestamp_ns=NOW_NS + SECOND_NS)
    world.index.alarms.change(off, AUTHOR)
    world.index.alarms.delete(alarms[3].id, AUTHOR)
    assert 1 == lane.run(1)
    gate.go.set()
    assert 1 == lane.round(1)
    assert ["ok", "alarm", "insufficient data"] == [now(world, each).state for each in alarms[:3]]
    assert {} == lane.asking._waiting


def test_what_another_took_over_meanwhile_is_not_kept(world: World, gate: Gate) -> None:
    slow = make(world, SQL)
    lane = Lane(world, gate)
    lane.run()
    assert gate.begun.wait(WAIT_S)
    # It sleeps, and does not know that what it held is another's now.
    share = lane.evaluation.share
    held = dict(share.slots())
    share.stop()
    share._held, share._until = held, float("inf")
    awake = Lane(world, gate)
    gate.go.set()
    lane.answered()
    assert 1 == lane.run(1)
    assert ("insufficient data", []) == (now(world, slow).state, notes(world, slow))
    assert 1 == awake.round()
    assert [(HOOK, "insufficient data", "alarm")] == notes(world, slow)


def test_slots_that_are_lost_take_their_questions_along(world: World, gate: Gate) -> None:
    slow = make(world, UP)
    lane = Lane(world, gate)
    lane.run()
    lane.evaluation.share._until = 0.0
    gate.go.set()
    lane.answered()
    assert 0 == lane.run(1)
    assert ({}, "insufficient data") == (lane.asking._waiting, now(world, slow).state)
    lane.evaluation.share.beat()
    assert 1 == lane.round(1)
    assert "alarm" == now(world, slow).state


@pytest.mark.parametrize("elsewhere", [False, True])
def test_nobody_is_said_to_be_decided_before_the_answer_is_there(world: World, gate: Gate, elsewhere: bool) -> None:
    hot(world)
    slow = make(world, busy() if elsewhere else UP, evaluated_ns=NOW_NS)
    quick = make(world, Composite(operator="and", rules=()) if elsewhere else busy(), evaluated_ns=NOW_NS)
    lane = Lane(world, gate, elsewhere=elsewhere)
    for _ in range(3):
        lane.run(60)
    begun_ns = lane.evaluation.now_ns - 60 * SECOND_NS
    assert NOW_NS == now(world, slow).evaluated_ns
    assert now(world, quick).evaluated_ns > begun_ns
    gate.go.set()
    lane.answered()
    lane.run(20)
    assert lane.evaluation.now_ns == now(world, slow).evaluated_ns
    # A decision that changes nothing is noted within ten seconds.
    lane.round(60)
    assert now(world, slow).evaluated_ns < lane.evaluation.now_ns
    lane.run(10)
    assert now(world, slow).evaluated_ns in {lane.evaluation.now_ns - ago_s * SECOND_NS for ago_s in (10, 11)}
    assert ["alarm"] == history(world, slow)


def test_a_stop_waits_for_nobody_who_hangs(world: World, gate: Gate) -> None:
    slow = make(world, SQL)
    lane = Lane(world, gate)
    lane.evaluation.evaluator.start()
    assert gate.begun.wait(WAIT_S)
    stopping = threading.Thread(target=lane.evaluation.evaluator.stop, daemon=True)
    stopping.start()
    stopping.join(WAIT_S / 2)
    assert not stopping.is_alive()
    # Another has all slots at once.
    other = Share(world.index, "other")
    other.beat()
    assert SLOTS == len(other.slots())
    gate.go.set()
    lane.answered()
    assert ("insufficient data", []) == (now(world, slow).state, notes(world, slow))


def test_what_nobody_thought_of_keeps_no_other_from_being_decided(
    world: World, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    broken, other = make(world, UP), make(world, SQL)
    lane = Lane(world, gate)
    lane.asking._judges.instances.gate = good = Gate()  # type: ignore[union-attr]
    good.go.set()
    gate.error = ValueError("odd")
    gate.go.set()
    assert 2 == lane.round()
    assert "asking about alarms failed" in caplog.text
    assert ("insufficient data", "alarm") == (now(world, broken).state, now(world, other).state)
    assert "ValueError in our own code; the log of the server says more" in now(world, broken).state_reason
    gate.error = None
    assert 2 == lane.round(60)
    assert "alarm" == now(world, broken).state


@pytest.mark.parametrize(
    ("rule", "state"),
    [
        (structs.replace(UP, threshold=1000.0), "ok"),
        (busy(threshold=1000.0), "ok"),
        (SQL, "alarm"),
        (HEALTH, "alarm"),
    ],
)
def test_what_could_not_be_decided_is_never_ok(world: World, gate: Gate, rule: Rule, state: str) -> None:
    alarm = make(world, rule)
    lane = Lane(world, gate, elsewhere=True)
    gate.go.set()
    lane.round()
    assert state == now(world, alarm).state
    gate.error = ValueError("odd")
    lane.round(60)
    assert "insufficient data" == now(world, alarm).state


@pytest.mark.parametrize("error", [ValueError("odd"), StoreUnavailable("the store is away")])
def test_what_failed_is_asked_about_again_in_a_minute_be_its_next_step_a_day_away(
    world: World, gate: Gate, error: Exception
) -> None:
    daily = make(world, structs.replace(SQL, every_s=86_400))
    lane = Lane(world, gate)
    gate.error = error
    gate.go.set()
    lane.round()
    assert now(world, daily).error
    gate.error = None
    assert 0 == lane.round(57)
    assert 1 == lane.round(2)
    assert ("alarm", "") == (now(world, daily).state, now(world, daily).error)
    assert 0 == lane.round(60)


def test_who_is_slow_is_not_asked_twice_for_having_failed_before(world: World, gate: Gate) -> None:
    slow = make(world, UP)
    lane = Lane(world, gate)
    gate.error = ValueError("odd")
    gate.go.set()
    lane.round()
    gate.error = None
    gate.go.clear()
    # Asked again, it hangs for longer than it takes to try again.
    lane.run(59)
    for _ in range(3):
        assert 0 == lane.run(1)
    gate.go.set()
    lane.answered()
    assert 1 == lane.run(1)
    assert "alarm" == now(world, slow).state


def test_what_could_not_be_kept_is_asked_about_at_once(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    hot(world)
    daily, quick = make(world, structs.replace(SQL, every_s=86_400)), make(world, busy(granularity=300))
    lane = Lane(world, gate)
    gate.go.set()

    def away(*_arguments: Any) -> None:
        raise IndexUnavailable("the index is away")

    with monkeypatch.context() as patch:
        patch.setattr(Alarms, "decide", away)
        for _ in range(2):
            with pytest.raises(IndexUnavailable):
                lane.run(1)
            lane.answered()
    lane.round(1)
    assert "alarm" == now(world, quick).state
    assert ("alarm", [(HOOK, "insufficient data", "alarm")]) == (now(world, daily).state, notes(world, daily))


def test_decisions_are_counted_when_they_are_made(world: World, gate: Gate) -> None:
    slow = make(world, UP)
    counting = Counting()
    lane = Lane(world, gate, counting=counting)
    lane.run()
    assert [] == counting.of(None)
    gate.go.set()
    lane.answered()
    lane.run(1)
    assert [(slow.id, {"alarm": 1})] == [(each.alarm_id, each.states) for each in counting.of(None)]


def test_nobody_to_ask_is_no_reason_to_wait(world: World) -> None:
    alarms = [make(world, rule) for rule in (UP, SQL, HEALTH)]
    judges = Judges(world.thresholds())
    evaluation = Evaluation(world, judges=judges, asking=Asking(judges))
    assert 3 == evaluation.run()
    expected = ["no Prometheus is asked", "series and SQL are not read here", "no load balancing service is asked"]
    for alarm, words in zip(alarms, expected, strict=True):
        assert words in now(world, alarm).state_reason


def test_questions_of_one_kind_are_asked_a_few_at_a_time(world: World, gate: Gate) -> None:
    asking = Asking(Judges(world.thresholds(), Verdicts(gate), Rows(gate)))
    many = [watched(str(n), SqlRule(sql=f"SELECT {n}")) for n in range(10)]
    asking.begin([*many, watched("up", UP)], 0)
    names = [each.name for each in threading.enumerate() if each.name.startswith("alarm sql")]
    assert SIDE_BY_SIDE <= len(names)
    # The engine has sessions enough to leave one to people.
    assert SIDE_BY_SIDE < EngineSettings().guests_max
    gate.go.set()
    ids: list[str] = []
    while len(ids) < 11:
        wait([each for waiting in asking._waiting.values() for each in waiting.answers.values()], WAIT_S)
        ids += asking.take()[0]
    assert sorted([*map(str, range(10)), "up"]) == sorted(ids)
    asking.close()
    assert isinstance(asking.begin([watched("late", UP)], 0), list)


def watched(alarm_id: str, rule: Rule, timestamp_ns: int = 0) -> Watched:
    about: dict[str, Any] = {"name": "", "description": "", "project_id": "p", "user_id": "u"}
    return Watched(Alarm(id=alarm_id, rule=rule, timestamp_ns=timestamp_ns, **about), 1, 0)


class Held:
    """A desk at which questions are answered when the test says so, in any order."""

    def __init__(self) -> None:
        self.open: list[tuple[Future[Answers], Callable[[], Answers]]] = []

    def submit(self, ask: Callable[[], Answers]) -> Future[Answers]:
        future: Future[Answers] = Future()
        self.open.append((future, ask))
        return future

    def answer(self, place: int) -> None:
        if self.open:
            future, ask = self.open.pop(place % len(self.open))
            future.set_result(ask())


class Counter:
    """A Prometheus whose values grow with each question, so that answers can be told apart."""

    def __init__(self) -> None:
        self.value = 0.0

    def verdicts(self, rules: Collection[PrometheusThreshold]) -> Mapping[PrometheusThreshold, Verdict]:
        self.value += 1
        return {each: judge_values([self.value], 0.0, "gt") for each in rules}


STEPS = st.lists(st.tuples(st.sampled_from(["begin", "answer", "take"]), st.integers(0, 5)), max_size=40)


@given(STEPS)
def test_every_question_is_answered_once_whatever_the_order(steps: list[tuple[str, int]]) -> None:
    asking = Asking(Judges(Elsewhere(Gate()), Counter()))
    desk = asking._desks["prometheus"] = Held()  # type: ignore[assignment]
    queries = [structs.replace(UP, query=f"q{n % 3}", threshold=float(n)) for n in range(6)]
    begun: dict[str, int] = dict.fromkeys("012345", 0)
    taken: dict[str, int] = dict.fromkeys("012345", 0)

    def take() -> None:
        ids, judges = asking.take()
        assert judges.prometheus is not None
        for each in ids:
            taken[each] += 1
            # Whoever is taken can be judged.
            assert judges.prometheus.verdicts([queries[int(each)]])

    for what, number in steps:
        if what == "begin":
            due = [watched(str(each), queries[each]) for each in range(number + 1)]
            open_ones = [each for each in due if not asking.is_waiting(each.alarm)]
            for each in open_ones:
                begun[each.alarm.id] += 1
            assert [] == asking.begin(open_ones, 0)
        elif what == "answer":
            desk.answer(number)
        else:
            take()
    while desk.open:
        desk.answer(0)
    for _ in begun:
        take()
    assert begun == taken
    assert 0 == len(asking._waiting)

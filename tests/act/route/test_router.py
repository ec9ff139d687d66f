# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The router over a real index: what it tells, what a kill at any point leaves, and who goes on."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from nephoscope.act.route.router import LEASE, TTL_S, Router
from nephoscope.act.route.rules import CurrentRules
from nephoscope.model.audit import Actor
from nephoscope.model.delivery import Draft
from nephoscope.model.errors import IndexUnavailable
from nephoscope.model.routing import ContactPoint
from nephoscope.model.silence import Silence
from nephoscope.store.index import open_index
from nephoscope.store.index.alarm_contract import Author
from nephoscope.store.index.contract import Index
from tests.act.route.made import inhibition, matchers, route, tree
from tests.store.index.samples import SECOND, START_NS, Clock
from tests.store.index.watched import create, decision, watched

ANN = Actor("ann")
AUTHOR = Author("ann", "blue")


class Killed(BaseException):
    """The process ends here."""


class Faulty:
    """A part of the index that dies before or after the next call of a method, or is away."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.before: str | None = None
        self.after: str | None = None
        self.away = False

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> Any:
            if self.away:
                raise IndexUnavailable("away")
            if self.before == name:
                raise Killed
            answer = getattr(self._real, name)(*arguments)
            if self.after == name:
                raise Killed
            return answer

        return call


class Node:
    """A server's router, and what it sees of the index."""

    def __init__(self, index: Index, clock: Clock, name: str) -> None:
        self.groups = Faulty(index.route_groups)
        self.woken = 0

        class View:
            route_groups = self.groups
            alarms, leases, silences, routing = index.alarms, index.leases, index.silences, index.routing

        def told() -> None:
            self.woken += 1

        rules = CurrentRules(index.routing)
        view: Any = View()
        self.router = Router(view, rules, name, told=told, wall_ns=clock, monotonic_s=lambda: clock.now_ns / SECOND)


class Bench:
    """An index of the project blue with routers, and a clock that stands still."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.clock = Clock()
        shutil.copy(template, folder / "index.db")
        self.index = open_index(f"sqlite:///{folder}/index.db", self.clock)
        for name in ("ops", "db"):
            point = ContactPoint(project_id="blue", name=name, targets=(f"test:{name}", f"test:{name}2"))
            self.index.routing.add_contact_point(point, by=ANN)
        self._nodes = 0
        self.node = self.another()

    def another(self) -> Node:
        self._nodes += 1
        return Node(self.index, self.clock, f"node {self._nodes}")

    def routes(self, *written: dict[str, Any], **more: Any) -> None:
        revision = self.index.routing.tree("blue").revision
        self.index.routing.set_tree(replace(tree(*written, **more), revision=revision), by=ANN)

    def silence(self, *written: str, end: int) -> None:
        made = Silence(
            id=f"s {self.clock.now_ns}",
            project_id="blue",
            matchers=matchers(*written),
            starts_ns=self.clock.now_ns,
            ends_ns=START_NS + end * SECOND,
        )
        self.index.silences.add(made, by=ANN)

    def enter(self, alarm_id: str, state: Any = "alarm", *, silence: str = "", **fields: Any) -> None:
        """An alarm enters a state, made first if need be; its own action is held back by a silence, or goes out."""
        if alarm_id not in watched(self.index):
            create(self.index, alarm_id, state="ok", **fields)
        seen = watched(self.index)[alarm_id]
        body = {"alarm_id": alarm_id, "previous": seen.alarm.state, "current": state}
        if seen.alarm.labels:
            body["labels"] = dict(seen.alarm.labels)
        draft = Draft(
            key=f"{alarm_id}.{self.clock.now_ns}",
            alarm_id=alarm_id,
            project_id="blue",
            target="test:own",
            body=body,
            silence=silence,
        )
        found = replace(decision(seen, state, {}, at_ns=self.clock.now_ns, notes=(draft,)), slot=None)
        assert [True] == self.index.alarms.decide([found], "g", "h")

    def turns(self, seconds: int, node: Node | None = None) -> None:
        """Let a router work, once every five seconds."""
        for _ in range(0, seconds, 5):
            self.clock.forward(5)
            (node or self.node).router.turn()

    def told(self) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
        """What groups were told, oldest first: target, status, what fires and what is over."""
        found = []
        for each in reversed(self.index.outbox.find()):
            if each.alarm_id.startswith("group:") and not each.target.endswith("2"):
                listed = each.body["alerts"]
                names = {
                    status: tuple(sorted(one["labels"]["name"] for one in listed if one["status"] == status))
                    for status in ("firing", "resolved")
                }
                found.append((each.target, each.body["status"], names["firing"], names["resolved"]))
        return found

    def own(self) -> list[tuple[str, str]]:
        """How far the alarms' own actions are, oldest first: the state told, and the progress."""
        listed = [each for each in self.index.outbox.find() if each.target == "test:own"]
        return [(each.body["current"], each.progress) for each in reversed(listed)]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "index.db"
    made = open_index(f"sqlite:///{path}")
    made.upgrade()
    made.close()
    return path


@pytest.fixture
def bench(template: Path, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(template, tmp_path)
    yield made
    made.index.close()


def test_groups_are_told_and_that_they_are_over(bench: Bench) -> None:
    bench.routes(route(group_by=["severity"]))
    bench.enter("a")
    bench.enter("b", severity="critical")
    bench.turns(20)
    bench.enter("a", "ok")
    bench.turns(100)
    assert [
        ("test:ops", "firing", ("a",), ()),
        ("test:ops", "firing", ("b",), ()),
        ("test:ops", "resolved", (), ("a",)),
    ] == bench.told()
    assert 6 == sum(each.alarm_id.startswith("group:") for each in bench.index.outbox.find())
    assert 2 == bench.node.woken


def test_who_routes_nothing_costs_nothing(bench: Bench) -> None:
    bench.enter("a")
    bench.turns(70)
    bench.node.groups.away = True
    bench.turns(20)
    assert [] == bench.told()
    assert bench.index.leases.acquire(LEASE, "anybody", 1) is not None


def test_a_group_repeats_and_a_changed_tree_keeps_what_it_was_told(bench: Bench) -> None:
    bench.routes(route("name=a"))
    bench.enter("a")
    bench.turns(300)
    bench.routes(route("name=a", repeat_interval_s=300), route())
    bench.enter("b")
    bench.turns(30)
    assert [("a",), ("a",), ("b",)] == [firing for _, _, firing, _ in bench.told()]
    bench.routes()
    bench.turns(30)
    assert ([], 3) == (bench.index.route_groups.memories(), len(bench.told()))


def test_the_next_holder_goes_on_where_the_last_one_died(bench: Bench) -> None:
    bench.routes(route())
    bench.enter("a")
    bench.turns(20)
    second = bench.another()
    second.router.turn()
    assert 1 == len(bench.told())
    bench.enter("a", "ok")
    bench.turns(80, second)
    assert [(("a",), ()), ((), ("a",))] == [each[2:] for each in bench.told()]
    assert [] == bench.index.route_groups.memories()


def test_who_slept_through_its_lease_tells_nothing_and_looks_again(bench: Bench) -> None:
    bench.routes(route())
    bench.enter("a")
    bench.node.router.turn()
    bench.clock.forward(TTL_S + 5)
    second = bench.another()
    assert second.router.turn()
    assert 1 == len(bench.told())
    assert not bench.node.router.turn()
    second.router.stop()
    bench.turns(100)
    assert 1 == len(bench.told())


def test_who_believes_to_hold_a_lease_that_another_has_is_refused(bench: Bench) -> None:
    bench.routes(route())
    bench.enter("a")
    bench.node.router.turn()
    stale = bench.node.router._lease
    bench.clock.forward(TTL_S + 5)
    assert bench.another().router.turn()
    bench.enter("b")
    bench.clock.forward(60)
    bench.node.router._holding.get = lambda: stale  # type: ignore[method-assign]
    bench.node.router.turn()
    assert 1 == len(bench.told())
    bench.turns(70, bench.another())
    assert [("a",), ("a", "b")] == [firing for _, _, firing, _ in bench.told()]


@pytest.mark.parametrize("method", ["memories", "firing", "tell", "held", "settle_held"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_at_any_point_loses_nothing_and_tells_nothing_twice(bench: Bench, method: str, when: str) -> None:
    bench.routes(route())
    bench.enter("quiet", silence="s")
    bench.enter("a")
    for number in range(4):
        bench.clock.forward(15)
        dying = bench.another()
        setattr(dying.groups, when, method)
        try:
            dying.router.turn()
        except Killed:
            assert number < 4
    bench.turns(15, bench.another())
    assert [("test:ops", "firing", ("a", "quiet"), ())] == bench.told()
    assert [("alarm", "silenced"), ("alarm", "waiting"), ("alarm", "waiting")] == bench.own()


def test_an_index_that_is_away_is_waited_for(bench: Bench) -> None:
    bench.routes(route())
    bench.enter("a")
    bench.node.groups.away = True
    with pytest.raises(IndexUnavailable):
        bench.node.router.turn()
    bench.node.groups.away = False
    bench.turns(15)
    assert 1 == len(bench.told())


def test_a_silence_holds_back_groups_and_own_actions_and_both_are_told_at_its_end(bench: Bench) -> None:
    bench.routes(route())
    bench.silence("name=a", end=100)
    bench.enter("a", silence="s")
    bench.turns(95)
    assert ([], [("alarm", "silenced")]) == (bench.told(), bench.own())
    bench.turns(5)
    assert [("test:ops", "firing", ("a",), ())] == bench.told()
    assert [("alarm", "silenced"), ("alarm", "waiting")] == bench.own()
    bench.turns(30)
    assert (1, 2) == (len(bench.told()), len(bench.own()))


def test_of_what_was_held_back_only_what_is_news_is_told(bench: Bench) -> None:
    bench.silence("severity=low", end=100)
    for alarm_id, states in {
        "fires": ["alarm"],
        "is over": ["alarm", "ok"],
        "fires again": ["alarm", "ok", "alarm"],
        "is gone": ["alarm"],
        "is off": ["alarm"],
    }.items():
        for state in states:
            bench.clock.forward(1)
            bench.enter(alarm_id, state, silence="s", labels=(("team", "x"),))
    bench.index.alarms.delete("is gone", AUTHOR)
    off = replace(bench.index.alarms.get("is off"), enabled=False, timestamp_ns=bench.clock.now_ns)
    bench.index.alarms.change(off, AUTHOR)
    bench.turns(120)
    after = [each for each in bench.index.outbox.find() if each.key.startswith("after-silence.")]
    assert {("fires", "alarm"), ("fires again", "alarm")} == {(each.alarm_id, each.body["current"]) for each in after}
    assert 8 == len([each for each in bench.index.outbox.find() if each.progress == "silenced"])
    assert [] == bench.index.route_groups.held(0, 10)


def test_a_silence_over_a_silence_goes_on_holding_back(bench: Bench) -> None:
    bench.silence("name=a", end=60)
    bench.clock.forward(1)
    bench.silence("severity=low", end=200)
    bench.enter("a", silence="s")
    bench.turns(150)
    assert [("alarm", "silenced")] == bench.own()
    bench.turns(60)
    assert [("alarm", "silenced"), ("alarm", "waiting")] == bench.own()


def test_what_is_decided_by_who_did_not_know_yet_that_a_silence_ended_is_made_up_for(bench: Bench) -> None:
    bench.silence("name=a", end=60)
    bench.turns(62)
    bench.enter("a", silence="s")
    bench.turns(10)
    assert [("alarm", "silenced"), ("alarm", "waiting")] == bench.own()


def test_a_silence_that_ended_while_nobody_ran_is_made_up_for(bench: Bench) -> None:
    bench.silence("name=a", end=60)
    bench.enter("a", silence="s")
    bench.clock.forward(100)
    bench.turns(5)
    assert [("alarm", "silenced"), ("alarm", "waiting")] == bench.own()


def test_what_is_inhibited_is_told_when_its_source_is_over(bench: Bench) -> None:
    bench.routes(route(group_by=["name"]), inhibitions=[inhibition("name=rack", "name=vm")])
    bench.enter("rack")
    bench.enter("vm")
    bench.turns(30)
    assert [("rack",)] == [firing for _, _, firing, _ in bench.told()]
    bench.enter("rack", "ok")
    bench.turns(5)
    assert ("vm",) == bench.told()[-1][2]


def test_silences_that_are_long_over_go(bench: Bench) -> None:
    bench.silence("name=a", end=10)
    bench.turns(20)
    bench.clock.forward(31 * 86400)
    bench.silence("name=b", end=40 * 86400)
    bench.turns(5)
    assert 1 == len(bench.index.silences.find())


def test_it_runs_in_the_background_and_stops(bench: Bench) -> None:
    bench.node.router.start()
    bench.node.router.stop()
    bench.another().router.stop()


STEPS = st.lists(
    st.tuples(st.sampled_from(["alarm", "ok", "silence", "kill before", "kill after", "wait"]), st.sampled_from("ab")),
    min_size=3,
    max_size=12,
)


@settings(max_examples=25)
@given(STEPS)
def test_whoever_dies_when_the_receiver_learns_how_it_ends(
    template: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    bench = Bench(template, tmp_path_factory.mktemp("router"))
    bench.routes(route())
    for alarm_id in "ab":
        bench.enter(alarm_id, "ok")
    for number, (what, alarm_id) in enumerate(steps):
        if what in ("alarm", "ok"):
            bench.enter(alarm_id, what)
        elif what == "silence":
            seconds = (bench.clock.now_ns - START_NS) // SECOND
            bench.silence(f"name={alarm_id}", end=seconds + 40)
        elif what.startswith("kill"):
            setattr(bench.node.groups, what.removeprefix("kill "), "tell")
        for _ in range(number % 3 + 1):
            bench.clock.forward(12)
            try:
                bench.node.router.turn()
            except Killed:
                bench.node = bench.another()
    bench.node = bench.another()
    bench.turns(200)
    believed: set[str] = set()
    for _, _, firing, over in bench.told():
        believed = (believed | set(firing)) - set(over)
    expected = {alarm_id for alarm_id in "ab" if bench.index.alarms.get(alarm_id).state == "alarm"}
    bench.index.close()
    assert expected == believed

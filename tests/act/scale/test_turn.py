# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Work on groups: changes carried out and taken up again, members looked after, failures told and retried."""

from typing import Any

import pytest
from msgspec import structs

from nephoscope.act.scale.contract import Member
from nephoscope.act.scale.signals import Signals
from nephoscope.act.scale.turn import Turn
from nephoscope.model.errors import BadRequest, Conflict, IndexUnavailable, Unavailable
from nephoscope.model.scaling import ScalingPolicy, ScalingRecord
from tests.act.scale.fake import TTL_NS, Bench, Killed, change, failing
from tests.store.index.samples import SECOND

UP = ScalingPolicy(adjustment_type="change_in_capacity", scaling_adjustment=1, cooldown_s=120)
DOWN = structs.replace(UP, scaling_adjustment=-1)


def signal(bench: Bench, policy: str = "p", key: str = "") -> ScalingRecord:
    signals = Signals(bench.index.scaling, bench.index.alarms, bench.clock)
    return signals.signal(bench.index.scaling.policy(policy), by="ann", key=key)


def set_size(bench: Bench, size: int) -> ScalingRecord:
    return Signals(bench.index.scaling, bench.index.alarms, bench.clock).set_size("web", size, "ann")


def test_a_group_is_made_with_the_size_that_it_is_given(bench: Bench) -> None:
    made = bench.group(size=2)
    assert ["web-1", "web-2"] == bench.world.names()
    assert (2, True, "", False) == (made.desired, made.healthy, made.problem, made.busy)
    assert [("hand", "accepted", 0, 2, "done", "ann")] == [
        (each.cause, each.decision.verdict, each.decision.before, each.decision.wanted, each.progress, each.by)
        for each in bench.records()
    ]


def test_a_group_without_a_size_takes_over_who_is_there(bench: Bench) -> None:
    for number in (1, 2, 7):
        bench.world.members[f"web-{number}"] = Member(id=str(number), name=f"web-{number}", created_ns=number)
    bench.group(size=None)
    bench.work()
    assert 3 == bench.now().desired
    assert [("reconcile", "no change")] == [(each.cause, each.decision.verdict) for each in bench.records()]
    assert "taken over" in bench.last().decision.reason
    assert 3 == len(bench.world.members)


def test_a_signal_is_decided_at_once_carried_out_later_and_cools_down_from_its_end(bench: Bench) -> None:
    bench.group(size=2)
    bench.policy(UP)
    record = signal(bench)
    assert ("accepted", "under way", "") == (record.decision.verdict, record.progress, record.failure)
    assert (True, 3, 2) == (bench.now().busy, bench.now().changing_to, len(bench.world.members))
    assert "to 3 is under way" in signal(bench).decision.reason
    bench.later(40)
    assert ["web-1", "web-2", "web-3"] == bench.world.names()
    assert ("done", bench.clock()) == ((done := bench.records()[-2]).progress, done.ended_ns)
    assert bench.clock() + 120 * SECOND == bench.now().cooldown_out_ns
    bench.clock.forward(119)
    assert "refused" == signal(bench).decision.verdict
    bench.clock.forward(1)
    assert "accepted" == signal(bench).decision.verdict


def test_the_same_key_is_decided_once(bench: Bench) -> None:
    bench.group(size=2)
    bench.policy(UP)
    bench.policy(UP, name="q")
    first = signal(bench, key="k")
    bench.work()
    assert first.number == signal(bench, key="k").number
    assert "done" == signal(bench, key="k").progress
    assert first.number != signal(bench, "q", key="k").number
    assert 3 == len(bench.world.members)


def test_failed_ones_go_first_then_the_oldest_and_protected_ones_never(bench: Bench) -> None:
    bench.group(size=4)
    for age, name in ((5, "web-3"), (9, "web-2"), (9, "web-1"), (1, "web-4")):
        change(bench.world, name, created_ns=bench.clock() - age * SECOND)
    change(bench.world, "web-4", state="failed")
    bench.index.scaling.protect("web", "web-1", True)
    set_size(bench, 2)
    bench.work()
    assert ["web-1", "web-3"] == bench.world.names()
    assert ("shrink", ("web-4", "web-2")) == next(each for each in bench.world.calls if each[0] == "shrink")
    bench.index.scaling.protect("web", "web-3", True)
    refused = set_size(bench, 1)
    assert ("no change", "2 members are protected, so none can be taken away") == (
        refused.decision.verdict,
        refused.decision.reason,
    )


@pytest.mark.parametrize("made_before", [0, 1, 2])
def test_a_change_that_a_killed_server_began_is_finished_by_the_next(bench: Bench, made_before: int) -> None:
    """It dies before the first, after the first and after the second of two new members."""
    bench.group(size=2)
    bench.policy(structs.replace(UP, scaling_adjustment=2))
    record = signal(bench)
    made: list[str] = []

    def dies(name: str) -> None:
        made.append(name)
        if len(made) >= made_before:
            raise Killed

    bench.world.after_each = dies
    if made_before:
        killed(bench)
    else:
        bench.index.scaling.claim(10, TTL_NS)
    bench.world.after_each = lambda _name: None
    assert 2 + made_before == len(bench.world.members)
    assert 0 == bench.work(), "the dead one holds the group until its time is over"
    bench.later(TTL_NS / SECOND + 1)
    assert ["web-1", "web-2", "web-3", "web-4"] == bench.world.names()
    assert [(record.number, "done")] == [(each.number, each.progress) for each in bench.records()[1:]]


def test_members_that_a_dead_server_began_are_waited_for(bench: Bench) -> None:
    bench.group(size=1)
    set_size(bench, 3)
    for number in (2, 3):
        name = f"web-{number}"
        bench.world.members[name] = Member(id=name, name=name, created_ns=bench.clock(), state="starting")
    bench.world.doomed = {"web-3"}
    bench.work()
    assert [("grow", ("web-2", "web-3"))] == [each for each in bench.world.calls if each[0] == "grow"]
    assert ("failed", "1 of 2 new members failed: web-3: no room") == (
        bench.records()[1].progress,
        bench.last().failure,
    )


def test_a_shrinking_that_a_killed_server_began_takes_nobody_more(bench: Bench) -> None:
    bench.group(size=5)
    for age in range(1, 6):
        change(bench.world, f"web-{age}", created_ns=bench.clock() - age * SECOND)
    set_size(bench, 2)

    def dies(_name: str) -> None:
        raise Killed

    bench.world.after_each = dies
    killed(bench)
    bench.world.after_each = lambda _name: None
    assert 4 == len(bench.world.members)
    bench.later(TTL_NS / SECOND + 1)
    assert ["web-1", "web-2"] == bench.world.names()


def killed(bench: Bench) -> None:
    """A turn of which nothing is written down after it has died."""
    (claim,) = bench.index.scaling.claim(10, TTL_NS)
    turn = Turn(claim, bench.tools())
    turn._let_go = turn._release = lambda *_: None  # type: ignore[method-assign,assignment]
    with pytest.raises(Killed):
        turn.run()


def test_who_comes_late_changes_nothing_any_more(bench: Bench) -> None:
    """A server that slept through its hold: another has done its work and more since."""
    bench.group(size=2)
    set_size(bench, 3)
    (late,) = bench.index.scaling.claim(10, TTL_NS)
    bench.later(TTL_NS / SECOND + 1)
    set_size(bench, 1)
    bench.work()
    Turn(late, bench.tools()).run()
    assert (1, False, ["web-3"]) == (bench.now().desired, bench.now().busy, bench.world.names())
    assert ["done", "done", "done"] == [each.progress for each in bench.records()]


def test_vanished_and_failed_members_are_replaced_and_it_is_told(bench: Bench) -> None:
    bench.group(size=3)
    del bench.world.members["web-2"]
    change(bench.world, "web-3", state="failed", detail="crashed")
    assert 0 == bench.later(29)
    bench.later(2)
    assert ["web-1", "web-2", "web-3"] == bench.world.names()
    assert "running" == bench.world.members["web-3"].state
    assert ("reconcile", "accepted", 1, 3, "done") == (
        bench.last().cause,
        bench.last().decision.verdict,
        bench.last().decision.before,
        bench.last().decision.wanted,
        bench.last().progress,
    )
    assert "1 of 3 members are there: web-3 failed" == bench.last().decision.reason
    assert 0 == bench.now().cooldown_out_ns, "repairs start no cooldown"


def test_an_actuator_that_fails_starts_no_cooldown_and_the_next_signal_tries_again(bench: Bench) -> None:
    bench.group(size=2)
    bench.policy(UP)
    failing(bench.world, "grow", Unavailable("the cloud is full"))
    signal(bench)
    bench.work()
    group = bench.now()
    assert (False, 2, True, "the cloud is full", 0) == (
        group.busy,
        group.desired,
        group.healthy,
        group.problem,
        group.cooldown_out_ns,
    )
    assert ("failed", "the cloud is full") == (bench.last().progress, bench.last().failure)
    assert "accepted" == signal(bench).decision.verdict
    bench.work()
    assert (3, "") == (len(bench.world.members), bench.now().problem)


def test_an_actuator_s_own_conflict_is_a_failure_as_any_other(bench: Bench) -> None:
    bench.group(size=2)
    failing(bench.world, "grow", Conflict("a server of that name is there"))
    set_size(bench, 3)
    bench.work()
    assert ("failed", "a server of that name is there") == (bench.last().progress, bench.last().failure)
    assert not bench.now().busy


def test_what_fails_in_part_leaves_what_was_made(bench: Bench) -> None:
    bench.group(size=2)
    bench.world.doomed = {"web-4"}
    set_size(bench, 4)
    bench.work()
    assert "1 of 2 new members failed: web-4: no room" == bench.records()[1].failure
    assert 3 == bench.now().desired
    bench.later(31)
    assert ["web-1", "web-2", "web-3"] == bench.world.names(), "and takes away what failed"


def test_an_actuator_that_tells_nothing_stops_the_group_until_it_does(bench: Bench) -> None:
    bench.group(size=2)
    bench.policy(UP)
    failing(bench.world, "members", Unavailable("nobody answers"), 2)
    bench.later(31)
    group = bench.now()
    assert (False, "nobody answers") == (group.healthy, group.problem)
    assert "not complete: nobody answers" in signal(bench).decision.reason
    bench.later(31)
    assert not bench.now().healthy
    bench.later(31)
    assert (True, "") == (bench.now().healthy, bench.now().problem)
    assert 2 == len(bench.world.members)


def test_a_change_whose_actuator_cannot_be_opened_has_failed(bench: Bench) -> None:
    def refuse(_group: Any) -> Any:
        raise BadRequest("image: there is none of that name")

    bench.group(size=2)
    set_size(bench, 4)
    bench.work(opened=refuse)
    assert ("failed", "image: there is none of that name") == (bench.last().progress, bench.last().failure)
    assert (False, False, 2) == (bench.now().healthy, bench.now().busy, bench.now().desired)


def test_an_index_that_is_away_leaves_the_change_to_a_later_turn(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.group(size=2)
    set_size(bench, 3)
    kept = bench.index.scaling.keep
    left = [1]

    def keep(*args: Any) -> Any:
        # The members are noted, the outcome cannot be.
        if left[0] <= 0:
            raise IndexUnavailable("away")
        left[0] -= 1
        return kept(*args)

    with monkeypatch.context() as patched:
        patched.setattr(bench.index.scaling, "keep", keep)
        patched.setattr(bench.index.scaling, "release", lambda *_: None)
        bench.work()
    assert (True, 3) == (bench.now().busy, len(bench.world.members))
    bench.later(TTL_NS / SECOND + 1)
    assert (False, 3, "done") == (bench.now().busy, len(bench.world.members), bench.last().progress)


def test_members_beyond_new_bounds_are_taken_away(bench: Bench) -> None:
    bench.group(size=5)
    bench.index.scaling.change("web", lambda group: structs.replace(group, max_size=3, desired=3))
    bench.work()
    assert 3 == len(bench.world.members)
    assert ("reconcile", "more than there may be") == (bench.last().cause, bench.last().decision.reason[-22:])


def test_a_paused_group_stays_as_it_is(bench: Bench) -> None:
    bench.group(size=3)
    bench.policy(UP)
    bench.index.scaling.change("web", lambda group: structs.replace(group, paused=True))
    del bench.world.members["web-1"]
    bench.later(31)
    assert 2 == len(bench.world.members)
    assert "the group is paused" == signal(bench).decision.reason
    assert 2 == len(bench.records())


def test_a_group_that_is_deleted_with_its_members_takes_protected_ones_along(bench: Bench) -> None:
    bench.group(size=3)
    bench.index.scaling.protect("web", "web-1", True)
    bench.index.scaling.change("web", lambda group: structs.replace(group, deleting=True))
    bench.work()
    assert {} == bench.world.members
    assert [] == bench.index.scaling.find()
    assert 1 == len(bench.records()), "what it decided stays"


def test_how_many_members_there_are_is_measured(bench: Bench) -> None:
    bench.group(size=2)
    (batch, *_) = bench.published[::-1]
    assert (["members", "desired"], [2, 2]) == ([each.name for each in batch.meters], batch.value)
    assert ("web", "scaling_group", "blue") == (
        batch.resources[0].id,
        batch.resources[0].type,
        batch.resources[0].project_id,
    )

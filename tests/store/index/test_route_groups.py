# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What fires, what groups were told, and what silences hold back: written by the one that holds the lease."""

import pytest
from msgspec.structs import replace

from nephoscope.model.alarm_instance import Instance
from nephoscope.model.errors import BadRequest
from nephoscope.model.lease import Lease
from nephoscope.model.route_group import GroupMemory, Telling, Told
from nephoscope.model.search import equal
from nephoscope.model.series_rule import SqlRule
from nephoscope.store.index.contract import Index
from tests.store.index.racing import at_once, problems
from tests.store.index.samples import SECOND, START_NS, Clock
from tests.store.index.watched import ANN, alarm, create, decision, note, watched

MEMORY = GroupMemory(
    key="k",
    project_id="blue",
    contact_point="ops",
    labels={"größe": "\0"},
    told={"f": Told(alarm_id="a", labels={"name": "a"}, since_ns=START_NS, reason="é\ud800"[:1], value=1.5, held=True)},
    told_ns=START_NS,
    times=1,
)
ROWS = SqlRule(sql="SELECT 1", every_s=60)


def lease(index: Index, holder: str = "node") -> Lease:
    held = index.leases.acquire("alarm router", holder, 10 * SECOND)
    assert held is not None
    return held


def keys(index: Index) -> list[str]:
    return sorted(each.key for each in index.outbox.find())


def enter(index: Index, alarm_id: str, *instances: Instance, state: str = "alarm") -> None:
    seen = watched(index)[alarm_id]
    found = replace(decision(seen, state, {}), slot=None, instances=instances)  # type: ignore[arg-type]
    assert [True] == index.alarms.decide([found], "g", "h")


def test_what_fires_is_told_as_a_whole_and_then_by_what_changed(index: Index) -> None:
    for alarm_id in ("a", "b", "c"):
        create(index, alarm_id, labels=(("team", alarm_id),))
    enter(index, "a")
    first = index.route_groups.firing(0)
    assert (True, ["a"], []) == (first.whole, [each.id for each in first.alarms], list(first.gone))
    assert (("team", "a"),) == first.alarms[0].labels
    nothing = index.route_groups.firing(first.version)
    assert (first.version, (), False) == (nothing.version, nothing.alarms, nothing.whole)
    enter(index, "b")
    enter(index, "a", state="ok")
    index.alarms.delete("c", ANN)
    then = index.route_groups.firing(first.version)
    assert (["b"], ["a", "c"], False) == ([each.id for each in then.alarms], list(then.gone), then.whole)
    index.alarms.change(alarm("b", state="alarm", enabled=False, timestamp_ns=START_NS + 1), ANN)
    assert ["b"] == index.route_groups.firing(then.version).gone
    assert index.route_groups.firing(10**6).whole


def test_instances_that_fire_come_with_their_alarm(index: Index) -> None:
    create(index, "a", ROWS)
    fires = Instance(alarm_id="a", labels=(("disk", "sda"),), state="alarm", since_ns=START_NS, value=2.0, reason="r")
    fine = replace(fires, labels=(("disk", "sdb"),), state="ok")
    enter(index, "a", fires, fine)
    found = index.route_groups.firing(0)
    assert {"a": [(("disk", "sda"),)]} == {id_: [each.labels for each in of] for id_, of in found.instances.items()}


def test_what_is_told_is_remembered_with_it(index: Index) -> None:
    held = lease(index)
    telling = Telling(key="k", times=0, after=MEMORY, drafts=(note("1"), note("2")))
    assert [True] == index.route_groups.tell([telling], held)
    assert ([MEMORY], ["1", "2"]) == (index.route_groups.memories(), keys(index))
    again = replace(MEMORY, times=2, told_ns=START_NS + 1)
    assert [True] == index.route_groups.tell([Telling(key="k", times=1, after=again, drafts=(note("3"),))], held)
    assert ([again], ["1", "2", "3"]) == (index.route_groups.memories(), keys(index))
    assert [True] == index.route_groups.tell([Telling(key="k", times=2, after=None, drafts=(note("4"),))], held)
    assert ([], ["1", "2", "3", "4"]) == (index.route_groups.memories(), keys(index))
    assert [] == index.route_groups.tell([], held)


def test_what_another_has_told_is_not_told_again(index: Index) -> None:
    held = lease(index)
    index.route_groups.tell([Telling(key="k", times=0, after=MEMORY)], held)
    late = Telling(key="k", times=0, after=MEMORY, drafts=(note("late"),))
    fresh = Telling(key="l", times=0, after=replace(MEMORY, key="l"), drafts=(note("fresh"),))
    assert [False, True] == index.route_groups.tell([late, fresh], held)
    assert ["fresh"] == keys(index)


def test_who_has_lost_the_lease_tells_nothing(index: Index, clock: Clock) -> None:
    slept = lease(index)
    clock.forward(11)
    lease(index, "other")
    telling = Telling(key="k", times=0, after=MEMORY, drafts=(note("k"),))
    assert [False] == index.route_groups.tell([telling], slept)
    assert not index.route_groups.settle_held([1], [note("k")], slept)
    assert ([], []) == (index.route_groups.memories(), keys(index))


def test_one_whose_lease_nobody_took_may_still_tell(index: Index, clock: Clock) -> None:
    held = lease(index)
    clock.forward(11)
    assert [True] == index.route_groups.tell([Telling(key="k", times=0, after=MEMORY)], held)


def test_one_notification_that_cannot_be_kept_keeps_all_of_them_back(index: Index) -> None:
    telling = Telling(key="k", times=0, after=MEMORY, drafts=(note("good"), note("k" * 256)))
    held = lease(index)
    with pytest.raises(BadRequest):
        index.route_groups.tell([telling], held)
    assert ([], []) == (index.route_groups.memories(), keys(index))


def test_of_many_that_tell_the_same_one_does(nodes: list[Index]) -> None:
    held = lease(nodes[0])
    outcomes = at_once(
        nodes,
        lambda index, n: index.route_groups.tell(
            [Telling(key="k", times=0, after=MEMORY, drafts=(note(str(n)),))], held
        ),
    )
    assert [] == problems(outcomes)
    assert 1 == sum(each == [True] for each in outcomes) == len(keys(nodes[0]))


def test_what_a_silence_holds_back_is_kept_and_waits_for_nobody(index: Index, clock: Clock) -> None:
    index.outbox.add([note("quiet", silence="s-1"), note("loud")])
    assert ["loud"] == [each.key for each in index.outbox.claim(10, SECOND)]
    (held,) = index.route_groups.held(0, 10)
    assert ("quiet", "silenced") == (held.key, held.progress)
    assert ["not tried: silence s-1 holds it back"] == [each.error for each in index.outbox.attempts(held.number)]
    assert [] == index.route_groups.held(held.number, 10)
    assert 0 == index.outbox.add([note("quiet", silence="s-1")])
    clock.forward(1000)
    assert 0 == index.outbox.expire(clock.now_ns, 10), "it may have to be made up for"
    assert index.route_groups.settle_held([held.number], [note("after")], lease(index))
    assert ([], ["after", "loud", "quiet"]) == (index.route_groups.held(0, 10), keys(index))
    assert 1 == index.outbox.expire(clock.now_ns, 10)
    assert ["after", "loud"] == keys(index)


def test_what_is_sent_by_hand_is_not_held_back_any_more(index: Index) -> None:
    index.outbox.add([note("quiet", silence="s-1")])
    (held,) = index.route_groups.held(0, 10)
    again = index.outbox.send_again(held.number)
    assert ("waiting", 1) == (again.progress, again.attempts)
    assert ([], ["quiet"]) == (index.route_groups.held(0, 10), [each.key for each in index.outbox.claim(10, SECOND)])


def test_held_ones_come_a_page_at_a_time(index: Index) -> None:
    index.outbox.add([note(str(number), silence="s") for number in range(5)])
    first = index.route_groups.held(0, 3)
    then = index.route_groups.held(first[-1].number, 3)
    assert (["0", "1", "2"], ["3", "4"]) == ([each.key for each in first], [each.key for each in then])
    assert 5 == len(index.outbox.find(equal("progress", "silenced")))


def test_claims_are_renewed_by_who_has_them(index: Index, clock: Clock) -> None:
    index.outbox.add([note("a"), note("b")])
    first, second = index.outbox.claim(10, 15 * SECOND)
    clock.forward(10)
    assert {first.number} == index.outbox.renew([first], 15 * SECOND)
    clock.forward(10)
    (taken,) = index.outbox.claim(10, 15 * SECOND)
    assert second.number == taken.number
    assert {first.number} == index.outbox.renew([first, second], 15 * SECOND)
    clock.forward(10)
    assert [] == index.outbox.claim(10, SECOND)
    assert set() == index.outbox.renew([], SECOND)

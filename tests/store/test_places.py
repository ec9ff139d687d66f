# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Numbers of metrics by resource and name: what is known is right, and there is never more than fits."""

import gc
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.metric import Metric
from nephoscope.store.places import PARTS, Places

OWNERS = [UUID(int=number) for number in range(6)]
NAMES = ["cpu", "disk", "load"]


class Clock:
    """A clock that goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def metric(owner: UUID | None, name: str | None, number: int, metric_id: UUID | None = None) -> Metric:
    return Metric(metric_id or uuid4(), number, name, None, None, owner, "low")


def of_resources(count: int, names: int = 10) -> Iterator[list[Metric]]:
    """So many resources' metrics, numbered from 0 on."""
    for owner in range(count):
        yield [metric(UUID(int=owner), f"m{name}", owner * names + name) for name in range(names)]


def known(places: Places) -> dict[tuple[UUID, str], int]:
    return {(owner, name): number for owner in OWNERS for name, number in places.numbers(owner).items()}


def test_numbers_are_known_by_resource_and_name() -> None:
    places = Places(100)
    places.add([metric(OWNERS[0], "cpu", 1), metric(OWNERS[0], "disk", 2), metric(OWNERS[1], "cpu", 3)])
    places.add([metric(None, "cpu", 4), metric(OWNERS[2], None, 5)])
    assert {"cpu": 1, "disk": 2} == places.numbers(OWNERS[0])
    assert {"cpu": 3} == places.numbers(OWNERS[1])
    assert {} == places.numbers(OWNERS[2])
    assert 3 == len(places)


def test_a_deleted_metric_takes_its_resource_along_and_no_other() -> None:
    places = Places(100)
    cpu, disk, other = metric(OWNERS[0], "cpu", 1), metric(OWNERS[0], "disk", 2), metric(OWNERS[1], "cpu", 3)
    places.add([cpu, disk, other])
    places.forget_metrics([disk.id, uuid4()])
    assert {(OWNERS[1], "cpu"): 3} == known(places)
    assert 1 == len(places)


def test_a_metric_that_is_met_elsewhere_has_left_where_it_was() -> None:
    places = Places(100)
    places.add([metric(OWNERS[0], "cpu", 1, OWNERS[5]), metric(OWNERS[0], "disk", 2)])
    places.add([metric(OWNERS[1], "load", 1, OWNERS[5])])
    assert {(OWNERS[1], "load"): 1} == known(places)
    places.forget_metrics([OWNERS[5]])
    assert {} == known(places)


def test_what_was_said_is_known_until_something_changes_the_resource() -> None:
    places = Places(100)
    places.note(OWNERS[0], b"here")
    assert not places.is_noted(OWNERS[0], b"here")
    places.add([metric(OWNERS[0], "cpu", 1), metric(OWNERS[1], "cpu", 2)])
    for owner in OWNERS[:2]:
        places.note(owner, b"here")
    assert places.is_noted(OWNERS[0], b"here")
    assert not places.is_noted(OWNERS[0], b"there")
    places.unnote(OWNERS[0])
    places.unnote(OWNERS[2])
    assert [False, True] == [places.is_noted(owner, b"here") for owner in OWNERS[:2]]
    assert {"cpu": 1} == places.numbers(OWNERS[0])
    places.unnote_all()
    assert not places.is_noted(OWNERS[1], b"here")
    places.note(OWNERS[1], b"here")
    places.forget(OWNERS[1])
    places.add([metric(OWNERS[1], "cpu", 2)])
    assert not places.is_noted(OWNERS[1], b"here")


def test_what_is_too_old_is_not_known_and_read_anew_it_is_new() -> None:
    clock = Clock()
    places = Places(100, 60, clock)
    places.add([metric(OWNERS[0], "cpu", 1), metric(OWNERS[0], "disk", 2)])
    places.note(OWNERS[0], b"here")
    clock.now += 40
    places.add([metric(OWNERS[0], "load", 3), metric(OWNERS[1], "cpu", 4)])
    clock.now += 21
    assert {(OWNERS[1], "cpu"): 4} == known(places)
    assert not places.is_noted(OWNERS[0], b"here")
    places.note(OWNERS[0], b"here")
    places.add([metric(OWNERS[0], "cpu", 5)])
    assert {(OWNERS[0], "cpu"): 5, (OWNERS[1], "cpu"): 4} == known(places)
    assert not places.is_noted(OWNERS[0], b"here")


def test_a_full_memory_lets_go_of_a_part_only() -> None:
    places = Places(64 * 10, choose=lambda below: below // 2)
    for its in of_resources(64):
        places.add(its)
    assert 640 == len(places)
    places.add([metric(uuid4(), "new", 1000)])
    lost = [owner for owner in range(64) if not places.numbers(UUID(int=owner))]
    assert [32] == lost
    assert 640 - 640 // PARTS + 1 == len(places)


def test_chance_finds_much_of_what_is_asked_for_in_turn_though_not_all_of_it_fits() -> None:
    turns = iter(range(10**6))
    places = Places(640, choose=lambda below: next(turns) * 7919 % below)
    everything = list(of_resources(70))
    for _ in range(3):
        found = 0
        for owner, its in enumerate(everything):
            if places.numbers(UUID(int=owner)):
                found += 1
            else:
                places.add(its)
    assert found > 35


def test_more_than_ever_fits_is_not_kept() -> None:
    places = Places(9)
    places.add([metric(OWNERS[0], "cpu", 1)])
    places.add([metric(OWNERS[1], f"m{number}", number) for number in range(10)])
    assert {(OWNERS[0], "cpu"): 1} == known(places)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), st.lists(st.tuples(st.sampled_from(OWNERS), st.sampled_from(NAMES)), max_size=8)),
            st.tuples(st.just("move"), st.tuples(st.sampled_from(OWNERS), st.sampled_from(OWNERS))),
            st.tuples(st.just("delete"), st.tuples(st.sampled_from(OWNERS), st.sampled_from(NAMES))),
        ),
        max_size=40,
    ),
    st.integers(1, 12),
)
def test_what_is_known_is_as_it_was_told_last_and_within_bounds(steps: list[tuple[str, Any]], most: int) -> None:
    there: dict[tuple[UUID, str], Metric] = {}
    places = Places(most, choose=lambda below: below - 1)
    numbers = iter(range(10**6))
    for what, told in steps:
        if what == "add":
            for place in told:
                there.setdefault(place, metric(place[0], place[1], next(numbers)))
            places.add([there[place] for place in dict.fromkeys(told)])
        elif what == "move":
            # To another resource, which has no metric of that name yet; whoever moves it tells whose it is now.
            source, target = told
            moved = [name for name in NAMES if (source, name) in there and (target, name) not in there]
            for name in moved:
                before = there.pop((source, name))
                there[target, name] = metric(target, name, before.number, before.id)
            places.forget_metrics((there[target, name].id for name in moved), unless_of=target)
        elif tuple(told) in there:
            places.forget_metrics([there.pop((told[0], told[1])).id])
        assert known(places).items() <= {place: each.number for place, each in there.items()}.items()
        assert len(places) == len(known(places)) <= most


def test_the_garbage_collector_need_not_look_at_each_metric() -> None:
    places = Places(10_000)
    for its in of_resources(50, names=100):
        places.add(its)
        places.note(its[0].resource_id or uuid4(), b"here")
    gc.collect()
    homes = list(places._homes.values())
    assert 50 == len(homes)
    assert not any(gc.is_tracked(each) for home in homes for each in (home, home.numbers, home.ids))


@pytest.mark.parametrize("most", [1, 2, 63, 64, 65])
def test_small_memories_work_too(most: int) -> None:
    places = Places(most)
    for its in of_resources(20, names=3):
        for each in its:
            places.add([each])
            assert each.number == places.numbers(each.resource_id or uuid4())[each.name or ""]
            assert len(places) <= most

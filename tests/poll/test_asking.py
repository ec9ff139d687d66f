# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""How a family is asked: which calls, for which targets, and whose samples are whose."""

import logging
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.sample_columns import Samples
from nephoscope.observe import registry
from nephoscope.poll.asking import Asking, Claim
from nephoscope.poll.contract import DiscoveryType, PermanentError
from nephoscope.poll.discovery import Discoveries, Found
from nephoscope.poll.families import Loaded
from nephoscope.poll.plan import Task, Want
from nephoscope.poll.sharing import EVERY_SLOT, part_of, slot_of
from tests.poll.counting import SETTINGS, Counting, finding, loaded

EVERYTHING = Claim("central", EVERY_SLOT)
DISCOVERIES: dict[str, DiscoveryType] = {
    "ab": finding("a", "b"),
    "bc": finding("b", "c"),
    "many": finding(*(f"t{number}" for number in range(100))),
    "none": finding(),
    "broken": finding(error=OSError("no route")),
}


def want(meters: str, *discovery: str, source: str = "s", resources: str = "", otherwise: str | None = None) -> Want:
    return Want(source, frozenset(meters.split()), discovery, tuple(resources.split()), otherwise)


def of(counting: Counting) -> Loaded:
    return loaded("some", ["m", "n", "o"], counting, namespace="central", discovery="ab")


class Cycles:
    """One family, asked cycle after cycle."""

    def __init__(self, counting: Counting | None = None) -> None:
        self.family = counting or Counting()
        self.asking = Asking(of(self.family))
        self.failed: list[Exception] = []

    def poll(self, *wants: Want, claim: Claim | None = None, by_name: str = "", now_ns: int = 7) -> dict[str, Samples]:
        """One cycle."""
        task = Task(60, claim is not None, {"some": wants}, frozenset(by_name.split()))
        return self.asking.poll(task, Found(Discoveries(SETTINGS, DISCOVERIES)), claim, now_ns, self.failed.append)

    def calls(self) -> list[tuple[str, str]]:
        """(targets, meters) of each call."""
        return [(" ".join(targets), " ".join(meters)) for targets, meters, _ in self.family.calls]


@pytest.fixture
def cycles() -> Cycles:
    """A fresh one."""
    return Cycles()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """What is logged."""
    monkeypatch.setattr(logging.getLogger("nephoscope"), "propagate", True)
    return caplog


def test_one_call_for_all_meters_and_targets(cycles: Cycles) -> None:
    cycles.poll(want("m n", "ab"), want("n", "ab", source="t"))
    assert [("a b", "m n")] == cycles.calls()


def test_a_target_that_two_sources_name_is_polled_once_for_a_meter(cycles: Cycles) -> None:
    cycles.poll(want("m", "ab"), want("m", "bc", source="t"), want("m", source="u", resources="c d"))
    assert [("a b c d", "m")] == cycles.calls()


def test_what_nobody_wants_of_a_target_is_not_asked_for(cycles: Cycles) -> None:
    cycles.poll(want("m n", "ab"), want("n o", "bc", source="t"))
    assert sorted([("a b", "m"), ("a b c", "n"), ("b c", "o")]) == sorted(cycles.calls())


@given(
    st.lists(
        st.tuples(
            st.sets(st.sampled_from("mno"), min_size=1).map(" ".join),
            st.lists(st.sampled_from(["ab", "bc", "none", "many"]), max_size=2, unique=True),
            st.sets(st.sampled_from("abxy")).map(" ".join),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_each_pair_that_is_wanted_is_asked_for_once_and_no_other(wanted: list[tuple[str, list[str], str]]) -> None:
    there = {"ab": "a b", "bc": "b c", "none": "", "many": " ".join(f"t{number}" for number in range(100))}
    pairs = {
        (target, meter)
        for meters, discovery, resources in wanted
        for meter in meters.split()
        for target in " ".join([resources, *(there[each] for each in discovery)]).split()
    }
    cycles = Cycles()
    wants = [want(m, *d, source=str(at), resources=r) for at, (m, d, r) in enumerate(wanted)]
    read = cycles.poll(*wants, claim=EVERYTHING)
    assert Counter(pairs) == Counter(cycles.family.polled())
    rows = [row for each in read.values() for row in zip(each.resource_id, each.name, strict=True)]
    assert Counter(pairs) == Counter(rows)


def test_the_familys_own_discovery_is_for_sources_that_find_nothing(cycles: Cycles) -> None:
    cycles.poll(want("m", "none", otherwise="bc"))
    cycles.poll(want("m", "ab", otherwise="bc"))
    cycles.poll(want("m", "none"))
    assert [("b c", "m"), ("a b", "m")] == cycles.calls()


def test_a_discovery_that_fails_costs_what_depends_on_it(cycles: Cycles) -> None:
    cycles.poll(want("m", "broken", otherwise="ab"), want("n", "bc", source="t"))
    assert [("b c", "n")] == cycles.calls()
    assert ["OSError('no route')"] == [repr(error) for error in cycles.failed]


def test_a_call_that_fails_costs_its_own_samples_only(cycles: Cycles) -> None:
    cycles.family.errors = [OSError("once")]
    read = cycles.poll(want("m", "ab"), want("n", "bc", source="t"))
    assert 2 == len(cycles.calls())
    assert [2] == [len(samples) for samples in read.values()]
    assert ["OSError('once')"] == [repr(error) for error in cycles.failed]


def test_all_samples_are_stamped_with_the_cycle(cycles: Cycles) -> None:
    assert [7, 7] == cycles.poll(want("m", "ab"))[""].time_ns.tolist()


def test_volumes_that_are_no_numbers_are_dropped_and_counted(cycles: Cycles) -> None:
    before = registry.value("nephoscope_dropped_total", station="poll", cause="volume is no number")
    cycles.family.volume = math.inf
    read = cycles.poll(want("m", "ab"), claim=EVERYTHING)
    assert 0 == sum(map(len, read.values()))
    after = registry.value("nephoscope_dropped_total", station="poll", cause="volume is no number")
    assert 2 == after - before


def test_a_target_that_is_gone_for_good_is_left_out_for_the_sources_that_named_it(
    cycles: Cycles, log: pytest.LogCaptureFixture
) -> None:
    cycles.family.gone = {"a"}
    read = cycles.poll(want("m", "ab"))
    assert [("a b", "m"), ("b", "m")] == cycles.calls()
    assert ["b"] == read[""].resource_id.tolist()
    cycles.family.gone = set()
    cycles.poll(want("m", "ab"))
    assert ("b", "m") == cycles.calls()[-1]
    cycles.poll(want("m", "ab"), want("m", source="t", resources="a"))
    assert {"a", "b"} == set(cycles.calls()[-1][0].split())
    assert 1 == log.text.count("some: a left out for source s until the agent starts again: gone for good")


def test_so_many_targets_are_left_out_and_no_more(cycles: Cycles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nephoscope.poll.asking.GIVEN_UP_MAX", 2)
    for target in "xyz":
        cycles.family.gone = {target}
        cycles.poll(want("m", resources=target))
    cycles.family.gone = set()
    cycles.poll(want("m", resources="x y z"))
    assert ("x", "m") == cycles.calls()[-1]


def test_when_every_target_is_gone_nothing_is_asked_any_more(cycles: Cycles) -> None:
    cycles.family.gone = {"a", "b"}
    assert {} == cycles.poll(want("m", "ab"))
    assert {} == cycles.poll(want("m", "ab"))
    assert [("a b", "m")] == cycles.calls()


def test_a_permanent_error_about_others_is_an_error_like_any(cycles: Cycles) -> None:
    cycles.family.errors = [PermanentError({"z"}, "who?")]
    assert {} == cycles.poll(want("m", "ab"))
    assert [PermanentError] == [type(error) for error in cycles.failed]
    assert 1 == len(cycles.calls())


def test_only_targets_in_claimed_slots_are_asked_for(cycles: Cycles) -> None:
    some = Claim("g", frozenset(range(0, 64, 2)))
    read = cycles.poll(want("m", "many"), claim=some)
    asked = set(cycles.calls()[0][0].split())
    assert {f"t{number}" for number in range(100) if slot_of(f"t{number}") % 2 == 0} == asked
    for part, samples in read.items():
        assert {part} == {part_of("g", slot_of(each)) for each in samples.resource_id}
    assert {} == cycles.poll(want("m", "many"), claim=Claim("g", frozenset()))


def test_without_being_told_samples_go_where_their_resource_id_leads(log: pytest.LogCaptureFixture) -> None:
    cycles = Cycles(Counting(tells=False))
    read = cycles.poll(want("m", "ab"), claim=EVERYTHING)
    assert {part_of("central", slot_of(each)): [each] for each in "ab"} == {
        part: samples.resource_id.tolist() for part, samples in read.items()
    }
    assert "" == log.text


class Renaming(Counting):
    """Its samples are of things inside of the targets, and it does not say which."""

    def poll(self, *asked: object) -> Samples:
        """Other names."""
        samples = super().poll(*asked)  # type: ignore[arg-type]
        assert isinstance(samples, Samples)
        return samples.having(resource_id=np.array([f"in-{each}" for each in samples.resource_id], object))


def test_samples_of_unknown_targets_stay_with_this_agent_and_that_is_said_once(log: pytest.LogCaptureFixture) -> None:
    cycles = Cycles(Renaming(tells=False))
    for _ in range(2):
        read = cycles.poll(want("m", "ab"), claim=EVERYTHING)
        assert {"": ["in-a", "in-b"]} == {part: samples.resource_id.tolist() for part, samples in read.items()}
    assert 1 == log.text.count("some does not say which targets its samples were read of")
    (alone,) = cycles.poll(want("m", resources="a"), claim=EVERYTHING)
    assert part_of("central", slot_of("a")) == alone


def test_a_family_that_needs_no_target_is_shared_as_one_thing(cycles: Cycles) -> None:
    bare = Want("s", frozenset({"m", "n"}), untargeted=True)
    own = slot_of("some")
    read = cycles.poll(bare, claim=Claim("g", frozenset({own})))
    assert {part_of("g", own): 2} == {part: len(samples) for part, samples in read.items()}
    assert {} == cycles.poll(bare, claim=Claim("g", EVERY_SLOT - {own}))
    cycles.poll(bare)
    assert [("", "m n")] * 2 == cycles.calls()


def test_meters_shared_by_name_are_asked_for_of_all_targets(cycles: Cycles) -> None:
    claim = Claim("g", frozenset({slot_of("m"), slot_of("a")}))
    assert not {slot_of("n"), slot_of("b")} & claim.slots
    read = cycles.poll(want("m n o", "ab"), claim=claim, by_name="m n")
    assert sorted([("a b", "m"), ("a", "o")]) == sorted(cycles.calls())
    assert {part_of("g", slot_of("m")): ["m", "m"], part_of("g", slot_of("a")): ["o"]} == {
        part: samples.name.tolist() for part, samples in read.items()
    }

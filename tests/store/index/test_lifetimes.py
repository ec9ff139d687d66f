# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Many resources begin, change and end in one transaction, as they would one after another."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from nephoscope.model.errors import BadRequest, Forbidden, InvalidInput, NotFound
from nephoscope.model.lifetime import Associates, Carried, Owned, Step, Verb
from nephoscope.model.resource import Resource
from nephoscope.model.resource_id import resource_id
from nephoscope.model.resource_type import ResourceType, read_attributes
from nephoscope.model.search import And, Compare, Search, equal
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.store.index.counting import counting
from tests.store.index.samples import CREATOR, INSTANCE, SECOND, START_NS, Clock, make, names

TEXT = {"type": "string", "required": False}
DISK = ResourceType("disk", read_attributes({"vm": TEXT, "host": TEXT, "size": {"type": "number", "required": False}}))
NEEDY = ResourceType("needy", read_attributes({"host": {"type": "string", "required": True}}))


@pytest.fixture(autouse=True)
def types(index: Index) -> None:
    for each in (INSTANCE, DISK, NEEDY):
        index.resource_types.create(each)


def anybody(_resource: Owned) -> bool:
    return True


def step(do: Verb, name: str, type_name: str = "instance", *with_it: Associates, at: int = 0, **fields: Any) -> Step:
    return Step(do, type_name, resource_id(name, CREATOR), name, START_NS + at * SECOND, fields, with_it)


def disks_of(vm: str, **fields: Any) -> Associates:
    return Associates("disk", equal("vm", vm), fields)


def carried(index: Index, *steps: Step) -> Carried:
    return index.resources.carry_out(steps, CREATOR, anybody)


def called(index: Index, name: str) -> Resource:
    return index.resources.get(resource_id(name, CREATOR), details=True)


def revisions(index: Index, name: str) -> int:
    return len(index.resources.history(resource_id(name, CREATOR)))


def test_a_resource_begins_once(index: Index, clock: Clock) -> None:
    clock.forward(60)
    done = carried(index, step("create", "vm", host="a", user_id="u", project_id="p"), step("create", "vm", host="b"))
    made = called(index, "vm")
    assert ([made.id], {}) == (done.changed, done.refused)
    assert ("a", "u", "p", CREATOR) == (made.attributes["host"], made.user_id, made.project_id, made.creator)
    assert (START_NS, START_NS + 60 * SECOND, 1) == (
        made.started_at_ns,
        made.revision_start_ns,
        revisions(index, "vm"),
    )
    assert ["vm"] == names(index.resources.find("instance", equal("host", "a")))
    assert [] == carried(index, step("create", "vm", host="c")).changed


def test_what_steps_make_of_a_resource_is_one_revision(index: Index, clock: Clock) -> None:
    make(index, "vm", "instance", host="a", count=1)
    clock.forward(60)
    done = carried(
        index,
        step("update", "vm", host="b"),
        step("update", "vm", count=2, project_id="p"),
        step("update", "vm", host="c", started_at="2020-01-01"),
        step("end", "vm", at=30),
    )
    vm = called(index, "vm")
    assert ([vm.id], 2) == (done.changed, revisions(index, "vm"))
    assert ("c", 2.0, "p", START_NS + 30 * SECOND) == (
        vm.attributes["host"],
        vm.attributes["count"],
        vm.project_id,
        vm.ended_at_ns,
    )
    assert ["vm"] == names(index.resources.find("instance", equal("host", "c")))
    assert [] == index.resources.find("instance", equal("host", "a"))
    # The same once more changes nothing.
    assert [] == carried(index, step("update", "vm", host="c", count=2), step("end", "vm", at=30)).changed
    assert 2 == revisions(index, "vm")


def test_associates_end_with_it_and_those_that_ended_before_keep_their_time(index: Index) -> None:
    make(index, "vm", "instance")
    for name, ended_at_ns in (("old", START_NS), ("new", None)):
        make(index, name, "disk", vm="vm", started_at_ns=START_NS - SECOND, ended_at_ns=ended_at_ns)
    make(index, "other", "disk", vm="vm2")
    carried(index, step("end", "vm", "instance", disks_of("vm"), at=60))
    ended = {name: called(index, name).ended_at_ns for name in ("vm", "old", "new", "other")}
    assert {"vm": START_NS + 60 * SECOND, "old": START_NS, "new": START_NS + 60 * SECOND, "other": None} == ended


def test_associates_take_the_fields_that_are_theirs(index: Index) -> None:
    make(index, "vm", "instance")
    for name in ("one", "two"):
        make(index, name, "disk", vm="vm")
    carried(index, step("update", "vm", "instance", disks_of("vm", host="b", project_id="p"), host="b", count=3))
    assert [("b", "p")] * 2 == [
        (each.attributes["host"], each.project_id) for each in (called(index, "one"), called(index, "two"))
    ]


def test_what_began_after_its_end_ended_when_it_began(index: Index) -> None:
    make(index, "vm", "instance", started_at_ns=START_NS + 5 * SECOND)
    carried(index, step("end", "vm", at=1))
    assert START_NS + 5 * SECOND == called(index, "vm").ended_at_ns


def test_what_is_not_there_or_of_another_type_is_left_alone(index: Index) -> None:
    make(index, "vm", "instance", host="a")
    done = carried(
        index,
        step("end", "none"),
        step("update", "vm", "disk", host="b"),
        step("update", "none", "instance", Associates("no such type", equal("x", 1), {"x": 1})),
    )
    assert ([], {}) == (done.changed, done.refused)


def test_a_search_sees_what_earlier_steps_have_done(index: Index) -> None:
    make(index, "d1", "disk", vm="before")
    carried(
        index,
        step("create", "d2", "disk", vm="vm"),
        step("update", "vm", "instance", disks_of("vm", size=2)),
        step("update", "d1", "disk", vm="vm"),
        step("update", "vm", "instance", disks_of("before", size=3), disks_of("vm", host="h")),
    )
    assert [("vm", "h", None), ("vm", "h", 2.0)] == [
        tuple(called(index, name).attributes[each] for each in ("vm", "host", "size")) for name in ("d1", "d2")
    ]


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (step("create", "bad", "nope"), NotFound, "Resource type nope does not exist"),
        (step("create", "bad", "needy"), InvalidInput, "required key not provided"),
        (step("create", "bad", colour="red"), InvalidInput, "extra keys"),
        (step("create", "bad", project_id=7), InvalidInput, "expected a text or null"),
        (step("create", "bad", user_id="u" * 999), BadRequest, "user_id"),
        (step("create", "bad", started_at=[1]), InvalidInput, "expected a time"),
        (step("create", "bad", started_at="whenever"), BadRequest, "Unable to convert"),
        (step("update", "vm", count="many"), InvalidInput, "count"),
        (step("update", "vm", host="z", ended_at="1999-01-01"), BadRequest, "cannot be after end"),
        (step("update", "vm", "instance", Associates("disk", equal("wings", 2))), BadRequest, "no wings attribute"),
    ],
)
def test_what_is_wrong_with_a_step_is_told_and_the_others_are_taken(
    index: Index, wrong: Step, error: type[Exception], message: str
) -> None:
    make(index, "vm", "instance", host="a", count=1)
    done = carried(index, step("create", "one"), wrong, step("create", "two"))
    (told,) = done.refused.items()
    assert 1 == told[0]
    assert isinstance(told[1], error)
    assert message in told[1].message
    assert {"vm", "one", "two"} == set(names(index.resources.find()))
    assert ("a", 1, 1) == (
        called(index, "vm").attributes["host"],
        called(index, "vm").attributes["count"],
        revisions(index, "vm"),
    )


def test_what_others_have_made_stays_as_it_is(index: Index) -> None:
    make(index, "vm", "instance", creator="bob:red")
    make(index, "mine", "instance")
    make(index, "d1", "disk", vm="x", creator="bob:red")
    make(index, "d2", "disk", vm="x")

    def mine(resource: Owned) -> bool:
        return resource.creator == CREATOR

    theirs = Step("end", "instance", resource_id("vm", "bob:red"), "vm", START_NS, {}, [disks_of("x")])
    done = index.resources.carry_out([theirs, step("update", "mine", host="b")], CREATOR, mine)
    assert [(0, Forbidden)] == [(place, type(error)) for place, error in done.refused.items()]
    assert {resource_id("mine", CREATOR), resource_id("d2", CREATOR)} == set(done.changed)
    assert None is index.resources.get(resource_id("d1", "bob:red")).ended_at_ns


def test_the_number_of_statements_does_not_grow_with_that_of_the_steps(index: Index, clock: Clock) -> None:
    def statements(count: int) -> int:
        clock.forward(60)
        vms = [f"vm{count}-{number}" for number in range(count)]
        with counting(index) as counted:
            carried(index, *(step("create", each, host="h") for each in vms))
            carried(index, *(step("create", f"{each}-d", "disk", vm=each) for each in vms))
            carried(index, *(step("update", each, "instance", disks_of(each, host="b"), host="b") for each in vms))
            carried(index, *(step("end", each, "instance", disks_of(each)) for each in vms))
        done = And((Compare("like", "vm", f"vm{count}-%"), equal("host", "b"), Compare("ne", "ended_at", None)))
        assert count == len(index.resources.find("disk", done))
        return counted.statements

    assert statements(3) == statements(60)


NAMES = ("vm1", "vm2", "d1", "d2")
SEARCHES: tuple[Search, ...] = (
    equal("vm", "vm1"),
    equal("vm", "vm2"),
    Compare("in", "host", ("a", "b")),
    And((equal("vm", "vm1"), equal("ended_at", None))),
    equal("project_id", "p"),
)
FIELDS = st.dictionaries(st.sampled_from(["host", "project_id", "vm"]), st.sampled_from(["a", "b", "p", "vm1", "vm2"]))


@st.composite
def any_step(draw: st.DrawFn) -> Step:
    do: Verb = draw(st.sampled_from(["create", "update", "end"]))
    name = draw(st.sampled_from(NAMES))
    type_name = draw(st.sampled_from(["disk", "disk", "instance", "generic"]))
    searches = draw(st.lists(st.sampled_from(SEARCHES), max_size=2))
    associates = [Associates(draw(st.sampled_from(["disk", "generic"])), each, draw(FIELDS)) for each in searches]
    return step(do, name, type_name, *associates, at=draw(st.integers(0, 5)), **draw(FIELDS))


@settings(max_examples=60)
@example(
    steps=[
        step("create", "vm1", "disk", Associates("disk", equal("vm", "vm1"))),
        step("create", "vm2", "disk", host="a"),
        step("create", "vm1", "disk", Associates("disk", Compare("in", "host", ("a", "b")), {"host": "p"})),
        step("create", "vm1", "disk", Associates("disk", Compare("in", "host", ("a", "b")), {"host": "a"})),
    ],
    cut=0,
)
@given(steps=st.lists(any_step(), min_size=1, max_size=8), cut=st.integers(0, 8))
def test_all_at_once_is_as_one_after_another(sqlite_template: Path, steps: list[Step], cut: int) -> None:
    """However they are cut into batches: the resources are the same in the end, and so is what was refused."""
    ends = []
    for batches in ([steps], [[each] for each in steps], [steps[:cut], steps[cut:]]):
        with fresh(sqlite_template) as index:
            refused: list[tuple[UUID, str]] = []
            for batch in batches:
                done = carried(index, *batch)
                refused += [(batch[place].id, str(done.refused[place])) for place in sorted(done.refused)]
            found = sorted(index.resources.find(details=True), key=lambda each: each.original_resource_id)
            ends.append(([_without_revision(each) for each in found], refused))
    assert ends[0] == ends[1] == ends[2]


@contextmanager
def fresh(template: Path) -> Iterator[Index]:
    """An index with the types of these tests, in a file that goes away."""
    with TemporaryDirectory() as folder:
        copy = Path(shutil.copy(template, folder))
        opened = open_index(f"sqlite:///{copy}", Clock())
        opened.install_builtins()
        for each in (INSTANCE, DISK):
            opened.resource_types.create(each)
        yield opened
        opened.close()


def _without_revision(each: Resource) -> Resource:
    return structs.replace(each, revision_start_ns=0)

# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Silences: kept, found, changed by their id, and gone when they are old."""

import pytest
from msgspec.structs import replace

from nephoscope.model.audit import Actor, AuditFilter
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.matcher import Matcher
from nephoscope.model.paging import Page
from nephoscope.model.search import Compare, equal
from nephoscope.model.silence import Silence
from nephoscope.model.timestamp import render
from nephoscope.store.index.contract import Index
from nephoscope.store.index.route_silences import SILENCES_MAX
from tests.store.index.racing import at_once, problems
from tests.store.index.samples import SECOND, START_NS, Clock

ANN = Actor("ann", "blue", "192.0.2.1")
MATCHERS = (Matcher(label="name", op="=~", value="größe.*"), Matcher(label="severity", value="low"))


def silence(silence_id: str, **fields: object) -> Silence:
    own: dict[str, object] = {
        "project_id": "blue",
        "matchers": MATCHERS,
        "starts_ns": START_NS,
        "ends_ns": START_NS + 60 * SECOND,
        "comment": "é",
        "author": "ann",
    }
    return Silence(id=silence_id, **(own | fields))  # type: ignore[arg-type]


def add(index: Index, *ids: str, **fields: object) -> None:
    for each in ids:
        index.silences.add(silence(each, **fields), by=ANN)


def test_a_silence_is_kept_as_it_is(index: Index, clock: Clock) -> None:
    made = index.silences.add(silence("a", ends_ns=START_NS + 1500), by=ANN)
    expected = silence("a", ends_ns=START_NS + 1000, created_ns=clock.now_ns, changed_ns=clock.now_ns)
    assert expected == made
    assert [expected] == index.silences.find()
    assert ["create silence"] == [each.action for each in index.audit.find(AuditFilter(), Page())]


def test_they_are_found_newest_first_by_project_author_and_time(index: Index, clock: Clock) -> None:
    add(index, "a")
    clock.forward(1)
    add(index, "b", project_id="", author="olga")
    clock.forward(1)
    add(index, "c", project_id="red", starts_ns=START_NS + 30 * SECOND, ends_ns=START_NS + 90 * SECOND)

    def found(*searches: object) -> list[str]:
        return [each.id for search in searches for each in index.silences.find(search)]  # type: ignore[arg-type]

    assert ["c", "b", "a"] == [each.id for each in index.silences.find()]
    assert ["b"] == [each.id for each in index.silences.find(page=Page(1, "c"))]
    assert ["a", "b", "b"] == found(equal("project_id", "blue"), equal("author", "olga"), equal("id", "b"))
    assert ["c"] == found(Compare("gt", "starts", render(START_NS)))
    assert ["b", "a"] == found(Compare("le", "ends", render(START_NS + 60 * SECOND)))
    assert [] == index.silences.find(equal("id", "a"), visible=equal("project_id", "red"))


def test_one_is_changed_but_for_who_wrote_it_and_when(index: Index, clock: Clock) -> None:
    add(index, "a")
    later_ns = clock.forward(10)
    changed = replace(silence("a"), comment="other", author="olga", ends_ns=START_NS + SECOND)
    made = index.silences.change(changed, by=ANN)
    assert ("other", "ann", START_NS, later_ns) == (made.comment, made.author, made.created_ns, made.changed_ns)
    assert [made] == index.silences.find()
    with pytest.raises(NotFound):
        index.silences.change(silence("b"), by=ANN)


def test_a_project_has_so_many_that_are_not_over(index: Index, clock: Clock) -> None:
    add(index, *(f"s{number}" for number in range(SILENCES_MAX)))
    with pytest.raises(BadRequest, match=f"a project has {SILENCES_MAX} silences at most"):
        add(index, "more")
    add(index, "theirs", project_id="red")
    clock.forward(60)
    add(index, "more", ends_ns=clock.now_ns + SECOND)


def test_what_is_long_over_goes_a_little_at_a_time(index: Index, clock: Clock) -> None:
    add(index, "a", "b", "c")
    add(index, "d", ends_ns=START_NS + 90 * SECOND)
    assert [0, 2, 1, 0] == [
        index.silences.expire(START_NS + 60 * SECOND, 2),
        *(index.silences.expire(START_NS + 61 * SECOND, 2) for _ in range(3)),
    ]
    assert ["d"] == [each.id for each in index.silences.find()]


def test_those_who_hold_them_see_every_change_once(index: Index, clock: Clock) -> None:
    assert None is index.routing.changed(0)
    add(index, "a", "b")
    kept = index.routing.changed(0)
    assert kept is not None
    assert ["a", "b"] == [each.id for each in kept.silences]
    assert None is index.routing.changed(kept.version)
    index.silences.change(silence("a", ends_ns=clock.now_ns), by=ANN)
    after = index.routing.changed(kept.version)
    assert after is not None
    assert ["b"] == [each.id for each in after.silences]


def test_many_that_add_at_once_are_all_seen(nodes: list[Index]) -> None:
    outcomes = at_once(nodes, lambda index, n: add(index, f"s{n}"))
    assert [] == problems(outcomes)
    kept = nodes[0].routing.changed(0)
    assert kept is not None
    assert {f"s{n}" for n in range(len(nodes))} == {each.id for each in kept.silences}
    assert len(nodes) == kept.version

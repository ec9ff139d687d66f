# SPDX-License-Identifier: Apache-2.0
"""Metrics in the index."""

from uuid import UUID, uuid4

import numpy as np
import pytest

from nephoscope.model.archive_policy_rule import ArchivePolicyRule
from nephoscope.model.errors import BadRequest, Conflict, NotFound
from nephoscope.model.metric import Metric, MetricDraft
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import And, Compare, Or, Search, equal
from nephoscope.store.index.contract import Index
from tests.store.index.samples import make, make_metric


def test_a_metric_is_read_back_as_it_was_made(index: Index) -> None:
    place = make(index, "vm")
    draft = MetricDraft("cpu", "high", "ns", place.id, "alice:blue", uuid4())
    made = index.metrics.create([draft])[0]
    expected = Metric(draft.id or uuid4(), made.number, "cpu", "ns", "alice:blue", place.id, "high", "active")
    assert expected == made
    assert {made.id: made} == index.metrics.get([made.id, uuid4()])
    assert index.resources.get(place.id).metrics == {"cpu": made.id}


def test_numbers_are_never_given_twice(index: Index) -> None:
    first = make_metric(index)
    index.metrics.delete([first.id])
    index.metrics.forget([first.id])
    assert make_metric(index).number > first.number


def test_many_are_made_in_the_order_given(index: Index) -> None:
    index.rules.create(ArchivePolicyRule("r", "m1*", "high"))
    place = make(index, "vm")
    drafts = [MetricDraft(f"m{n}", resource_id=place.id if n % 2 else None) for n in range(300)]
    made = index.metrics.create(drafts)
    assert [each.name for each in drafts] == [each.name for each in made]
    assert len({each.number for each in made}) == 300
    expected = ["high" if (each.name or "").startswith("m1") else "low" for each in drafts]
    assert expected == [each.archive_policy_name for each in made]
    assert index.metrics.count() == 300


def test_numbers_of_active_metrics_are_listed_by_policy(index: Index) -> None:
    assert index.metrics.numbers_by_policy() == {}
    made = index.metrics.create([MetricDraft(f"m{n}", "high" if n % 3 else "low") for n in range(300)])
    index.metrics.delete([made[0].id, made[1].id])
    found = index.metrics.numbers_by_policy()
    assert {"high", "low"} == found.keys()
    for policy, numbers in found.items():
        assert numbers.dtype == np.uint32
        assert [each.number for each in made[2:] if each.archive_policy_name == policy] == numbers.tolist()


def test_no_metric_is_made_when_one_cannot_be(index: Index) -> None:
    good = MetricDraft("cpu", "low")
    for bad in (
        MetricDraft("x", "nope"),
        MetricDraft("a/b", "low"),
        MetricDraft("a", "low", "B" * 32),
        MetricDraft("a" * 256, "low"),
        MetricDraft("a", "low", creator="\0"),
    ):
        with pytest.raises(BadRequest):
            index.metrics.create([good, bad])
    with pytest.raises(NotFound, match=r"Resource .* does not exist"):
        index.metrics.create([good, MetricDraft("x", "low", resource_id=uuid4())])
    assert index.metrics.count() == 0


def test_a_metric_of_a_resource_needs_a_name(index: Index) -> None:
    with pytest.raises(BadRequest) as refused:
        index.metrics.create([MetricDraft(None, "low", resource_id=make(index, "vm").id)])
    assert refused.value.cause == "Attribute value error"


def test_a_name_is_given_once_in_a_resource_and_often_outside(index: Index) -> None:
    place = make(index, "vm")
    inside = MetricDraft("cpu", "low", resource_id=place.id)
    made = index.metrics.create([inside])[0]
    with pytest.raises(BadRequest) as refused:
        index.metrics.create([inside])
    assert (refused.value.cause, refused.value.detail) == ("Named metric already exists", "cpu")
    with pytest.raises(BadRequest):
        index.metrics.create([MetricDraft("mem", "low", resource_id=place.id)] * 2)
    assert len(index.metrics.create([MetricDraft("cpu", "low")] * 2)) == 2
    index.metrics.delete([made.id])
    assert index.metrics.create([inside])[0].id != made.id


def test_existing_metrics_are_kept_when_asked_for(index: Index) -> None:
    place = make(index, "vm")
    cpu, mem = (MetricDraft(name, "low", resource_id=place.id) for name in ("cpu", "mem"))
    loose = MetricDraft("cpu", "low")
    made = index.metrics.create([cpu])[0]
    found = index.metrics.create([loose, mem, cpu, mem, loose], keep_existing=True)
    assert made == found[2]
    assert found[1] == found[3]
    assert found[0].id != found[4].id
    assert index.metrics.count() == 4


def test_an_id_is_given_once(index: Index) -> None:
    made = make_metric(index)
    with pytest.raises(Conflict):
        make_metric(index, id=made.id)
    twin = MetricDraft("a", "low", id=uuid4())
    with pytest.raises(Conflict):
        index.metrics.create([twin, twin])


def test_metrics_are_found_by_resource_and_name(index: Index) -> None:
    one, two = make(index, "one"), make(index, "two")
    for place in (one, two):
        for name in ("cpu", "mem", "disk"):
            make_metric(index, name=name, resource_id=place.id)
    found = index.metrics.named([one.id, two.id, uuid4()], ["cpu", "disk", "nope"])
    assert {(one.id, "cpu"), (one.id, "disk"), (two.id, "cpu"), (two.id, "disk")} == set(found)
    assert all((each.resource_id, each.name) == place for place, each in found.items())
    assert index.metrics.named([], []) == {}


def test_deleting_marks_and_forgetting_removes(index: Index) -> None:
    one, two = make_metric(index, name="one"), make_metric(index, name="two")
    assert index.metrics.forget([one.id]) == 0
    assert index.metrics.delete([one.id, uuid4()]) == [one.id]
    assert index.metrics.delete([one.id]) == []
    assert set(index.metrics.get([one.id, two.id])) == {two.id}
    assert [each.id for each in index.metrics.deleted(10)] == [one.id]
    assert [each.status for each in index.metrics.find(equal("status", "delete"))] == ["delete"]
    assert index.metrics.forget([one.id, two.id]) == 1
    assert index.metrics.deleted(10) == []
    assert index.metrics.count() == 1


@pytest.mark.parametrize(
    ("expected", "search"),
    [
        ("ab", equal("name", "cpu")),
        ("b", equal("unit", "ns")),
        ("ab", equal("creator", "alice:blue")),
        ("abc", equal("created_by_project_id", "blue")),
        ("c", equal("created_by_user_id", "bob")),
        ("c", equal("archive_policy_name", "high")),
        ("d", equal("creator", None)),
        ("a", equal("resource.project_id", "blue")),
        ("ac", Or((equal("resource.project_id", "blue"), equal("created_by_user_id", "bob")))),
        ("bcd", Compare("ne", "resource.project_id", "blue")),
        ("abcd", equal("status", "active")),
        ("", equal("status", "delete")),
        ("b", And((equal("name", "cpu"), equal("resource_id", None)))),
    ],
)
def test_lists_are_filtered(index: Index, expected: str, search: Search) -> None:
    place = make(index, "vm", project_id="blue")
    ids = {
        make_metric(index, name="cpu", creator="alice:blue", resource_id=place.id).id: "a",
        make_metric(index, name="cpu", unit="ns", creator="alice:blue").id: "b",
        make_metric(index, name="mem", creator="bob:blue", archive_policy_name="high").id: "c",
        make_metric(index, name="x").id: "d",
    }
    assert sorted(expected) == sorted(ids[each.id] for each in index.metrics.find(search))
    assert sorted(expected) == sorted(ids[each.id] for each in index.metrics.find(visible=search))


def test_a_list_is_narrowed_to_what_is_visible(index: Index) -> None:
    seen = make_metric(index, name="cpu", creator="alice:blue")
    make_metric(index, name="cpu", creator="bob:red")
    make_metric(index, name="mem", creator="alice:blue")
    visible = equal("created_by_project_id", "blue")
    assert [seen] == index.metrics.find(equal("name", "cpu"), visible=visible)


@pytest.mark.parametrize("field", ["nope", "number", "resource.user_id"])
def test_unknown_fields_are_refused(index: Index, field: str) -> None:
    with pytest.raises(BadRequest, match="have no"):
        index.metrics.find(equal(field, "x"))


def test_pages_follow_each_other_by_id_unless_said(index: Index) -> None:
    ids = sorted(make_metric(index).id for _ in range(7))
    assert ids == pages(index, Page(3))


def test_pages_follow_each_other_in_any_order(index: Index) -> None:
    names = ["b", None, "a", "b", None, "c", "a"]
    of_id = {make_metric(index, name=name).id: name or "" for name in names}
    ascending = sorted(of_id, key=lambda each: (of_id[each], each))
    descending = sorted(sorted(of_id), key=lambda each: of_id[each], reverse=True)
    for limit in (1, 2, 3, 10):
        assert ascending == pages(index, Page(limit, sort=(Sort("name"),)))
        assert descending == pages(index, Page(limit, sort=(Sort("name", True),)))


@pytest.mark.parametrize(
    ("message", "page"),
    [
        ("Invalid pagination: `Sort key supplied is invalid: nope'", Page(sort=(Sort("nope"),))),
        ("Invalid pagination: `Invalid marker: `nope''", Page(marker="nope")),
        (
            "Invalid pagination: `Invalid marker: `00000000-0000-0000-0000-000000000002''",
            Page(marker="00000000-0000-0000-0000-000000000002"),
        ),
    ],
)
def test_pages_that_cannot_be_are_refused(index: Index, message: str, page: Page) -> None:
    with pytest.raises(BadRequest) as refused:
        index.metrics.find(page=page)
    assert message == refused.value.message


def pages(index: Index, page: Page) -> list[UUID]:
    """The ids of all metrics, page by page."""
    ids: list[UUID] = []
    while found := index.metrics.find(page=page):
        assert len(found) <= page.limit
        ids += [each.id for each in found]
        page = Page(page.limit, str(ids[-1]), page.sort)
    return ids

# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What pages of lists ask: how many there are, what people call things, attributes of any type, orders either way."""

import pytest

from nephoscope.model.attribute import Attribute, NumberAttribute, StringAttribute
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.metric import MetricDraft
from nephoscope.model.paging import Page, Sort
from nephoscope.model.resource import ResourceDraft
from nephoscope.model.resource_id import resource_id
from nephoscope.model.resource_type import ResourceType
from nephoscope.model.search import EVERYTHING, Compare, Search, equal
from nephoscope.store.index.contract import Index

LABELLED: dict[str, Attribute] = {
    "display_name": StringAttribute(required=False),
    "size": NumberAttribute(required=False),
}


@pytest.fixture(autouse=True)
def things(index: Index) -> None:
    """Four instances and volumes of two projects, each with a metric."""
    for name in ("instance", "volume"):
        index.resource_types.create(ResourceType(name, LABELLED))
    for name, kind, project, label in (
        ("vm-1", "instance", "blue", "Web_One"),
        ("vm-2", "instance", "red", "web-two"),
        ("vol-web", "volume", "blue", "Disk"),
        ("vol-2", "volume", None, None),
    ):
        draft = ResourceDraft(
            id=resource_id(name, "ann"),
            original_resource_id=name,
            type=kind,
            creator="ann",
            project_id=project,
            attributes={"display_name": label, "size": len(name)},
            metrics={"Disk.Read": MetricDraft(kind="cumulative")},
        )
        index.resources.create([draft])


def named(index: Index, search: Search, type_name: str = "generic") -> list[str]:
    found = index.resources.find(type_name, search, page=Page(sort=(Sort("original_resource_id"),)))
    return [each.original_resource_id for each in found]


def test_resources_are_counted_by_type(index: Index) -> None:
    assert {"instance": 2, "volume": 2} == index.resources.count()
    assert {"volume": 2} == index.resources.count("volume")
    assert {"instance": 1, "volume": 1} == index.resources.count(visible=equal("project_id", "blue"))
    assert {} == index.resources.count("instance", equal("size", 99))
    with pytest.raises(NotFound):
        index.resources.count("spaceship")


@pytest.mark.parametrize(
    ("expected", "pattern"),
    [
        (["vm-1", "vm-2", "vol-web"], "%web%"),
        (["vm-1"], "web\\_%"),
        (["vol-web"], "disk"),
        (["vm-1", "vm-2"], "vm%"),
        ([], "WEB%"),
    ],
)
def test_resources_are_found_by_what_people_call_them(index: Index, expected: list[str], pattern: str) -> None:
    assert expected == named(index, Compare("like", "any_name", pattern))


def test_metrics_are_found_by_name_whatever_its_case(index: Index) -> None:
    assert 4 == len(index.metrics.find(Compare("like", "any_name", "disk.%")))
    assert [] == index.metrics.find(Compare("like", "name", "disk.%"))


def test_any_name_is_for_patterns_only(index: Index) -> None:
    for search in (equal("any_name", "web"), Compare("in", "any_name", ("web",))):
        with pytest.raises(BadRequest, match="not supported on any_name"):
            index.resources.find(search=search)


def test_text_attributes_are_found_whichever_types_have_them(index: Index) -> None:
    assert ["vol-web"] == named(index, equal("attribute.display_name", "Disk"))
    assert ["vm-2", "vol-web"] == named(index, Compare("in", "attribute.display_name", ("Disk", "web-two")))
    assert [] == named(index, equal("attribute.colour", "blue"))
    with pytest.raises(BadRequest, match=r"not supported on attribute\.display_name"):
        named(index, Compare("like", "attribute.display_name", "%"))


def test_metrics_are_found_by_their_resources_type(index: Index) -> None:
    found = index.metrics.find(equal("resource.type", "volume"))

    assert {resource_id("vol-web", "ann"), resource_id("vol-2", "ann")} == {each.resource_id for each in found}
    assert {"cumulative"} == {each.kind for each in found}


def test_resources_come_without_their_metrics_where_nobody_needs_them(index: Index) -> None:
    ids = [resource_id("vm-1", "ann")]

    (bare,) = index.resources.find(search=equal("id", str(ids[0])), details=True, metrics=False)
    assert ({}, "Web_One") == (bare.metrics, bare.attributes["display_name"])
    assert {} == index.resources.get_many(ids, metrics=False)[ids[0]].metrics
    assert ["Disk.Read"] == list(index.resources.get_many(ids)[ids[0]].metrics)


def test_metrics_are_counted_by_policy(index: Index) -> None:
    index.metrics.create([MetricDraft(archive_policy_name="high", name="loose")])

    assert {"low": 4, "high": 1} == index.metrics.count_by_policy()


def test_all_metrics_of_resources(index: Index) -> None:
    ids = [resource_id("vm-1", "ann"), resource_id("vm-2", "ann")]

    assert {(each, "Disk.Read") for each in ids} == set(index.metrics.named(ids))
    assert {} == index.metrics.named(ids, [])


@pytest.mark.parametrize("key", ["original_resource_id", "type", "project_id", "started_at", "revision_start"])
def test_pages_either_way_make_the_whole_list(index: Index, key: str) -> None:
    for descending in (False, True):
        sort = (Sort(key, descending), Sort("id", descending))
        whole = [each.id for each in index.resources.find(search=EVERYTHING, page=Page(sort=sort))]
        found, marker = [], None
        while page := index.resources.find(page=Page(1, marker, sort)):
            found.append(page[0].id)
            marker = str(page[0].id)
        assert 4 == len(whole)
        assert whole == found

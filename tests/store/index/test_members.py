# SPDX-License-Identifier: Apache-2.0
"""What many aggregations over resources read is found at once, and is what each of them would find alone."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest, NotFound, TooLarge
from nephoscope.model.metric import MetricDraft
from nephoscope.model.resource import Member
from nephoscope.model.resource_id import resource_id
from nephoscope.model.search import EVERYTHING, Compare, Or, Search, all_of, equal
from nephoscope.store.index.contract import Index
from tests.store.index.counting import counting
from tests.store.index.samples import INSTANCE, START_NS, make

LOW = MetricDraft(archive_policy_name="low")
IMAGE = "0c9c0f3e-5a3a-4f0c-8a0b-3a3f2f0d9f11"
FIELDS = {
    "host": ["a", "b", "c", ""],
    "img": [IMAGE, IMAGE.upper(), "no uuid"],
    "count": ["1", "1.0", "2", "many"],
    "on": ["true", "1", "perhaps"],
    "at": ["2026-01-01T00:00:00Z", "later"],
    "project_id": ["p", "q", "r"],
    "created_by_project_id": ["blue", "red"],
    "original_resource_id": ["vm0", "vm1", "nope"],
    "id": [str(resource_id("vm0", "alice:blue")), "vm0"],
    "": [""],
}
NAMES = ["cpu", "cpu_util", "mem", "cpu*", "m?m", "[c]pu", "nope"]
SEARCHES: list[Search] = [EVERYTHING, equal("ended_at", None), Compare("like", "host", "a%"), equal("host", "b")]


@pytest.fixture
def instances(index: Index) -> Index:
    """Twelve of them, over projects, hosts, creators; two have ended, others lack metrics or attributes."""
    index.resource_types.create(INSTANCE)
    for number in range(12):
        names = ("cpu", "cpu_util", "mem")[: number % 4]
        make(
            index,
            f"vm{number}",
            "instance",
            project_id=("p", "q", None)[number % 3],
            creator="alice:blue" if number < 8 else "bob:red",
            ended_at_ns=START_NS if number in {3, 7} else None,
            metrics=dict.fromkeys(names, LOW),
            **{"host": "abc"[number % 3], "count": number % 3, "on": True} if number != 5 else {},
            **{"img": IMAGE, "at": "2026-01-01"} if number % 2 else {},
        )
    return index


def numbers(index: Index) -> dict[str, int]:
    """The number of each resource by its id."""
    changes = index.directory.take(10_000)
    assert changes is not None
    return dict(zip(changes.resources["id"], changes.resources["number"], strict=True))


def alone(index: Index, search: Search, names: list[str], visible: Search) -> list[Member] | str:
    """What `series` finds."""
    try:
        groups = index.resources.series("instance", search, names, visible=visible)
    except BadRequest as error:
        return error.message
    return [
        Member(
            each.resource.project_id,
            each.resource.created_by_project_id,
            each.metric_number,
            each.metric_name,
            each.archive_policy_name,
        )
        for group in groups
        for each in group.series
    ]


def in_order(members: list[Member] | BadRequest | str) -> list[Any] | str:
    if isinstance(members, BadRequest):
        return members.message
    return members if isinstance(members, str) else sorted(members, key=lambda each: each.metric_number)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_together_they_are_what_each_is_alone(instances: Index, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(sorted(FIELDS)))
    values = data.draw(st.lists(st.sampled_from(FIELDS[field]), min_size=1, unique=True))
    search = data.draw(st.sampled_from(SEARCHES))
    names = data.draw(st.lists(st.sampled_from(NAMES), max_size=3))
    projects = data.draw(st.none() | st.sets(st.sampled_from(["p", "q", "blue", "none"]), max_size=3))
    numbered = numbers(instances)
    chosen = data.draw(st.none() | st.sets(st.sampled_from(sorted(numbered))))
    found = instances.resources.members(
        "instance",
        search,
        names,
        field=field,
        values=values,
        projects=projects,
        numbers=None if chosen is None else [numbered[each] for each in chosen],
    )
    visible: Search = EVERYTHING
    if projects is not None:
        fields = ("project_id", "created_by_project_id")
        visible = Or(tuple(equal(name, project) for name in fields for project in projects))
    among = EVERYTHING if chosen is None else Compare("in", "id", tuple(chosen)) if chosen else Or(())
    expected = {
        value: in_order(alone(instances, all_of(search, among, equal(field, value) if field else None), names, visible))
        for value in values
    }
    assert expected == {value: in_order(members) for value, members in found.items()}


def test_a_thousand_values_cost_as_many_statements_as_one(instances: Index) -> None:
    taken = []
    for count in (1, 1000):
        with counting(instances) as counter:
            values = [f"host {number}" for number in range(count)]
            found = instances.resources.members("instance", EVERYTHING, ["cpu"], field="host", values=values)
        assert count == len(found)
        taken.append(counter.statements)
    assert taken[0] == taken[1]


def test_what_cannot_be_searched_is_refused(instances: Index) -> None:
    members = instances.resources.members
    with pytest.raises(NotFound):
        members("nope", EVERYTHING, ["cpu"])
    with pytest.raises(BadRequest, match="has no flavor attribute"):
        members("instance", EVERYTHING, ["cpu"], field="flavor", values=["a"])
    with pytest.raises(TooLarge, match="more than 2 series match"):
        members("instance", EVERYTHING, ["*"], limit=2)

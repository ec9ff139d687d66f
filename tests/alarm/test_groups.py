# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What groups read is looked up together, whatever their searches look like, and is what each would find alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.alarm import groups
from nephoscope.alarm.groups import Group, Read, read_groups
from nephoscope.alarm.targets import visible_to
from nephoscope.model.alarm_rule import ResourcesThreshold
from nephoscope.model.attribute import DatetimeAttribute, NumberAttribute, StringAttribute, UuidAttribute
from nephoscope.model.errors import BadRequest, NephoscopeError, NotFound, TooLarge
from nephoscope.model.metric import MetricDraft
from nephoscope.model.resource import ResourceDraft
from nephoscope.model.resource_id import resource_id
from nephoscope.model.resource_type import ResourceType
from nephoscope.model.search import read_query, with_resource_ids
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.store.index.counting import counting

IMAGE = "0c9c0f3e-5a3a-4f0c-8a0b-3a3f2f0d9f11"
INSTANCE = ResourceType(
    "instance",
    {
        "server_group": StringAttribute(required=False),
        "image": UuidAttribute(required=False),
        "vcpus": NumberAttribute(required=False),
        "launched": DatetimeAttribute(required=False),
    },
)
LEAVES: list[Any] = [
    *({"=": {"server_group": name}} for name in ("web", "db", "nobody's", "a\x00")),
    *({"=": {"image": text}} for text in (IMAGE, IMAGE.upper(), "none")),
    *({"=": {"vcpus": value}} for value in ("1", 1, "many")),
    *({"=": {"project_id": name}} for name in ("blue", "red")),
    *({"=": {"id": name}} for name in ("vm0", str(resource_id("vm1", "admin")), "x" * 300)),
    {"=": {"ended_at": None}},
    {"=": {"created_by_project_id": "red"}},
    {"=": {"launched": "2026-01-01"}},
    {"=": {"flavor": "there is no such attribute"}},
    {"!=": {"server_group": "web"}},
    {"like": {"server_group": "w%"}},
    {"in": {"server_group": ["web", "db"]}},
    {"not": {"=": {"server_group": "web"}}},
    {">": {"started_at": "-1 hour"}},
    {},
]
QUERIES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.tuples(st.sampled_from(["and", "and", "or"]), st.lists(inner, min_size=1, max_size=3)).map(
        lambda pair: {pair[0]: pair[1]}
    ),
    max_leaves=4,
)
TEXTS = QUERIES.map(json.dumps) | st.sampled_from(["", "{", "[]", '{"nope": 1}'])


@pytest.fixture(params=["sqlite", "postgresql"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """Twelve instances of three projects in two groups, over either database."""
    sqlite = request.param == "sqlite"
    opened = open_index(f"sqlite:///{tmp_path}/i.db" if sqlite else request.getfixturevalue("fresh_postgresql_url"))
    opened.upgrade()
    opened.install_builtins()
    opened.resource_types.create(INSTANCE)
    opened.resources.create([_draft(number) for number in range(12)])
    yield opened
    opened.close()


def _draft(number: int) -> ResourceDraft:
    creator = "admin" if number < 8 else "bob:red"
    given: dict[str, Any] = {"server_group": ("web", "db", "")[number % 3], "image": IMAGE, "vcpus": number % 3}
    return ResourceDraft(
        id=resource_id(f"vm{number}", creator),
        original_resource_id=f"vm{number}",
        type="instance",
        creator=creator,
        project_id=("blue", "red", None)[number % 3],
        ended_at_ns=2 * 10**18 if number in {3, 7} else None,
        attributes=given if number != 5 else {},
        metrics=dict.fromkeys(("cpu", "cpu_util", "mem")[: number % 4], MetricDraft(archive_policy_name="low")),
    )


def rule(query: str, metric: str = "cpu", resource_type: str = "instance") -> ResourcesThreshold:
    return ResourcesThreshold(
        metric=metric, query=query, resource_type=resource_type, threshold=1, aggregation_method="mean"
    )


def alone(index: Index, group: Group) -> Any:
    """What an aggregation over resources reads, as the index tells of one. Of several mistakes any may be told."""
    asked, project_id = group
    try:
        search = with_resource_ids(read_query(json.loads(asked.query)), None)
        found = index.resources.series(asked.resource_type, search, [asked.metric], visible=visible_to(project_id))
    except json.JSONDecodeError:
        return BadRequest
    except (BadRequest, NotFound) as error:
        return BadRequest if isinstance(error, BadRequest) else NotFound
    return {series.metric_number for each in found for series in each.series}


def comparable(read: Read) -> Any:
    """The same of what was found among others."""
    if isinstance(read.found, NephoscopeError):
        return BadRequest if isinstance(read.found, BadRequest) else type(read.found)
    numbers = {each.metric_number for each in read.found}
    assert len(read.found) == len(numbers)
    return numbers


GROUPS = st.tuples(
    st.builds(
        rule,
        TEXTS,
        st.sampled_from(["cpu", "cpu_util", "mem", "cpu*", "[c]pu", "nope"]),
        st.sampled_from(["instance", "instance", "instance", "generic", "no type"]),
    ),
    st.sampled_from([None, "blue", "red", "bob", "nobody"]),
)


@given(wanted=st.lists(GROUPS, min_size=1, max_size=12, unique=True))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_together_they_are_what_each_is_alone(index: Index, wanted: list[Group]) -> None:
    found = read_groups(index, wanted)
    assert {group: alone(index, group) for group in wanted} == {
        group: comparable(each) for group, each in found.items()
    }


@pytest.mark.parametrize(
    "form",
    [
        '{{"=": {{"server_group": "{0}"}}}}',
        '{{"and": [{{"=": {{"server_group": "{0}"}}}}, {{"=": {{"ended_at": null}}}}]}}',
        '{{"and": [{{"=": {{"vcpus": "1"}}}}, {{"=": {{"server_group": "{0}"}}}}]}}',
    ],
)
def test_a_thousand_groups_of_one_form_are_one_query(index: Index, form: str) -> None:
    taken = []
    for count in (2, 1000):
        wanted = [(rule(form.format(f"group {number}")), f"project {number % 20}") for number in range(count)]
        with counting(index) as counter:
            assert all([] == each.found for each in read_groups(index, wanted).values())
        taken.append(counter.statements)
    assert taken[0] == taken[1]


def test_one_search_with_many_metrics_and_projects_is_one_query(index: Index) -> None:
    query = '{"like": {"server_group": "w%"}}'
    taken = []
    for projects in (["blue"], ["blue", "red", "nobody"]):
        wanted = [(rule(query, metric), project) for metric in ("cpu", "mem") for project in projects]
        with counting(index) as counter:
            read_groups(index, wanted)
        taken.append(counter.statements)
    assert taken[0] == taken[1]


def test_too_many_in_one_group_leave_the_others_alone(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "SERIES_MAX", 2)
    web, db, none = ((rule('{"=": {"server_group": "%s"}}' % name, "*"), None) for name in ("web", "db", "none"))  # noqa: UP031
    found = read_groups(index, [web, db, none])
    assert isinstance(found[web].found, TooLarge)
    assert isinstance(found[db].found, TooLarge)
    assert [] == found[none].found
    single = (rule('{"=": {"id": "%s"}}' % resource_id("vm1", "admin"), "*"), None)  # noqa: UP031
    assert 1 == len(comparable(read_groups(index, [web, single])[single]))


@pytest.mark.parametrize(
    ("moves", "query"),
    [
        (False, '{"=": {"server_group": "web"}}'),
        (False, '{"and": [{"=": {"server_group": "10"}}, {">": {"started_at": "2026-01-01"}}]}'),
        (True, '{">": {"started_at": "-1 hour"}}'),
        (True, '{"or": [{"=": {"vcpus": 1}}, {"not": {"in": {"launched": ["-10 minutes"]}}}]}'),
    ],
)
def test_what_counts_from_now_changes_by_itself(index: Index, moves: bool, query: str) -> None:
    group = (rule(query), None)
    assert moves == read_groups(index, [group])[group].moves

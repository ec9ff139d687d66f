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
from nephoscope.alarm.groups import Group, Groups, Read
from nephoscope.alarm.targets import visible_to
from nephoscope.model.errors import BadRequest, NephoscopeError, NotFound, TooLarge
from nephoscope.model.resource_id import resource_id
from nephoscope.model.search import read_query, with_resource_ids
from nephoscope.store.index.contract import Index
from tests.alarm.instances import GROUPS, filled, rule
from tests.store.index.counting import counting


@pytest.fixture(params=["sqlite", "postgresql"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """Twelve instances of three projects in two groups, over either database."""
    sqlite = request.param == "sqlite"
    opened = filled(f"sqlite:///{tmp_path}/i.db" if sqlite else request.getfixturevalue("fresh_postgresql_url"))
    yield opened
    opened.close()


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


@given(wanted=st.lists(GROUPS, min_size=1, max_size=12, unique=True))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_together_they_are_what_each_is_alone(index: Index, wanted: list[Group]) -> None:
    found = Groups(index).read(wanted)
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
            assert all([] == each.found for each in Groups(index).read(wanted).values())
        taken.append(counter.statements)
    assert taken[0] == taken[1]


def test_one_search_with_many_metrics_and_projects_is_one_query(index: Index) -> None:
    query = '{"like": {"server_group": "w%"}}'
    taken = []
    for projects in (["blue"], ["blue", "red", "nobody"]):
        wanted = [(rule(query, metric), project) for metric in ("cpu", "mem") for project in projects]
        with counting(index) as counter:
            Groups(index).read(wanted)
        taken.append(counter.statements)
    assert taken[0] == taken[1]


def test_too_many_in_one_group_leave_the_others_alone(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "SERIES_MAX", 2)
    web, db, none = ((rule('{"=": {"server_group": "%s"}}' % name, "*"), None) for name in ("web", "db", "none"))  # noqa: UP031
    found = Groups(index).read([web, db, none])
    assert isinstance(found[web].found, TooLarge)
    assert isinstance(found[db].found, TooLarge)
    assert [] == found[none].found
    single = (rule('{"=": {"id": "%s"}}' % resource_id("vm1", "admin"), "*"), None)  # noqa: UP031
    assert 1 == len(comparable(Groups(index).read([web, single])[single]))


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
    assert moves == Groups(index).read([group])[group].moves

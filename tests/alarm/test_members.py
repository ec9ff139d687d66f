# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The members of rules: on both databases, with few questions, remembered for a short while."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from nephoscope.alarm.instances import Instances, Labels, label
from nephoscope.alarm.members import KEPT_S, KEPT_UNCHANGED_S, MemberFinder, Members, Within, searched
from nephoscope.model.archive_policy import ArchivePolicy, definition
from nephoscope.model.errors import BadRequest, IndexUnavailable
from nephoscope.model.resource import SeriesGroup
from nephoscope.model.search import Search, all_of, equal
from nephoscope.model.series_rule import SeriesRule
from nephoscope.store.catalog import Catalog
from nephoscope.store.index import open_index
from tests.alarm.conftest import INSTANCE, METHODS, World
from tests.store.measured import MINUTE_NS, Measured


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path, measured: Measured) -> Iterator[World]:
    """As `world`, over each database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("index_template"), tmp_path / "index.db")
        url = f"sqlite:///{tmp_path}/index.db"
    else:
        url = request.getfixturevalue("fresh_postgresql_url")
    index = open_index(url)
    index.upgrade()
    index.install_builtins()
    index.resource_types.create(INSTANCE)
    kept = (definition(granularity_ns=MINUTE_NS, timespan_ns=1440 * MINUTE_NS),)
    index.archive_policies.create(ArchivePolicy("watched", 0, kept, frozenset(METHODS)))
    yield World(index, measured, Catalog(index, measured.series))
    index.close()


def rule(**more: Any) -> SeriesRule:
    return SeriesRule(**{"metric": "cpu", "resource_type": "instance", "threshold": 50.0, **more})


def found(finder: MemberFinder, *wanted: Within) -> list[dict[Labels, int]]:
    """How many series each instance has, of rules that have any."""
    told = []
    everything = finder.find(wanted)
    for each in wanted:
        members = everything[each]
        assert isinstance(members, Members)
        told.append({labels: len(members.numbers_of(place)) for place, labels in enumerate(members.labels)})
    return told


def test_the_members_are_grouped_by_what_the_rule_says(anywhere: World) -> None:
    for name, group, project in [("one", "web", "blue"), ("two", "web", "blue"), ("three", None, "green")]:
        owner = anywhere.resource(name, project=project, server_group=group)
        anywhere.metric(owner)
        anywhere.metric(owner, "memory")
    finder = MemberFinder(anywhere.index, anywhere.catalog)
    grouped = rule(across="sum", group_by=("server_group",))
    all_together, of_green = rule(across="mean"), Within(rule(across="mean"), "green")
    assert [
        {(("server_group", ""),): 1, (("server_group", "web"),): 2},
        {(): 3},
        {(): 1},
    ] == found(finder, Within(grouped, None), Within(all_together, None), of_green)
    by_resource = found(finder, Within(rule(metric="memory", query='{"=": {"server_group": "web"}}'), None))[0]
    assert {"one", "two"} == {dict(labels)["resource"] for labels in by_resource}


@dataclass
class Asking:
    """The names that an index was asked for, each time; it may be away."""

    names: list[tuple[str, ...]] = field(default_factory=list)
    away: bool = False

    def no_mark(self) -> tuple[int, ...]:
        raise IndexUnavailable("no mark")


@pytest.fixture
def asking(world: World, monkeypatch: pytest.MonkeyPatch) -> Asking:
    asking, series = Asking(), world.index.resources.series

    def noted(type_name: str, search: Search, names: Sequence[str], **more: Any) -> list[SeriesGroup]:
        asking.names.append(tuple(names))
        if asking.away:
            raise IndexUnavailable("the index is away")
        return series(type_name, search, names, **more)

    monkeypatch.setattr(world.index.resources, "series", noted)
    return asking


def test_rules_of_one_search_are_one_question(world: World, asking: Asking) -> None:
    finder = MemberFinder(world.index, world.catalog)
    alike = [rule(threshold=float(n)) for n in range(5)] + [rule(metric="memory"), rule(across="sum")]
    finder.find([Within(each, None) for each in alike])
    assert [("cpu", "memory")] == asking.names
    finder.find([Within(rule(), "blue"), Within(rule(query='{"=": {"server_group": "web"}}'), None)])
    assert 3 == len(asking.names)


def test_members_that_come_and_go_are_seen_after_a_while(world: World, asking: Asking) -> None:
    now_s = [0.0]
    finder = MemberFinder(world.index, world.catalog, lambda: now_s[0])
    wanted = Within(rule(across="sum"), None)
    assert finder.find([wanted])[wanted].missing  # type: ignore[union-attr]
    world.metric(world.resource("vm"))
    now_s[0] = KEPT_S - 1
    assert finder.find([wanted])[wanted].missing  # type: ignore[union-attr]
    now_s[0] = KEPT_S
    assert [{(): 1}] == found(finder, wanted)
    assert 2 == len(asking.names)


@pytest.mark.parametrize(("query", "asked"), [("", 1), ('{">": {"started_at": "-1 hour"}}', 2)])
def test_an_index_that_has_not_changed_is_not_asked_again(world: World, asking: Asking, query: str, asked: int) -> None:
    now_s = [0.0]
    finder = MemberFinder(world.index, world.catalog, lambda: now_s[0])
    wanted = Within(rule(across="sum", query=query), None)
    world.metric(world.resource("vm"))
    assert [{(): 1}] == found(finder, wanted)
    now_s[0] = KEPT_S
    assert [{(): 1}] == found(finder, wanted)
    assert asked == len(asking.names)
    world.metric(world.resource("other"))
    now_s[0] = 2 * KEPT_S
    assert [{(): 2}] == found(finder, wanted)
    now_s[0] = 2 * KEPT_S + KEPT_UNCHANGED_S
    assert [{(): 2}] == found(finder, wanted)
    assert 3 <= len(asking.names)


def test_an_index_that_is_away_is_asked_again_at_once(
    world: World, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.metric(world.resource("vm"))
    finder = MemberFinder(world.index, world.catalog)
    wanted = Within(rule(across="sum"), None)
    asking.away = True
    assert Instances(failed="the index is away") == finder.find([wanted])[wanted]
    with monkeypatch.context() as patched:
        patched.setattr(world.index.directory, "mark", asking.no_mark)
        assert Instances(failed="no mark") == finder.find([wanted])[wanted]
    asking.away = False
    assert [{(): 1}] == found(finder, wanted)


@pytest.mark.parametrize(
    ("query", "search"),
    [
        ("", equal("ended_at", None)),
        ("{}", equal("ended_at", None)),
        ('{"=": {"a": "b"}}', all_of(equal("a", "b"), equal("ended_at", None))),
        ('{"=": {"ended_at": "2026-01-01"}}', equal("ended_at", "2026-01-01")),
    ],
)
def test_what_has_ended_is_left_out_unless_the_query_speaks_of_it(query: str, search: Search) -> None:
    assert search == searched(query)


@pytest.mark.parametrize("query", ["nonsense", "[]", '{"=": {"id": "a/b"}}'])
def test_a_query_that_cannot_be_read_is_refused(query: str) -> None:
    with pytest.raises(BadRequest):
        searched(query)


@pytest.mark.parametrize(("value", "text"), [(0.5, "0.5"), (4294967297.0, "4294967297"), (1e300, "1e+300")])
def test_numbers_are_written_as_people_write_them(value: float, text: str) -> None:
    assert text == label(value)

# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What members of scaling groups measure in a bucket, and why that is not known."""

from collections.abc import Mapping
from typing import Any

import pytest

from nephoscope.alarm.member_values import MemberValues
from nephoscope.model.scaling import TargetTracking
from tests.alarm.conftest import NOW_NS, SECOND_NS, World

# The minute before now.
BUCKET_NS = NOW_NS - 60 * SECOND_NS


def read(world: World, *names: str, project: str | None = "blue", **rule: Any) -> Mapping[str, float] | str:
    reader = MemberValues(world.index, world.catalog, world.measured.reader)
    own: dict[str, Any] = {"metric": "cpu", "target": 50.0}
    return reader.read(project, TargetTracking(**(own | rule)), names, BUCKET_NS)


def measured(world: World, name: str, *points: tuple[float, float], **resource: Any) -> str:
    """An instance that has measured; gives its id."""
    made = world.resource(name, **resource)
    world.put(world.metric(made), points)
    return str(made.id)


def test_members_are_found_by_name_or_id_and_only_the_bucket_counts(world: World) -> None:
    measured(world, "a", (90, 1.0), (50, 20.0), (20, 40.0), (0, 99.0))
    other = measured(world, "b", (30, 70.0))
    measured(world, "c", (200, 5.0))
    assert {"a": 30.0, other: 70.0} == read(world, "a", other, "c", "unknown")
    assert {"a": 40.0} == read(world, "a", method="max")


def test_a_search_finds_those_that_have_not_ended(world: World) -> None:
    measured(world, "a", (30, 10.0), server_group="web")
    measured(world, "b", (30, 20.0), server_group="web")
    measured(world, "c", (30, 30.0), server_group="db")
    found = read(world, resource_type="instance", query='{"=": {"server_group": "web"}}')
    assert {"a": 10.0, "b": 20.0} == found


def test_others_are_read_only_by_who_sees_all(world: World) -> None:
    measured(world, "theirs", (30, 10.0), project="green")
    assert "no member is known as a resource" == read(world, "theirs")
    assert {"theirs": 10.0} == read(world, "theirs", project=None)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"granularity": 7}, "archive policy watched keeps 60 s, 300 s, not 7 s"),
        ({"method": "median"}, "archive policy watched keeps no median"),
        ({"metric": "disk"}, "none of 1 resources has a metric disk"),
        ({"query": "{"}, "the query is not JSON"),
        ({"query": '{"=": {"colour": "red"}}'}, "colour"),
        ({"query": '{"=": {"id": "x"}}'}, "no resource matches"),
        ({"resource_type": "planet", "query": '{"=": {"id": "x"}}'}, "there is no resource type planet"),
        ({"granularity": 300}, "none of 1 members has a value of cpu in the last 300 s"),
    ],
)
def test_why_nothing_is_known_is_told(world: World, rule: dict[str, Any], why: str) -> None:
    measured(world, "a", (400, 1.0))
    told = read(world, "a", **rule)
    assert isinstance(told, str)
    assert why in told

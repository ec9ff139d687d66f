# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Resources in pages, by filters and in orders; one with its metrics; its history; sparklines of many."""

from typing import Any
from uuid import uuid4

import pytest

from nephoscope.model.resource import ResourceChange
from tests.api.native.cloud import NOW_NS, STEP_NS, Asker, Cloud, ids, milliseconds, seconds


@pytest.fixture
def machines(cloud: Cloud) -> None:
    """Four instances in two projects, one of which has ended, and a thing of no type."""
    cloud.resource("vm-1", display_name="Web One", host="cmp1", vcpus=4)
    cloud.resource("vm-2", display_name="db-two", host="cmp2", vcpus=2)
    cloud.resource("vm-3", "red", display_name="web-three", host="cmp1", vcpus=4)
    gone = cloud.resource("vm-4", display_name="web-gone", host="cmp1")
    cloud.index.resources.change(gone.id, ResourceChange(ended_at_ns=NOW_NS + 10**15), "instance")
    cloud.resource("router", None, kind="generic")


def names(asker: Asker, **arguments: Any) -> list[str]:
    return [each["name"] for each in asker.get("/resources", sort="name", **arguments)["resources"]]


@pytest.mark.usefixtures("machines")
def test_what_has_ended_is_shown_on_demand(admin: Asker) -> None:
    assert ["router", "vm-1", "vm-2", "vm-3"] == names(admin)
    assert ["router", "vm-1", "vm-2", "vm-3", "vm-4"] == names(admin, ended="true")


@pytest.mark.usefixtures("machines")
@pytest.mark.parametrize(
    ("expected", "arguments"),
    [
        (["vm-1", "vm-2", "vm-3"], {"type": "instance"}),
        (["vm-3"], {"project": "red"}),
        (["vm-1", "vm-3"], {"match": "WEB"}),
        (["vm-1", "vm-3"], {"match": "web*"}),
        (["vm-1"], {"match": "web one"}),
        (["vm-2"], {"match": "vm-2"}),
        ([], {"match": "w_b"}),
        (["vm-1", "vm-3"], {"attribute": "host=cmp1"}),
        (["vm-1"], {"attribute": ["host=cmp1", "display_name=Web One"]}),
        (["vm-1", "vm-3"], {"type": "instance", "attribute": "vcpus=4"}),
        ([], {"attribute": "rack=7"}),
    ],
)
def test_filters_narrow_the_list(admin: Asker, expected: list[str], arguments: dict[str, Any]) -> None:
    assert expected == names(admin, **arguments)
    assert len(expected) == admin.get("/resources", limit=1, **arguments)["total"]


@pytest.mark.usefixtures("machines")
@pytest.mark.parametrize("sort", ["name", "type", "project", "started", "revision"])
def test_pages_of_every_order_make_the_whole_list_either_way(admin: Asker, sort: str) -> None:
    whole = ids(admin.get("/resources", sort=sort)["resources"])
    assert 4 == len(set(whole))
    for order, expected in ((sort, whole), (f"-{sort}", whole[::-1])):
        found, marker = [], ""
        while marker is not None:
            page = admin.get("/resources", sort=order, limit=1, **({"marker": marker} if marker else {}))
            found += ids(page["resources"])
            marker = page["next"]
        assert expected == found


@pytest.mark.usefixtures("machines")
def test_a_member_sees_its_project_alone(member: Asker) -> None:
    assert ["vm-1", "vm-2"] == names(member)
    assert 2 == member.get("/resources")["total"]
    assert {"instance": 3, "generic": 0} == {
        each["name"]: each["resources"] for each in member.get("/resource-types")["types"]
    }


def test_a_resource_is_shown_with_what_people_call_it(admin: Asker, cloud: Cloud) -> None:
    made = cloud.resource("vm-1", display_name="web", host="cmp1", vcpus=4)

    (shown,) = admin.get("/resources")["resources"]

    assert {
        "id": str(made.id),
        "name": "vm-1",
        "label": "web",
        "type": "instance",
        "project_id": "blue",
        "user_id": None,
        "creator": "ann",
        "started_ms": made.started_at_ns // 10**6,
        "ended_ms": None,
        "revision_ms": made.revision_start_ns // 10**6,
        "attributes": {"display_name": "web", "host": "cmp1", "vcpus": 4.0},
    } == shown


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("attribute", {"attribute": "host"}),
        ("sort", {"sort": "colour"}),
        ("limit", {"limit": 0}),
        ("limit", {"limit": 1001}),
        ("colour", {"colour": "blue"}),
        (None, {"type": "instance", "attribute": "rack=7"}),
        (None, {"type": "instance", "attribute": "vcpus=many"}),
        (None, {"marker": "nowhere"}),
    ],
)
def test_arguments_that_cannot_be_are_named(admin: Asker, field: str | None, arguments: dict[str, Any]) -> None:
    answer = admin.ask("GET", "/resources", arguments=arguments)

    assert 400 == answer.status
    assert field == answer.json().get("field")


def test_an_unknown_type_is_not_found(admin: Asker) -> None:
    assert 404 == admin.ask("GET", "/resources", arguments={"type": "spaceship"}).status


def test_a_resource_is_found_by_id_and_by_name_with_its_metrics(admin: Asker, cloud: Cloud) -> None:
    made = cloud.resource("vm-1")
    times = cloud.put(cloud.metric(made, "cpu.util"), [1.0, 2.5])
    cloud.metric(made, "disk.read", "B", "cumulative", "medium")

    shown = admin.get(f"/resources/{made.id}")

    assert shown == admin.get("/resources/vm-1")
    disk = shown["metrics"][1]
    assert ["cpu.util", "disk.read"] == [each["name"] for each in shown["metrics"]]
    assert {"time_ms": times[-1] // 10**6, "value": 2.5} == shown["metrics"][0]["latest"]
    assert (None, "cumulative", True, "B") == (disk["latest"], disk["kind"], disk["rate"], disk["unit"])
    assert [60.0, 3600.0] == disk["granularities_s"]
    assert ["count", "max", "mean", "min", "std", "sum"] == disk["methods"]


def test_foreign_resources_do_not_exist(member: Asker, cloud: Cloud) -> None:
    other = cloud.resource("vm-9", "red")
    for path in (
        f"/resources/{other.id}",
        "/resources/vm-9",
        f"/resources/{other.id}/history",
        f"/resources/{uuid4()}",
    ):
        assert 404 == member.ask("GET", path).status


def test_history_tells_what_a_resource_was_newest_first(admin: Asker, cloud: Cloud) -> None:
    made = cloud.resource("vm-1", host="cmp1")
    for host in ("cmp2", "cmp3"):
        cloud.index.resources.change(made.id, ResourceChange(attributes={"host": host}), "instance")

    first = admin.get(f"/resources/{made.id}/history", limit=2)
    rest = admin.get(f"/resources/{made.id}/history", limit=2, marker=first["next"])

    assert ["cmp3", "cmp2", "cmp1"] == [
        each["attributes"]["host"] for page in (first, rest) for each in page["revisions"]
    ]
    assert rest["next"] is None
    assert first["revisions"][0]["end_ms"] is None
    assert rest["revisions"][0]["end_ms"] == first["revisions"][1]["start_ms"]


def test_sparklines_of_many_come_at_once_in_the_order_asked_for(admin: Asker, cloud: Cloud) -> None:
    one, two = cloud.resource("vm-1"), cloud.resource("vm-2")
    times = cloud.put(cloud.metric(one, "cpu.util"), [1, 2, 3, 4])
    cloud.put(cloud.metric(two, "cpu.util"), [5, 6, 7, 8])
    cloud.put(cloud.metric(two, "memory"), [9])

    found = admin.post(
        "/resources/latest",
        ids=[str(two.id), str(uuid4()), str(one.id)],
        metrics=["cpu.util"],
        start=seconds(times[0]),
        stop=seconds(NOW_NS + STEP_NS),
        points=4,
    )["series"]

    assert [str(two.id), str(one.id)] == [each["resource"] for each in found]
    assert [[5, 6, 7, 8], [1, 2, 3, 4]] == [each["values"] for each in found]
    assert milliseconds(times) == found[1]["times_ms"]
    assert {"time_ms": times[-1] // 10**6, "value": 4} == found[1]["latest"]
    assert 3 == len(admin.post("/resources/latest", ids=[str(one.id), str(two.id)])["series"])


def test_sparklines_of_fewer_points_are_means(admin: Asker, cloud: Cloud) -> None:
    made = cloud.resource("vm-1")
    # Steps are counted from the epoch.
    last_ns = NOW_NS // (4 * STEP_NS) * 4 * STEP_NS - STEP_NS
    cloud.put(cloud.metric(made, "cpu.util"), [1, 3, 5, 9], last_ns)
    span = {"start": seconds(last_ns - 3 * STEP_NS), "stop": seconds(last_ns + STEP_NS)}

    (found,) = admin.post("/resources/latest", ids=[str(made.id)], points=2, **span)["series"]

    assert [2, 7] == found["values"]


def test_counters_become_rates(admin: Asker, cloud: Cloud) -> None:
    made = cloud.resource("vm-1")
    times = cloud.put(cloud.metric(made, "disk.read", "B", "cumulative"), [0, 300, 900, 100, 400])

    (found,) = admin.post(
        "/resources/latest", ids=[str(made.id)], start=seconds(times[0]), stop=seconds(NOW_NS + STEP_NS), points=5
    )["series"]

    assert (True, "B/s") == (found["rate"], found["unit"])
    # The counter was set back between the third and the fourth reading.
    assert [1, 2, None, 1] == found["values"]
    assert {"time_ms": times[-1] // 10**6, "value": 1} == found["latest"]


def test_a_metric_that_has_long_been_silent_still_has_its_newest_value(admin: Asker, cloud: Cloud) -> None:
    old, new = cloud.resource("vm-1"), cloud.resource("vm-2")
    (last_ns,) = cloud.put(cloud.metric(old, "cpu.util"), [7], NOW_NS - 500 * STEP_NS)
    cloud.put(cloud.metric(new, "cpu.util"), [8])

    found = admin.post("/resources/latest", ids=[str(old.id), str(new.id)])["series"]

    assert {"time_ms": last_ns // 10**6, "value": 7} == found[0]["latest"]
    assert [] == found[0]["values"]
    assert 8 == found[1]["latest"]["value"]


def test_sparklines_leave_out_what_one_may_not_see(member: Asker, cloud: Cloud) -> None:
    mine, other = cloud.resource("vm-1"), cloud.resource("vm-9", "red")
    for each in (mine, other):
        cloud.put(cloud.metric(each, "cpu.util"), [1])

    found = member.post("/resources/latest", ids=[str(mine.id), str(other.id)])["series"]

    assert [str(mine.id)] == [each["resource"] for each in found]


def test_sparklines_are_bounded(admin: Asker) -> None:
    many = [str(uuid4()) for _ in range(201)]
    for body in ({"ids": many}, {"ids": [], "points": 101}, {"ids": [], "points": 0}, {"ids": ["x"]}, {}):
        assert 400 == admin.ask("POST", "/resources/latest", body).status
    backwards = {"ids": many[:1], "start": 20, "stop": 10}
    assert 400 == admin.ask("POST", "/resources/latest", backwards).status
    assert {"series": []} == admin.post("/resources/latest", ids=[])

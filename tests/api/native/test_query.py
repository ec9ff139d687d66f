# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Operations over metrics by id, and by name over the resources that a search finds."""

from typing import Any

import pytest

from nephoscope.query import expressions
from tests.api.native.cloud import NOW_NS, STEP_NS, Asker, Cloud, seconds

SPAN = {"start": seconds(NOW_NS - 11 * STEP_NS), "stop": seconds(NOW_NS + STEP_NS)}
MEAN = "(aggregate mean (metric cpu.util mean))"


@pytest.fixture
def machines(cloud: Cloud) -> dict[str, str]:
    """Three instances on two hosts, in two projects; gives the ids of their metrics."""
    found = {}
    for number, (project, host) in enumerate([("blue", "cmp1"), ("blue", "cmp1"), ("red", "cmp2")], 1):
        made = cloud.resource(f"vm-{number}", project, display_name=f"web-{number}", host=host)
        metric = cloud.metric(made, "cpu.util")
        cloud.put(metric, [10 * number, 20 * number])
        found[made.original_resource_id] = str(metric.id)
    return found


def values(asker: Asker, operations: str, **body: Any) -> list[tuple[str, list[float]]]:
    found = asker.post("/query", operations=operations, **SPAN, **body)
    return [(each["name"], each["values"]) for each in found["series"]]


def test_names_are_looked_up_among_what_one_may_see(machines: dict[str, str], admin: Asker, member: Asker) -> None:
    assert 3 == len(machines)
    assert [(MEAN, [20, 40])] == values(admin, MEAN)
    assert [(MEAN, [15, 30])] == values(member, MEAN)


@pytest.mark.usefixtures("machines")
def test_a_search_and_a_type_narrow(admin: Asker) -> None:
    assert [(MEAN, [30, 60])] == values(admin, MEAN, resource_type="instance", search="host = 'cmp2'")
    assert [(MEAN, [15, 30])] == values(admin, MEAN, search="project_id = blue")


@pytest.mark.usefixtures("machines")
def test_groups_are_computed_apart(admin: Asker) -> None:
    found = admin.post("/query", operations=MEAN, resource_type="instance", groupby=["host"], **SPAN)

    assert [({"host": "cmp1"}, "cmp1", "%", [15, 30]), ({"host": "cmp2"}, "cmp2", "%", [30, 60])] == [
        (each["group"], each["name"], each["unit"], each["values"]) for each in found["series"]
    ]
    assert 300.0 == found["granularity_s"]


@pytest.mark.usefixtures("machines")
def test_series_that_stay_apart_are_named_by_their_resources(admin: Asker) -> None:
    found = values(admin, "(* (metric cpu.* mean) 2)")

    assert [("web-1 cpu.util mean", [20, 40]), ("web-2 cpu.util mean", [40, 80])] == found[:2]


def test_metrics_by_id(machines: dict[str, str], admin: Asker) -> None:
    one, two = machines["vm-1"], machines["vm-2"]

    (found,) = admin.post("/query", operations=f"(- (metric {two} mean) (metric {one} mean))", **SPAN)["series"]
    assert [10, 20] == found["values"]
    (found,) = admin.post("/query", operations=f"(metric {one} max)", **SPAN)["series"]
    assert (one, "vm-1", [10, 20]) == (found["metric"], found["resource"]["name"], found["values"])


@pytest.mark.usefixtures("machines")
@pytest.mark.parametrize(
    ("unit", "operations"),
    [
        ("%", "(aggregate max (metric cpu.util mean))"),
        ("%/s", "(aggregate sum (rateofchangesec (metric cpu.util mean)))"),
        ("%", "(clip (aggregate mean (metric cpu.util mean)) 1 5)"),
        ("%", "(resample mean 600 (aggregate mean (metric cpu.util mean)))"),
        ("%", "(rolling mean 1 (aggregate mean (metric cpu.util mean)))"),
        ("%", "(+ 1 (aggregate mean (metric cpu.util mean)))"),
        (None, "(aggregate count (metric cpu.util mean))"),
        (None, "(aggregate mean (metric cpu.util count))"),
        (None, "(* 2 (aggregate mean (metric cpu.util mean)))"),
        (None, "(sin (aggregate mean (metric cpu.util mean)))"),
    ],
)
def test_the_unit_is_told_where_it_is_clear(admin: Asker, unit: str | None, operations: str) -> None:
    (found,) = admin.post("/query", operations=operations, **SPAN)["series"]

    assert unit == found["unit"]


@pytest.mark.usefixtures("machines")
def test_what_is_too_fine_is_shown_coarser(admin: Asker) -> None:
    found = admin.post("/query", operations=MEAN, granularity_s=60, **SPAN)

    assert 300.0 == found["granularity_s"]
    assert ["shown at 300 s, as not all are kept at 60 s"] == found["notes"]


@pytest.mark.usefixtures("machines")
def test_what_is_too_much_is_read_in_wider_steps(admin: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "READ_MAX", 9)
    # Steps are counted from the epoch.
    stop_ns = (NOW_NS // (4 * STEP_NS) + 1) * 4 * STEP_NS
    span = {"start": seconds(stop_ns - 12 * STEP_NS), "stop": seconds(stop_ns)}

    found = admin.post("/query", operations="(aggregate max (metric cpu.util max))", **span)

    assert 1200.0 == found["granularity_s"]
    assert 60 == max(found["series"][0]["values"])
    assert ["shown at 1200 s, as finer points are too many to read at once"] == found["notes"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {}),
        (400, {"operations": ""}),
        (400, {"operations": "(mean"}),
        (400, {"operations": "(+ 1 2)"}),
        (400, {"operations": MEAN, "search": "host ="}),
        (400, {"operations": MEAN, "search": "colour = blue"}),
        (400, {"operations": MEAN, "groupby": ["colour"]}),
        (400, {"operations": MEAN, "points": 0}),
        (404, {"operations": MEAN, "resource_type": "spaceship"}),
        (404, {"operations": "(metric nothing mean)"}),
        (404, {"operations": "(metric cpu.util 95pct)"}),
        (400, {"operations": "(metric (cpu.util mean) (0a7a15ff-aa13-4ac2-897c-9bdf30ce175b mean))"}),
        (400, {"operations": "(metric 0a7a15ff-aa13-4ac2-897c-9bdf30ce175b mean)", "groupby": ["host"]}),
        (404, {"operations": "(metric 0a7a15ff-aa13-4ac2-897c-9bdf30ce175b mean)"}),
    ],
)
@pytest.mark.usefixtures("machines")
def test_what_cannot_be_computed_is_said(admin: Asker, status: int, body: dict[str, Any]) -> None:
    answer = admin.ask("POST", "/query", body)

    assert status == answer.status, answer.text


def test_foreign_metrics_do_not_exist(machines: dict[str, str], member: Asker) -> None:
    assert 404 == member.ask("POST", "/query", {"operations": f"(metric {machines['vm-3']} mean)"}).status

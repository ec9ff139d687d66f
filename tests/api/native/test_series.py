# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The points of metrics as charts want them."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.native.cloud import NOW_NS, STEP_NS, Asker, Cloud, milliseconds, seconds

SPAN = {"start": seconds(NOW_NS - 11 * STEP_NS), "stop": seconds(NOW_NS + STEP_NS)}


def test_metrics_come_in_the_order_asked_for_with_their_resources(admin: Asker, cloud: Cloud) -> None:
    made = cloud.resource("vm-1", display_name="web")
    one, two = cloud.metric(made, "cpu.util"), cloud.metric(made, "memory", "MB")
    times = cloud.put(one, [1, 2, 3])
    cloud.put(two, [4, 5, 6])

    found = admin.post("/series", metrics=[str(two.id), str(one.id), str(two.id)], **SPAN)

    assert [("memory", "MB", [4, 5, 6]), ("cpu.util", "%", [1, 2, 3])] == [
        (each["name"], each["unit"], each["values"]) for each in found["series"]
    ]
    assert milliseconds(times) == found["series"][0]["times_ms"]
    assert {
        "id": str(made.id),
        "name": "vm-1",
        "label": "web",
        "type": "instance",
        "project_id": "blue",
    } == found["series"][0]["resource"]
    assert (300.0, False, "mean", []) == (
        found["granularity_s"],
        found["downsampled"],
        found["method"],
        found["notes"],
    )
    assert [NOW_NS // 10**6 - 11 * 300_000, NOW_NS // 10**6 + 300_000] == [found["start_ms"], found["stop_ms"]]


def test_a_thinned_series_keeps_its_peaks(admin: Asker, cloud: Cloud) -> None:
    metric = cloud.metric(cloud.resource("vm-1"), "cpu.util")
    values = [50.0] * 300
    values[137], values[222] = 99.0, 1.0
    cloud.put(metric, values)

    found = admin.post(
        "/series", metrics=[str(metric.id)], points=20, start=seconds(NOW_NS - 299 * STEP_NS), stop=seconds(NOW_NS + 1)
    )

    assert found["downsampled"]
    shown = found["series"][0]["values"]
    assert 20 >= len(shown) >= 10
    assert (99.0, 1.0) == (max(shown), min(shown))


def test_counters_are_rates_unless_told_otherwise(admin: Asker, cloud: Cloud) -> None:
    metric = cloud.metric(cloud.resource("vm-1"), "disk.read", "B", "cumulative")
    cloud.put(metric, [0, 300, 900])

    def shown(**body: Any) -> tuple[Any, ...]:
        (found,) = admin.post("/series", metrics=[str(metric.id)], **SPAN, **body)["series"]
        return found["rate"], found["unit"], found["values"]

    assert (True, "B/s", [1, 2]) == shown()
    assert (False, "B", [0, 300, 900]) == shown(rate=False)
    assert (False, "B", [300, 600]) == shown(method="rate:mean")


def test_a_gauge_becomes_a_rate_on_demand(admin: Asker, cloud: Cloud) -> None:
    metric = cloud.metric(cloud.resource("vm-1"), "memory", "MB")
    cloud.put(metric, [0, 300])

    assert [1] == admin.post("/series", metrics=[str(metric.id)], rate=True, **SPAN)["series"][0]["values"]


def test_a_rate_at_the_start_of_the_span_looks_at_the_bucket_before(admin: Asker, cloud: Cloud) -> None:
    metric = cloud.metric(cloud.resource("vm-1"), "disk.read", "B", "cumulative")
    times = cloud.put(metric, [0, 300, 900])

    (found,) = admin.post(
        "/series", metrics=[str(metric.id)], start=seconds(times[1]), stop=seconds(times[2] + STEP_NS)
    )["series"]

    assert (milliseconds(times[1:]), [1, 2]) == (found["times_ms"], found["values"])


def test_a_granularity_that_is_not_kept_is_told(admin: Asker, cloud: Cloud) -> None:
    metric = cloud.metric(cloud.resource("vm-1"), "cpu.util", policy="medium")
    cloud.put(metric, [1, 2, 3])

    found = admin.post("/series", metrics=[str(metric.id)], granularity_s=120, **SPAN)

    assert 3600.0 == found["granularity_s"]
    assert [
        {"metric": str(metric.id), "text": "archive policy medium keeps no granularity of 120 s; shown at 3600 s"}
    ] == found["notes"]
    assert 60.0 == admin.post("/series", metrics=[str(metric.id)], granularity_s=60, **SPAN)["granularity_s"]


def test_what_one_may_not_see_is_named_like_what_is_not_there(member: Asker, cloud: Cloud) -> None:
    foreign = cloud.metric(cloud.resource("vm-9", "red"), "cpu.util")
    cloud.put(foreign, [1])
    wanted = [str(foreign.id), str(uuid4())]

    found = member.post("/series", metrics=wanted)

    assert [] == found["series"]
    assert [(each, f"there is no metric {each} that you may see") for each in wanted] == [
        (each["metric"], each["text"]) for each in found["notes"]
    ]


def test_values_that_json_cannot_say_are_null(admin: Asker, cloud: Cloud) -> None:
    metric = cloud.metric(cloud.resource("vm-1"), "cpu.util")
    cloud.put(metric, [1, float("nan"), float("inf"), 4])

    assert [1, None, None, 4] == admin.post("/series", metrics=[str(metric.id)], **SPAN)["series"][0]["values"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"metrics": "all"},
        {"metrics": ["x"]},
        {"metrics": [], "method": "average"},
        {"metrics": [], "points": 1},
        {"metrics": [], "points": 100_001},
        {"metrics": [], "granularity_s": 0},
        {"metrics": [], "start": "yesterday evening"},
        {"metrics": [], "start": 20, "stop": 10},
        {"metrics": [], "colour": "blue"},
        {"metrics": [str(uuid4()) for _ in range(101)]},
    ],
)
def test_bodies_that_cannot_be_are_refused(admin: Asker, body: dict[str, Any]) -> None:
    assert 400 == admin.ask("POST", "/series", body).status


def test_answers_are_bounded(admin: Asker) -> None:
    many = [str(uuid4()) for _ in range(100)]
    assert 413 == admin.ask("POST", "/series", {"metrics": many, "points": 100_000}).status

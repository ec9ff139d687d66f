# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""One metric's measures as they came, as JSON and CSV."""

import pytest

from nephoscope.api.native import measures
from tests.api.native.cloud import STEP_NS, Asker, Cloud, milliseconds, seconds


def test_measures_are_told_with_what_they_measure(admin: Asker, cloud: Cloud) -> None:
    made = cloud.resource("vm-1", display_name="web")
    metric = cloud.metric(made, "cpu.util")
    times = cloud.put(metric, [1.5, float("nan"), 3])

    found = admin.get(f"/metrics/{metric.id}/measures")

    assert [list(pair) for pair in zip(milliseconds(times), [1.5, None, 3], strict=True)] == found["measures"]
    assert (str(metric.id), "cpu.util", "%", "web", None) == (
        found["metric"],
        found["name"],
        found["unit"],
        found["resource"]["label"],
        found["next_ms"],
    )


def test_the_span_is_half_open(admin: Asker, cloud: Cloud) -> None:
    metric = cloud.metric(cloud.resource("vm-1"), "cpu.util")
    times = cloud.put(metric, [1, 2, 3, 4])

    found = admin.get(f"/metrics/{metric.id}/measures", start=seconds(times[1]), stop=seconds(times[3]))

    assert [2, 3] == [value for _, value in found["measures"]]


@pytest.mark.parametrize("rows_at_once", [1, 2, 3, 10])
@pytest.mark.parametrize("limit", [1, 3, 4, 5, 100])
def test_pieces_make_the_whole(
    admin: Asker, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, rows_at_once: int, limit: int
) -> None:
    monkeypatch.setattr(measures, "ROWS_AT_ONCE", rows_at_once)
    metric = cloud.metric(cloud.resource("vm-1"), "cpu.util")
    times = cloud.put(metric, [1, 2, 3, 4])

    found = admin.get(f"/metrics/{metric.id}/measures", limit=limit)

    assert [1, 2, 3, 4][:limit] == [value for _, value in found["measures"]]
    assert (milliseconds(times)[limit] if limit < 4 else None) == found["next_ms"]


def test_csv_has_times_to_the_nanosecond(admin: Asker, cloud: Cloud) -> None:
    metric = cloud.metric(cloud.resource("vm-1"), "cpu/util".replace("/", " "))
    cloud.put(metric, [0.1, 2], 1_748_779_200_000_000_001, STEP_NS)

    answer = admin.ask("GET", f"/metrics/{metric.id}/measures", arguments={"format": "csv"})

    assert "time,value\r\n2025-06-01T11:55:00.000000001Z,0.1\r\n2025-06-01T12:00:00.000000001Z,2.0\r\n" == answer.text
    assert "text/csv; charset=utf-8" == answer.headers["content-type"]
    assert 'attachment; filename="cpu_util.csv"' == answer.headers["content-disposition"]


def test_a_metric_without_measures_has_none(admin: Asker, cloud: Cloud) -> None:
    metric = cloud.metric(cloud.resource("vm-1"), "cpu.util")

    assert [] == admin.get(f"/metrics/{metric.id}/measures")["measures"]


def test_foreign_metrics_do_not_exist(admin: Asker, member: Asker, cloud: Cloud) -> None:
    metric = cloud.metric(cloud.resource("vm-9", "red"), "cpu.util")

    assert 200 == admin.ask("GET", f"/metrics/{metric.id}/measures").status
    assert 404 == member.ask("GET", f"/metrics/{metric.id}/measures").status
    assert 404 == admin.ask("GET", "/metrics/cpu.util/measures").status


@pytest.mark.parametrize("arguments", [{"limit": 0}, {"format": "xml"}, {"start": "once"}, {"limit": 10_000_001}])
def test_arguments_that_cannot_be_are_refused(admin: Asker, cloud: Cloud, arguments: dict[str, object]) -> None:
    metric = cloud.metric(cloud.resource("vm-1"), "cpu.util")

    assert 400 == admin.ask("GET", f"/metrics/{metric.id}/measures", arguments=arguments).status

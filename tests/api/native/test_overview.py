# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The overview: whether the platform is well, what is busiest, what changed."""

import time
from typing import Any

import pytest

from nephoscope.api.native.own_samples import OwnSamples
from nephoscope.api.native.platform import DISK_SHARE_MIN
from nephoscope.model.resource import ResourceChange
from nephoscope.observe import dropped
from nephoscope.poll.server import Server
from nephoscope.query.platform import StoreSize
from tests.api.native.cloud import NOW_NS, Asker, Cloud


@pytest.fixture
def own(cloud: Cloud) -> OwnSamples:
    """The server's own samples."""
    parts = cloud.parts
    return OwnSamples(parts.index, parts.store, parts.catalog, parts.commit, parts.series)


def checks(asker: Asker) -> dict[str, Any]:
    return {each["name"]: each for each in asker.get("/overview")["platform"]["checks"]}


def test_the_busiest_come_first_hosts_and_instances_apart(admin: Asker, member: Asker, cloud: Cloud) -> None:
    for number in range(1, 12):
        made = cloud.resource(f"vm-{number}", "red" if number == 11 else "blue")
        cloud.put(cloud.metric(made, "cpu_util"), [1, number, number])
    host = cloud.resource("cmp-1", None, kind="generic")
    cloud.put(cloud.metric(host, "cpu.util"), [99])

    found = admin.get("/overview")["busiest"]

    assert [f"vm-{number}" for number in range(11, 3, -1)] == [each["resource"]["name"] for each in found["instances"]]
    assert [] == found["hosts"]
    busiest = found["instances"][0]
    assert ("cpu_util", "%", [1, 11, 11]) == (busiest["name"], busiest["unit"], busiest["values"])
    assert "vm-11" not in [each["resource"]["name"] for each in member.get("/overview")["busiest"]["instances"]]


def test_what_has_been_silent_is_not_busy(admin: Asker, cloud: Cloud) -> None:
    made = cloud.resource("vm-1")
    cloud.put(cloud.metric(made, "cpu_util"), [100], NOW_NS - 3600 * 10**9)

    assert [] == admin.get("/overview")["busiest"]["instances"]


def test_changes_tell_what_came_changed_and_ended(admin: Asker, member: Asker, cloud: Cloud) -> None:
    made = cloud.resource("vm-1", display_name="web", host="cmp1")
    cloud.index.resources.change(made.id, ResourceChange(attributes={"host": "cmp2"}), "instance")
    gone = cloud.resource("vm-2")
    cloud.index.resources.change(gone.id, ResourceChange(ended_at_ns=NOW_NS + 10**15), "instance")
    cloud.resource("vm-3", "red")

    changes = admin.get("/overview")["changes"]
    told = {each["resource"]["name"]: (each["kind"], each["what"]) for each in changes if each["resource"] is not None}

    assert {
        "vm-1": ("changed", "host: cmp1 → cmp2"),
        "vm-2": ("ended", "instance ended"),
        "vm-3": ("created", "new instance"),
    } == told
    assert ("audit", "system:nephoscope") in [(each["kind"], each["actor"]) for each in changes]
    seen = member.get("/overview")["changes"]
    assert {"vm-1", "vm-2"} == {each["resource"]["name"] for each in seen}


def test_many_changes_of_one_kind_make_one_line(admin: Asker, cloud: Cloud) -> None:
    for number in range(40):
        cloud.resource(f"vm-{number}")

    lines = [each["what"] for each in admin.get("/overview")["changes"] if each["kind"] == "created"]

    assert ["new instance: 40 of them"] == lines


def test_members_see_nothing_of_the_platform(member: Asker) -> None:
    assert member.get("/overview")["platform"] is None


def test_the_platform_tells_how_the_store_is(admin: Asker, cloud: Cloud) -> None:
    cloud.put(cloud.metric(cloud.resource("vm-1"), "cpu_util"), [1, 2, 3])

    platform = admin.get("/overview")["platform"]

    assert {"store", "disk", "drops", "data", "commits", "housekeeping"} == {
        each["name"] for each in platform["checks"]
    }
    assert platform["store"]["rows"] >= 3
    assert platform["store"]["bytes_per_row"] > 0
    assert platform["store"]["disk_free_bytes"] > 0
    assert platform["store"]["growth_bytes_per_day"] is None
    assert platform["good"] == all(each["good"] for each in platform["checks"])
    assert 0 < DISK_SHARE_MIN < 1


def test_the_disks_room_is_told_in_the_units_of_the_pages(admin: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    size = StoreSize(rows=1, bytes=1, disk_free_bytes=3 * 2**39, disk_total_bytes=2**41)
    monkeypatch.setattr("nephoscope.api.native.platform.store_size", lambda store: size)

    assert "1.5 TiB free (75 %)" == checks(admin)["disk"]["found"]


def test_the_servers_own_metrics_tell_rate_lag_and_drops(admin: Asker, cloud: Cloud, own: OwnSamples) -> None:
    server = Server("node", "1.0", own.facts)
    metric = cloud.metric(cloud.resource("vm-1"), "cpu_util")
    minute_ns = 60 * 10**9
    # Not when the tests were collected, which may be minutes ago.
    now_ns = time.time_ns()
    start_ns = now_ns - 3 * minute_ns
    assert not checks(admin)["data"]["good"]
    for turn in range(4):
        cloud.put(metric, [1.0] * 30, now_ns - 10 * minute_ns * (4 - turn), minute_ns // 10)
        dropped("door", "too wild", 5)
        own.publish(server.poll(start_ns + turn * minute_ns).batch())

    platform = admin.get("/overview")["platform"]

    assert 30 / 60 == pytest.approx(max(value for value in platform["rate"]["values"] if value is not None))
    (drop,) = [each for each in platform["dropped"] if each["cause"] == "too wild"]
    assert 5 == pytest.approx(drop["per_minute"])
    assert "door, too wild: 5.0 a minute" in checks(admin)["drops"]["found"]
    assert 600 == pytest.approx(platform["lag_s"], abs=60)


def test_growth_is_told_once_there_is_history(admin: Asker, cloud: Cloud, own: OwnSamples) -> None:
    server = Server("node", "1.0", lambda now_ns: {"server.store.bytes": 1e6 + 10 * (now_ns - NOW_NS) / 10**9})
    for minutes in range(12, -1, -1):
        own.publish(server.poll(NOW_NS - minutes * 60 * 10**9).batch())

    assert 864_000 == pytest.approx(admin.get("/overview")["platform"]["store"]["growth_bytes_per_day"], rel=0.01)

# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What is known of metrics in memory follows changes of their resources at once."""

from pathlib import Path

from tests.system.http import gnocchi
from tests.system.server import BASIC, serving


def test_changes_of_a_resource_reach_the_writes_that_follow(tmp_path: Path) -> None:
    """A metric that left cannot be written by its old name; a point that is not older takes a resource's end off."""
    with serving(tmp_path, config=BASIC) as server:
        call = gnocchi(server.url)
        low = {"archive_policy_name": "low"}
        made = call.done("POST", "/v1/resource/generic", body={"id": "a", "metrics": {"cpu": low, "disk": low}})
        address, metrics = f"/v1/resource/generic/{made['id']}", made["metrics"]

        def write(name: str, second: int) -> int:
            point = {"timestamp": 1_748_779_200 + second, "value": 1}
            return call("POST", f"{address}/metric/{name}/measures", body=[point]).status

        assert (202, 202) == (write("cpu", 0), write("disk", 0))
        times = {"started_at": "2025-01-01T00:00:00", "ended_at": "2025-06-01T12:01:00"}
        call.done("PATCH", address, body=times)
        assert 202 == write("cpu", 59)
        assert "2025-06-01T12:01:00+00:00" == call.done("GET", address)["ended_at"]
        assert 202 == write("cpu", 60)
        assert call.done("GET", address)["ended_at"] is None
        call.done("PATCH", address, body={"metrics": {"memory": metrics["cpu"]}})
        assert (404, 404, 202) == (write("cpu", 61), write("disk", 61), write("memory", 61))
        again = call.done("POST", f"{address}/metric", body={"disk": metrics["disk"]})
        assert {"disk", "memory"} == {metric["name"] for metric in again}
        assert 202 == write("disk", 62)
        call.done("DELETE", f"/v1/metric/{metrics['cpu']}")
        assert (404, 202) == (write("memory", 63), write("disk", 63))

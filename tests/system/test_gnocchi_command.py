# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The real `gnocchi` command line client, driven through a working day against the running program."""

import json
from pathlib import Path
from typing import Any

from tests.system.commands import run
from tests.system.server import Server

RESOURCE = "8c6c9a5e-3b0a-4c7e-9a55-0c1de5a1f0aa"


# What says nothing when it is done has no output format either.
SILENT = {
    ("measures", "add"),
    ("measures", "batch-metrics"),
    ("measures", "batch-resources-metrics"),
    ("metric", "delete"),
    ("resource-type", "delete"),
}


class Client:
    """The command, told where to go the way its manual says."""

    def __init__(self, server: Server) -> None:
        self.env = {
            "OS_AUTH_TYPE": "gnocchi-basic",
            "GNOCCHI_USER": "admin",
            "GNOCCHI_ENDPOINT": f"{server.url}/gnocchi",
        }

    def __call__(self, *arguments: str) -> Any:
        """The decoded output, None where there is none."""
        ended = run("gnocchi", *arguments, *([] if arguments[:2] in SILENT else ["-f", "json"]), env=self.env)
        assert 0 == ended.returncode, f"gnocchi {' '.join(arguments)}: {ended.stdout}\n{ended.stderr}"
        return json.loads(ended.stdout) if ended.stdout.strip() else None

    def refused(self, *arguments: str) -> str:
        """What it says when the server refuses."""
        ended = run("gnocchi", *arguments, env=self.env)
        assert 0 != ended.returncode, ended.stdout
        return ended.stderr


def test_archive_policies(shared_server: Server) -> None:
    gnocchi = Client(shared_server)
    made = gnocchi("archive-policy", "create", "fine", "-d", "granularity:1s,points:3600", "-m", "mean", "-m", "max")
    assert ("fine", {"mean", "max"}) == (made["name"], set(made["aggregation_methods"]))
    assert "already exists" in gnocchi.refused("archive-policy", "create", "fine", "-d", "granularity:1s,points:1")
    gnocchi("archive-policy", "update", "fine", "-d", "granularity:1s,points:7200")
    assert 7200 == gnocchi("archive-policy", "show", "fine")["definition"][0]["points"]
    rule = gnocchi("archive-policy-rule", "create", "fine-rule", "-a", "fine", "-m", "fine.*")
    assert "fine.*" == rule["metric_pattern"]
    assert "fine" == gnocchi("metric", "create", "fine.metric")["archive_policy_name"]
    assert "in use" in gnocchi.refused("archive-policy", "delete", "fine")
    names = {each["name"] for each in gnocchi("archive-policy", "list")}
    assert {"low", "medium", "high", "bool", "fine"} <= names


def test_measures_of_one_metric_and_in_batches(shared_server: Server, tmp_path: Path) -> None:
    gnocchi = Client(shared_server)
    metric = gnocchi("metric", "create", "--archive-policy-name", "low", "room.temperature", "-u", "C")["id"]
    measures = ["-m", "2025-06-01T12:00:00@20", "-m", "2025-06-01T12:01:00@22", "-m", "2025-06-01T12:06:00@30"]
    gnocchi("measures", "add", metric, *measures)
    assert [21.0, 30.0] == [row["value"] for row in gnocchi("measures", "show", metric)]
    highest = gnocchi("measures", "show", metric, "--aggregation", "max", "--start", "2025-06-01T12:05:00")
    assert [("2025-06-01T12:05:00", 30.0)] == [(row["timestamp"][:19], row["value"]) for row in highest]
    batch = tmp_path / "batch.json"
    batch.write_text(json.dumps({metric: [{"timestamp": "2025-06-01T12:11:00", "value": 4}]}))
    gnocchi("measures", "batch-metrics", str(batch))
    assert 4.0 == gnocchi("measures", "show", metric)[-1]["value"]
    gnocchi("resource", "create", "--type", "generic", "batched")
    batch.write_text(json.dumps({"batched": {"load": [{"timestamp": "2025-06-01T12:00:00", "value": 7}]}}))
    gnocchi("measures", "batch-resources-metrics", "--create-metrics", str(batch))
    assert [7.0] == [row["value"] for row in gnocchi("measures", "show", "--resource-id", "batched", "load")]
    doubled = gnocchi("aggregates", f"(* 2 (metric {metric} mean))", "--start", "2025-06-01T12:10:00")
    assert [8.0] == [row["value"] for row in doubled]
    gnocchi("metric", "delete", metric)
    assert "does not exist" in gnocchi.refused("metric", "show", metric)


def test_resources_from_type_to_batch_delete(shared_server: Server) -> None:
    gnocchi = Client(shared_server)
    made = gnocchi(
        "resource-type", "create", "vm", "-a", "host:string:true:min_length=1:max_length=64", "-a", "size:number:false"
    )
    assert "vm" == made["name"]
    created = gnocchi("resource", "create", RESOURCE, "--type", "vm", "-a", "host:a1", "-a", "size:2", "-n", "cpu:low")
    assert (RESOURCE, "a1") == (created["id"], created["host"])
    gnocchi("resource", "update", RESOURCE, "--type", "vm", "-a", "host:b2")
    hosts = [each["host"] for each in gnocchi("resource", "history", RESOURCE, "--type", "vm")]
    assert ["a1", "b2"] == hosts
    found = gnocchi("resource", "search", "--type", "vm", 'host = "b2" and size >= 2')
    assert [RESOURCE] == [each["id"] for each in found]
    assert [] == gnocchi("resource", "search", "--type", "vm", "host=a1")
    gnocchi("measures", "add", "--resource-id", RESOURCE, "cpu", "-m", "2025-06-01T12:00:00@0.5")
    grouped = gnocchi(
        "aggregates",
        "(aggregate mean (metric cpu mean))",
        "host like 'b%'",
        "--resource-type",
        "vm",
        "--groupby",
        "host",
    )
    assert [("host: b2", 0.5)] == [(row["group"], row["value"]) for row in grouped]
    assert {"deleted": 1} == gnocchi("resource", "batch", "delete", "host=b2", "--type", "vm")
    assert [] == gnocchi("resource", "list", "--type", "vm")
    gnocchi("resource-type", "delete", "vm")


def test_what_the_server_tells_of_itself(shared_server: Server) -> None:
    gnocchi = Client(shared_server)
    status = gnocchi("status")
    assert (0, 0) == (
        status["storage/number of metric having measures to process"],
        status["storage/total number of measures to process"],
    )
    methods = gnocchi("capabilities", "list")["aggregation_methods"]
    assert {"mean", "95pct", "rate:mean"} <= set(methods if isinstance(methods, list) else methods.split(", "))
    assert "4." in str(gnocchi("server", "version"))

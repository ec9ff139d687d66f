# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alarms of our own kinds in the running program: instances that wait, over a kill, and statements in SQL."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.pipeline.publish.peers import http_peer
from tests.system.http import Caller
from tests.system.server import serving
from tests.system.test_alarms import FINE, QUICK, feeding, state, until

PENDING_S = 4


def make_machine(api: Caller, name: str) -> str:
    """A machine with a metric that keeps every second."""
    metrics = {"load": {"archive_policy_name": "fine"}}
    made = api.done("POST", "/gnocchi/v1/resource/generic", body={"id": name, "metrics": metrics})
    return str(made["metrics"]["load"])


def instances(api: Caller, alarm: str) -> dict[str, Any]:
    """What an alarm remembers, by the resource that it is about."""
    found = api.done("GET", f"/api/v1/alarms/{alarm}/instances")["instances"]
    return {each["labels"].get("resource", ""): each for each in found}


def test_every_machine_waits_for_itself_also_over_a_kill(tmp_path: Path) -> None:
    with http_peer() as peer, serving(tmp_path, config=QUICK) as server, ExitStack() as feeds:
        api = server.api
        api.done("POST", "/gnocchi/v1/archive_policy", body=FINE)
        for name, value in (("busy", 90.0), ("busier", 95.0), ("idle", 1.0)):
            feeds.enter_context(feeding(api, make_machine(api, name), value))
        body = {
            "name": "loaded",
            "type": "series",
            "rule": {"metric": "load", "threshold": 50, "granularity": 1},
            # The server will be away for a while, in which nothing is measured.
            "behaviour": {"pending_s": PENDING_S, "no_data": "alarm"},
            "labels": {"team": "web"},
            "alarm_actions": [f"http://{peer.address}/"],
        }
        alarm = str(api.done("POST", "/api/v1/alarms", body=body)["id"])
        until(lambda: len(instances(api, alarm)) == 3, "all instances")
        before = instances(api, alarm)
        waiting = {name: each["beyond_since_ms"] for name, each in before.items() if each["beyond_since_ms"]}
        assert {"busy", "busier"} <= waiting.keys()
        server.kill()
        assert [] == peer.requests
        server.restart()
        api = server.api
        until(lambda: len(peer.requests) >= 2, "that both tell of it")
        firing = {name: each for name, each in instances(api, alarm).items() if each["state"] == "alarm"}
        for name in ("busy", "busier"):
            assert waiting[name] + PENDING_S * 1000 <= firing[name]["since_ms"]
        told = [each.json for each in peer.requests if each.json["current"] == "alarm"]
        hosts = [each["labels"]["resource"] for each in told]
        assert {"busy", "busier"} <= set(hosts)
        assert len(hosts) == len(set(hosts))
        assert {"web"} == {each["labels"]["team"] for each in told}
        assert "alarm" == api.done("GET", f"/api/v1/alarms/{alarm}")["alarm"]["state"]


def test_each_row_of_a_statement_is_an_instance(tmp_path: Path) -> None:
    with http_peer() as peer, serving(tmp_path, config=QUICK) as server:
        api = server.api
        sql = "SELECT name, count() AS metrics FROM metrics GROUP BY name"
        body = {
            "name": "many",
            "type": "sql",
            "rule": {"sql": sql, "value": "metrics", "threshold": 1, "every_s": 10},
            "alarm_actions": [f"http://{peer.address}/"],
        }
        api.done("POST", "/gnocchi/v1/archive_policy", body=FINE)
        for name in ("one", "two"):
            make_machine(api, name)
        alarm = str(api.done("POST", "/api/v1/alarms", body=body)["id"])
        until(lambda: peer.requests, "the webhook")
        assert ("alarm", {"name": "load"}, "many") == tuple(
            peer.requests[0].json[each] for each in ("current", "labels", "alarm_name")
        )
        (instance,) = api.done("GET", f"/api/v1/alarms/{alarm}/instances")["instances"]
        assert ("alarm", 2.0) == (instance["state"], instance["value"])


def test_a_composition_fires_while_an_event_is_recent_also_over_a_kill(tmp_path: Path) -> None:
    with http_peer() as peer, serving(tmp_path, config=QUICK) as server, ExitStack() as feeds:
        api = server.api
        api.done("POST", "/gnocchi/v1/archive_policy", body=FINE)
        feeds.enter_context(feeding(api, make_machine(api, "busy"), 90.0))
        query = [{"field": "traits.state", "op": "eq", "value": "failed"}]
        body = {
            "name": "loaded after a deployment",
            "type": "composite",
            "rule": {
                "and": [
                    {"type": "series", "metric": "load", "threshold": 50, "granularity": 1},
                    {"type": "event", "event_type": "deploy.*", "query": query, "within_s": 12},
                ]
            },
            # Nothing is measured while the server is away.
            "behaviour": {"no_data": "keep"},
            "alarm_actions": [f"http://{peer.address}/"],
            "ok_actions": [f"http://{peer.address}/"],
        }
        made = api.done("POST", "/api/v1/alarms", body=body)
        alarm = str(made["id"])
        until(lambda: state(api, alarm) == "ok", "that it is ok without an event")
        traits = [{"name": "state", "type": "text", "value": "failed"}]
        if made["project_id"]:
            traits.append({"name": "project_id", "type": "text", "value": made["project_id"]})
        made_ns = time.time_ns()
        event = {"id": "m1", "type": "deploy.end", "generated_ns": made_ns, "traits": traits}
        api.done("POST", "/api/v1/events", body={"events": [event]})
        until(lambda: any(each.json["current"] == "alarm" for each in peer.requests), "the webhook")
        fired = next(each.json for each in peer.requests if each.json["current"] == "alarm")
        assert "rule2: 1 event of type deploy.* within 12 s, the newest m1 at " in fired["reason"]
        server.kill()
        server.restart()
        until(lambda: peer.requests[-1].json["current"] == "ok", "that the event is too old")
        assert 12 * 10**9 <= time.time_ns() - made_ns

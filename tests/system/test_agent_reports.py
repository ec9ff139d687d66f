# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The real agent tells the real server what it collects, and where it is stuck."""

import json
from pathlib import Path
from typing import Any

from tests.services.ports import free_port
from tests.system.agent import CollectingAgent, wait_until
from tests.system.server import Server

POLLING = 'sources: [{name: vms, interval: 1, meters: ["cpu", "memory.usage"]}]\n'


def page(server: Server, name: str) -> Any:
    return server.api.done("GET", f"/api/v1/agents/{name}")


def state(server: Server, name: str) -> str:
    found = server.api.done("GET", "/api/v1/agents")["agents"]
    return next((each["state"] for each in found if each["name"] == name), "unknown")


def test_an_agents_page_shows_its_way_its_rates_and_its_troubles(server: Server, tmp_path: Path) -> None:
    away = free_port()
    pipeline = tmp_path / "pipeline.yaml"
    pipeline.write_text(
        'sources: [{name: all, meters: ["*"], sinks: [store, rates]}]\n'
        'sinks:\n  - {name: store, publishers: ["nephoscope://"]}\n'
        "  - name: rates\n    transformers: [{name: delta, parameters: {target: {name: grown}}}]\n"
        f'    publishers: ["http://somebody:s3cret@127.0.0.1:{away}/take?token=s3cret"]\n'
    )
    polling = tmp_path / "polling.yaml"
    polling.write_text(POLLING)
    sections = (
        f'[polling]\nfile = "{polling}"\nlibvirt_uri = "test:///default"\nnamespaces = ["compute"]\n'
        f'[notifications]\nurls = ["amqp://somebody:s3cret@127.0.0.1:{free_port()}/"]\n'
        f'[pipeline]\nfile = "{pipeline}"\n[report]\ninterval_s = 1\n'
    )
    agent = CollectingAgent(tmp_path / "reporting", server, sections)
    agent.start()

    def troubled() -> bool:
        if state(server, "reporting") != "errors":
            return False
        found = page(server, "reporting")
        return bool(found["outlets"][0]["sent"]["per_s"] and found["outlets"][1]["waiting"] > 1)

    try:
        wait_until(troubled, agent.said)
        found = page(server, "reporting")
    finally:
        agent.kill()
    outlet = f"http://127.0.0.1:{away}/take"
    assert "s3cret" not in json.dumps(found)
    assert ["nephoscope://", outlet] == [each["name"] for each in found["outlets"]][:2]
    assert [outlet] == [each["name"] for each in found["outlets"] if each["in_trouble"]]
    assert "dead letters" == found["outlets"][-1]["name"]
    assert any(each.startswith(f"{outlet} takes nothing now") for each in found["agent"]["troubles"])
    assert any(each.startswith("no connection to the broker 127.0.0.1:") for each in found["agent"]["troubles"])
    (source,), sinks = found["pipelines"][0]["sources"], found["pipelines"][0]["sinks"]
    assert source["taken"]["total"] == sinks[0]["entered"]["total"] == sinks[1]["entered"]["total"] > 0
    assert source["taken"]["per_s"] > 0
    assert ["delta"] == [each["name"] for each in sinks[1]["steps"]]
    assert 0 < sinks[1]["steps"][0]["out"]["total"] < source["taken"]["total"]
    (task,) = found["tasks"]
    assert task["samples"]["total"] >= task["last"]["samples"] > 0
    # Killed, it is not missed before three reports and a little are.
    assert state(server, "reporting") == "errors"
    wait_until(lambda: state(server, "reporting") == "silent")


def test_an_agent_goes_on_where_the_server_knows_nothing_of_reports(server: Server, tmp_path: Path) -> None:
    """Or is away for the moment: what is collected goes its way all the same."""
    polling = tmp_path / "polling.yaml"
    polling.write_text(POLLING)
    server.stay()
    server.kill()
    sections = f'[polling]\nfile = "{polling}"\nlibvirt_uri = "test:///default"\n[report]\ninterval_s = 1\n'
    agent = CollectingAgent(tmp_path / "patient", server, sections)
    agent.start()
    try:
        wait_until(lambda: "page of agents is told nothing now" in agent.said(), agent.said)
        server.start()
        wait_until(lambda: state(server, "patient") == "ok", agent.said)
        assert 0 == agent.stop()
    finally:
        if agent.process.poll() is None:
            agent.kill()

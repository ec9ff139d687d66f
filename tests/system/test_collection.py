# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A cloud collected by the real agent: messages from a real broker end up as metrics and events, whatever happens."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.project import PROJECT
from tests.receive.notifications.recorded import FILES, RESULTS, body, recorded
from tests.services.rabbitmq import RabbitMQ
from tests.system.agent import CollectingAgent, collecting, wait_until
from tests.system.server import Server

PIPELINE = PROJECT / "tests/data/pipeline-example.yaml"
NINE = "2026-03-02T09"
NINE_MS = 1_772_442_000_000


@pytest.fixture
def topic() -> str:
    """The name of queues that no other test uses."""
    return f"notifications-{uuid4().hex[:8]}"


def sections(broker: RabbitMQ, topic: str, more: str = "") -> str:
    return (
        f'[notifications]\nurls = ["{broker.url()}"]\ntopics = ["{topic}"]\npriorities = ["info", "error", "sample"]\n'
        f"durable_queues = true\nbatch_size_max = 50\n{more}"
    )


@pytest.fixture
def bus(rabbitmq: RabbitMQ, topic: str) -> Iterator[RabbitMQ]:
    """The broker with durable queues on an exchange of our own."""
    for priority in ("info", "error", "sample"):
        rabbitmq.declare("nova", f"{topic}.{priority}", durable=True)
    yield rabbitmq
    if not rabbitmq.running:
        rabbitmq.start()
    rabbitmq.delete(*(f"{topic}.{priority}" for priority in ("info", "error", "sample")))


def events(server: Server, **arguments: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    marker = None
    while True:
        query = {"limit": 1000, "start": "2026-01-01", **arguments} | ({"marker": marker} if marker else {})
        page = server.api.done("GET", f"/api/v1/events?{urlencode(query)}")
        found += page["events"]
        marker = page["next"]
        if marker is None:
            return found


def letters(server: Server) -> list[tuple[str, str]]:
    """Station and record of all dead letters."""
    found = server.api.done("GET", "/api/v1/dead-letters")["records"]
    return [(each["station"], each["record"]) for each in found]


def measures(server: Server, metric: str) -> list[tuple[float, float]]:
    """Seconds after nine and value of all measures of the one metric of that name."""
    found = [each for each in server.api.done("GET", "/api/v1/metrics") if each["name"] == metric]
    if not found:
        return []
    path = f"/api/v1/metrics/{found[0]['id']}/measures"
    return [((time_ms - NINE_MS) / 1000, value) for time_ms, value in server.api.done("GET", path)["measures"]]


def note(number: int, volume: str = "v1") -> bytes:
    """A volume that was created: one event, and one measure of its size at a time of its own."""
    inner = json.loads(recorded("18_volume.create.end.json")["body"]["oslo.message"])
    inner |= {
        "message_id": f"m{number}",
        "_unique_id": f"u{number}",
        "timestamp": f"{NINE[:10]} 09:{number // 60 % 60:02d}:{number % 60:02d}.{number // 3600:06d}",
    }
    inner["payload"] |= {"volume_id": volume, "size": number}
    return json.dumps({"oslo.version": "2.0", "oslo.message": json.dumps(inner)}).encode()


def polled(at_s: int, cpu_s: float) -> bytes:
    """What a telemetry agent sends of an instance's processor, which has two."""
    inner = json.loads(recorded("29_telemetry.polling.json")["body"]["oslo.message"])
    sample = inner["payload"]["samples"][0]
    sample |= {"counter_volume": cpu_s * 1e9, "timestamp": f"{NINE}:{at_s // 60:02d}:{at_s % 60:02d}.000000"}
    sample["monotonic_time"] = 1000.0 + at_s
    inner |= {"message_id": f"p{at_s}", "_unique_id": f"p{at_s}", "payload": {"samples": [sample]}}
    return json.dumps({"oslo.version": "2.0", "oslo.message": json.dumps(inner)}).encode()


def test_the_recorded_messages_become_metrics_events_and_dead_letters(
    server: Server, bus: RabbitMQ, topic: str, tmp_path: Path
) -> None:
    with collecting(tmp_path / "agent", server, sections(bus, topic)) as agent:
        for file in FILES:
            bus.publish("nova", f"{topic}.{recorded(file)['routing_key'].rpartition('.')[2]}", [body(file)])
        bus.publish("nova", f"{topic}.info", [b"{no json"])
        expected = {result["event"]["message_id"] for result in RESULTS if result.get("event")}
        wait_until(lambda: {each["id"] for each in events(server)} == expected, agent.said)
        wait_until(lambda: letters(server), agent.said)
    assert [("notifications", "{no json")] == letters(server)
    names = {sample["name"] for result in RESULTS for sample in result["samples"]}
    assert set() == names - {each["name"] for each in server.api.done("GET", "/api/v1/metrics?limit=1000")}
    assert (930.123, 100.0) in measures(server, "volume.size")


def test_nothing_is_lost_or_twice_when_server_agent_and_broker_are_killed(
    server: Server, bus: RabbitMQ, topic: str, tmp_path: Path
) -> None:
    def publish(first: int, count: int) -> None:
        bus.publish("nova", f"{topic}.info", [note(number) for number in range(first, first + count)])

    server.stay()
    agent = CollectingAgent(tmp_path / "agent", server, sections(bus, topic))
    agent.start()
    publish(0, 300)
    server.kill()
    publish(300, 300)
    agent.kill()
    publish(600, 300)
    agent.start()
    bus.kill()
    server.start()
    bus.start()
    publish(900, 100)
    wait_until(lambda: len(events(server)) >= 1000 and len(measures(server, "volume.size")) >= 1000, agent.said)
    assert 0 == agent.stop()
    assert [f"m{number}" for number in range(1000)] == sorted((each["id"] for each in events(server)), key=number_of)
    assert list(range(1000)) == sorted(int(value) for _, value in measures(server, "volume.size"))


def number_of(name: str) -> int:
    return int(name[1:])


def test_a_stopped_or_killed_agent_leaves_no_gap_in_a_rate(
    server: Server, bus: RabbitMQ, topic: str, tmp_path: Path
) -> None:
    pipeline = f'[pipeline]\nfile = "{pipeline_file(tmp_path)}"\n'
    agent = CollectingAgent(tmp_path / "agent", server, sections(bus, topic, pipeline))

    def send(at_s: int, cpu_s: float) -> None:
        bus.publish("nova", f"{topic}.sample", [polled(at_s, cpu_s)])

    agent.start()
    send(0, 100)
    wait_until(lambda: len(measures(server, "cpu")) == 1, agent.said)
    assert 0 == agent.stop()
    agent.start()
    send(60, 160)  # half of two processors
    wait_until(lambda: len(measures(server, "cpu")) == 2, agent.said)
    agent.kill()
    send(120, 190)
    agent.start()
    wait_until(lambda: len(measures(server, "cpu_util")) == 2, agent.said)
    assert 0 == agent.stop()
    assert [(60, 50.0), (120, 25.0)] == measures(server, "cpu_util")


def pipeline_file(folder: Path) -> Path:
    """The example with our publisher, and its file where a test may write."""
    text = PIPELINE.read_text().replace("gnocchi://?archive_policy=ceilometer&filter_project=service", "nephoscope://")
    path = folder / "pipeline.yaml"
    path.write_text(text.replace("file:///var/log/telemetry", f"file://{folder}"))
    return path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for little."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_while_the_disk_is_full_messages_stay_with_the_broker_and_come_once_there_is_room(
    server: Server, bus: RabbitMQ, topic: str, small_disk: Path
) -> None:
    with collecting(small_disk / "agent", server, sections(bus, topic)) as agent:
        bus.publish("nova", f"{topic}.info", [note(number) for number in range(50)])
        wait_until(lambda: len(events(server)) == 50, agent.said)
        filling = small_disk / "filling"
        fill(filling)
        bus.publish("nova", f"{topic}.info", [note(number) for number in range(50, 200)])
        wait_until(lambda: "takes nothing" in agent.said(), agent.said)
        assert 50 == len(events(server))
        filling.unlink()
        wait_until(lambda: len(measures(server, "volume.size")) == 200 == len(events(server)), agent.said)
    assert list(range(200)) == sorted(int(value) for _, value in measures(server, "volume.size"))


def fill(path: Path) -> None:
    """Take all the room that there is."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (65536, 4096, 512, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * size)

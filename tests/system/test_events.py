# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Events that were acknowledged are there, once, whatever ends the server."""

import threading
import time
from pathlib import Path
from typing import Any

from urllib3.exceptions import HTTPError

from tests.system.server import BASIC, Server, serving

KILLS = 3
BATCH = 20


def batch(number: int) -> dict[str, Any]:
    """Events of one request; sent again it is the same."""
    made = [
        {"id": f"{number}-{n}", "type": "test.kill", "generated_ns": 10**18 + number * 10**9 + n, "traits": []}
        for n in range(BATCH)
    ]
    return {"events": made}


def test_kills_under_load_lose_no_event_and_double_none(tmp_path: Path) -> None:
    with serving(tmp_path, config=BASIC) as server:
        acknowledged: list[int] = []
        stopping = threading.Event()

        def send_on() -> None:
            """One batch after the other, each until it is acknowledged, as an agent would."""
            number = 0
            while not stopping.is_set():
                if sent(server, number):
                    acknowledged.append(number)
                    number += 1

        sender = threading.Thread(target=send_on)
        sender.start()
        for _ in range(KILLS):
            wait_for(acknowledged, len(acknowledged) + 20)
            server.kill()
            server.start()
        wait_for(acknowledged, len(acknowledged) + 20)
        server.kill()
        stopping.set()
        sender.join()
        server.start()

        found = server.api.done("GET", "/api/v1/events/types")["types"]

        expected = len(acknowledged) * BATCH
        # The last batch may be there without its answer.
        assert found[0]["events"] in (expected, expected + BATCH)
        shown = server.api.done("GET", "/api/v1/events", arguments={"limit": BATCH})["events"]
        assert found[0]["events"] == len({each["id"] for each in everything(server)})
        assert {"test.kill"} == {each["type"] for each in shown}


def everything(server: Server) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    marker: dict[str, str] = {}
    while True:
        page = server.api.done("GET", "/api/v1/events", arguments={"limit": 1000, **marker})
        seen += page["events"]
        if page["next"] is None:
            return seen
        marker = {"marker": page["next"]}


def sent(server: Server, number: int) -> bool:
    try:
        return 202 == server.api("POST", "/api/v1/events", body=batch(number)).status
    except (HTTPError, OSError):
        time.sleep(0.05)
        return False


def wait_for(acknowledged: list[int], count: int) -> None:
    give_up = time.monotonic() + 60
    while len(acknowledged) < count:
        assert time.monotonic() < give_up, f"{len(acknowledged)} batches acknowledged"
        time.sleep(0.01)

# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Clients that go away, dawdle or send again, spoken by hand over sockets: nothing half, nothing twice."""

import base64
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.system.http import Caller, gnocchi
from tests.system.load import POLICY
from tests.system.server import Server

POINTS = [{"timestamp": 1_748_779_200 + second, "value": second} for second in range(50)]
AUTHORIZATION = base64.b64encode(b"admin:").decode()


def new_metric(caller: Caller) -> str:
    """A metric that keeps each second."""
    caller("POST", "/v1/archive_policy", body=POLICY)
    return str(caller.done("POST", "/v1/metric", body={"archive_policy_name": POLICY["name"]})["id"])


def counts(caller: Caller, metric: str) -> list[float]:
    """How many points each second holds."""
    rows = caller.done("GET", f"/v1/metric/{metric}/measures", arguments={"aggregation": "count"})
    return [value for _, _, value in rows]


def request_of(metric: str, body: Any) -> bytes:
    """A whole request, as bytes."""
    content = json.dumps(body).encode()
    head = (
        f"POST /gnocchi/v1/metric/{metric}/measures HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {AUTHORIZATION}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    address = urlsplit(server.url)
    assert address.hostname
    assert address.port
    with socket.create_connection((address.hostname, address.port), timeout=20.0) as connection:
        yield connection


def wait_until_counted(caller: Caller, metric: str) -> None:
    give_up = time.monotonic() + 20.0
    while not counts(caller, metric):
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_a_request_sent_again_after_its_answer_was_lost_counts_once(shared_server: Server) -> None:
    caller = gnocchi(shared_server.url)
    metric = new_metric(caller)
    with connected(shared_server) as connection:
        connection.sendall(request_of(metric, POINTS))
        wait_until_counted(caller, metric)
    assert 202 == caller("POST", f"/v1/metric/{metric}/measures", body=POINTS).status
    assert [1.0] * len(POINTS) == counts(caller, metric)


def test_a_body_that_breaks_off_stores_nothing(shared_server: Server) -> None:
    caller = gnocchi(shared_server.url)
    metric = new_metric(caller)
    request = request_of(metric, POINTS)
    for sent in (len(request) - 1, len(request) // 2, 40):
        with connected(shared_server) as connection:
            connection.sendall(request[:sent])
            time.sleep(0.05)
    assert [] == counts(caller, metric)
    assert 202 == caller("POST", f"/v1/metric/{metric}/measures", body=POINTS).status
    assert [1.0] * len(POINTS) == counts(caller, metric)


def test_a_body_shorter_than_announced_and_then_closed_for_writing_stores_nothing(shared_server: Server) -> None:
    caller = gnocchi(shared_server.url)
    metric = new_metric(caller)
    with connected(shared_server) as connection:
        connection.sendall(request_of(metric, POINTS)[:-5])
        connection.shutdown(socket.SHUT_WR)
        assert not connection.recv(100).startswith(b"HTTP/1.1 2")
    assert [] == counts(caller, metric)


def test_dawdling_clients_hold_nobody_up_and_are_served_in_the_end(shared_server: Server) -> None:
    caller = gnocchi(shared_server.url)
    metric, other = new_metric(caller), new_metric(caller)
    request = request_of(metric, POINTS)
    with ExitStack() as stack:
        dawdlers = [stack.enter_context(connected(shared_server)) for _ in range(40)]
        for connection in dawdlers:
            connection.sendall(request[:-10])
        started = time.monotonic()
        assert 202 == caller("POST", f"/v1/metric/{other}/measures", body=POINTS).status
        assert [1.0] * len(POINTS) == counts(caller, other)
        assert time.monotonic() - started < 5.0
        assert [] == counts(caller, metric)
        for place in range(10):
            for connection in dawdlers:
                connection.sendall(request[len(request) - 10 + place :][:1])
        for connection in dawdlers:
            assert connection.recv(100).startswith(b"HTTP/1.1 202")
    assert [1.0] * len(POINTS) == counts(caller, metric)


def test_bytes_that_are_no_http_are_refused(shared_server: Server) -> None:
    with connected(shared_server) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00nonsense\r\n\r\n")
        assert connection.recv(1000).startswith((b"HTTP/1.1 400", b""))
    assert 200 == gnocchi(shared_server.url)("GET", "/").status

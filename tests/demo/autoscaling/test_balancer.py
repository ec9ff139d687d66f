# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The load of the demo: who gets it, and what is counted."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import ThreadingHTTPServer

import pytest

from nephoscope.demo.autoscaling.balancer import Balancer, Counts, Load
from nephoscope.demo.autoscaling.worker import Work, serve
from tests.services.ports import free_port


class Counting(Work):
    """Costs nothing, and counts; turns away when it is told to."""

    def __init__(self) -> None:
        super().__init__(0, 1)
        self.done = 0
        self.good = True
        self.reached = threading.Event()

    def do(self) -> bool:
        self.done += 1
        if self.done >= 3:
            self.reached.set()
        return self.good


@pytest.fixture
def works() -> list[Counting]:
    return [Counting(), Counting()]


@pytest.fixture
def ports(works: list[Counting]) -> Iterator[list[int]]:
    with ExitStack() as stack:
        found = []
        for work in works:
            server: ThreadingHTTPServer = serve(0, work)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            found.append(server.server_address[1])
        yield found


def test_members_take_turns(works: list[Counting], ports: list[int]) -> None:
    balancer = Balancer()
    balancer.know(ports)
    for _ in range(6):
        balancer.send()
    assert [3, 3] == [each.done for each in works]
    assert Counts(6, 0) == balancer.taken()
    assert Counts(0, 0) == balancer.taken()


def test_what_is_not_answered_is_counted(works: list[Counting], ports: list[int]) -> None:
    balancer = Balancer()
    balancer.send()
    balancer.know([free_port()])
    balancer.send()
    works[0].good = False
    balancer.know(ports[:1])
    balancer.send()
    balancer.fail()
    assert Counts(0, 4) == balancer.taken()


def test_load_is_sent_until_it_is_stopped(works: list[Counting], ports: list[int]) -> None:
    balancer = Balancer()
    balancer.know(ports[:1])
    with Load(balancer, per_s=200):
        assert works[0].reached.wait(30)
    sent = works[0].done
    counts = balancer.taken()
    assert sent == counts.answered + counts.failed >= 3

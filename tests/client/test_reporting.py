# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""An agent tells how it is, again and again, whatever becomes of a report."""

import logging
import threading
import time
from collections.abc import Callable
from typing import cast

import msgspec
import pytest

from nephoscope.client.ask import Server
from nephoscope.client.reporting import Reporting, over, small
from nephoscope.model.agent_report import REPORT_BYTES_MAX, AgentReport, Drop
from nephoscope.model.errors import NephoscopeError, Unavailable


def report(most: int = 1) -> AgentReport:
    return AgentReport("a", "1", 1, time.time_ns(), 0.01)


def wait_until(true: Callable[[], object]) -> None:
    until = time.monotonic() + 10
    while not true():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_reports_go_out_until_it_is_stopped() -> None:
    told: list[AgentReport] = []

    def tell(report: AgentReport) -> float:
        told.append(report)
        return 0

    reporting = Reporting(report, tell, 0.01)
    reporting.start()
    wait_until(lambda: len(told) >= 3)
    reporting.stop(5)
    there = len(told)
    time.sleep(0.05)
    assert there == len(told)


def test_a_server_that_wants_fewer_reports_gets_fewer() -> None:
    told: list[float] = []

    def tell(report: AgentReport) -> float:
        told.append(time.monotonic())
        return 0.2

    reporting = Reporting(report, tell, 0.01)
    reporting.start()
    wait_until(lambda: len(told) >= 2)
    reporting.stop(5)
    assert told[1] - told[0] >= 0.19


def test_trouble_is_said_once_and_reports_go_on(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("nephoscope"), "propagate", True)
    answers: list[Exception | None] = [Unavailable("away"), RuntimeError("?"), None, Unavailable("away again")]
    done = threading.Event()

    def tell(report: AgentReport) -> float:
        if not answers:
            done.set()
            return 0
        if (answer := answers.pop(0)) is not None:
            raise answer
        return 0

    reporting = Reporting(report, tell, 0.01)
    reporting.start()
    assert done.wait(10)
    reporting.stop(5)
    said = [record.getMessage().rpartition(": ")[2] for record in caplog.records if "page of agents" in record.msg]
    assert ["away", "away again"] == said


def test_a_report_that_is_too_large_is_made_with_shorter_lists() -> None:
    def make(most: int) -> AgentReport:
        return AgentReport("a", "1", 1, 2, 10, drops=tuple(Drop("s" * 250, f"{n:0250}", 1) for n in range(2 * most)))

    made = small(make)
    assert 200 == len(made.drops)
    assert len(msgspec.json.encode(made)) <= REPORT_BYTES_MAX
    with pytest.raises(NephoscopeError, match="larger than"):
        small(lambda most: make(1000))


class Asked:
    """A server that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []

    def post(self, path: str, body: object) -> object:
        self.told.append((path, body))
        return {"next_s": 30}


def test_the_server_says_how_long_to_wait() -> None:
    server, said = Asked(), report()
    assert 30 == over(cast(Server, server))(said)
    assert [("agents", said)] == server.told

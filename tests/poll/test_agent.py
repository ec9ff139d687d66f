# SPDX-License-Identifier: Apache-2.0
"""The agent's view of itself."""

import time

from nephoscope.observe import dropped
from nephoscope.poll.agent import Agent
from nephoscope.poll.host import Host


def read() -> dict[str, float]:
    """The figures by meter."""
    batch = Agent(Host("box")).poll(1).batch()
    return dict(zip((batch.meters[m].name for m in batch.meter), batch.value, strict=True))


def test_what_is_dropped_anywhere_is_told() -> None:
    before = read()
    dropped("spool", "full", 3)
    dropped("poll", "timeout", 4)
    assert read()["agent.dropped"] - before["agent.dropped"] == 7


def test_its_own_cpu_time_and_memory_are_told() -> None:
    before, until = read(), time.process_time() + 0.05
    while time.process_time() < until:
        pass
    assert read()["agent.cpu.time"] - before["agent.cpu.time"] >= 0.04
    assert 5_000_000 < before["agent.memory.resident"] < 5_000_000_000

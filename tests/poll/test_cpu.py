# SPDX-License-Identifier: Apache-2.0
"""CPU use and time."""

import doctest
import os
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.sample import SampleBatch
from nephoscope.poll import cpu
from nephoscope.poll.cpu import Cpu, utilisation
from nephoscope.poll.host import Host

ticks = st.lists(st.integers(0, 2**40), min_size=8, max_size=8)


def values(batch: SampleBatch, resource: str) -> dict[str, float]:
    """The values of one resource by meter."""
    columns = zip(batch.resource, batch.meter, batch.value, strict=True)
    return {batch.meters[m].name: value for r, m, value in columns if batch.resources[r].id == resource}


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(cpu).attempted > 0
    assert doctest.testmod(cpu).failed == 0


def test_use_is_told_from_two_readings_for_the_host_and_each_core(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    pollster = Cpu(Host("box"), stat)
    stat.write_text("cpu  0 0 0 100 0 0 0 0 0 0\ncpu0 0 0 0 50 0 0 0 0 0 0\ncpu2 0 0 0 50 0 0 0 0 0 0\nctxt 1\n")
    assert "cpu.util" not in values(pollster.poll(1).batch(), "box")
    stat.write_text("cpu  60 0 0 240 0 0 0 0 9 9\ncpu0 60 0 0 90 0 0 0 0 9 9\ncpu2 0 0 0 150 0 0 0 0 0 0\nctxt 1\n")
    batch = pollster.poll(2).batch()
    assert values(batch, "box")["cpu.util"] == pytest.approx(30)
    assert values(batch, "box.cpu.0")["cpu.util"] == pytest.approx(60)
    assert values(batch, "box.cpu.2")["cpu.util"] == 0
    assert values(batch, "box")["cpu.time.user"] == 60 / os.sysconf("SC_CLK_TCK")


def test_times_of_this_machine_agree_with_another_reader() -> None:
    before = psutil.cpu_times()
    read = values(Cpu(Host("box")).poll(1).batch(), "box")
    after = psutil.cpu_times()
    assert before.user <= read["cpu.time.user"] <= after.user
    assert before.idle <= read["cpu.time.idle"] <= after.idle


@given(ticks, ticks)
def test_use_stays_a_percentage_even_when_counters_step_back(before: list[int], now: list[int]) -> None:
    use = utilisation(before, now)
    assert use is None or 0 <= use <= 100


def test_no_time_passed_is_no_reading() -> None:
    assert utilisation([5] * 8, [5] * 8) is None

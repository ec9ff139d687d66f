# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Polling as an agent's report shows it, with the clocks in the test's hand."""

import pytest

from nephoscope.model.agent_report import LastCycle, PollingFamily, PollingSource
from nephoscope.observe import registry
from nephoscope.poll.plan import planned
from nephoscope.poll.polling import read
from nephoscope.poll.report import families_of, sources_of
from tests.poll.counting import Counting, Hand, loaded

TEXT = """
sources:
  - {name: a, interval: 60, meters: [cpu, "memory.*"]}
  - {name: b, interval: 60, meters: [memory]}
  - {name: elsewhere, interval: 30, meters: [image.size]}
"""


@pytest.fixture
def hand() -> Hand:
    """A fresh one."""
    return Hand()


def test_sources_are_told_with_the_families_that_they_lead_to() -> None:
    config = read(TEXT)
    families = [loaded("vms", ["cpu", "memory"]), loaded("others", ["memory.usage"])]
    plan = planned(config, families, ["compute"], [])
    assert (
        PollingSource("a", 60, ("cpu", "memory.*"), ("vms", "others")),
        PollingSource("b", 60, ("memory",), ("vms",)),
        PollingSource("elsewhere", 30, ("image.size",)),
    ) == sources_of(config, plan)
    assert ["a", "b"] == [each.name for each in sources_of(config, plan, most=2)]
    assert ["vms", "others"] == [each.name for each in families_of(plan)]


def test_what_went_wrong_is_told_by_family() -> None:
    plan = planned(read(TEXT), [loaded("often broken", ["cpu"])], ["compute"], [])
    for what, number in (("errors", 3), ("timeouts", 2), ("overruns", 1)):
        registry.count(f"nephoscope_poll_{what}_total", number, pollster="often broken")
    assert (PollingFamily("often broken", 3, 2, 1),) == families_of(plan)


def test_a_task_tells_of_its_last_cycle_and_of_all(hand: Hand) -> None:
    rounds = hand.rounds("sources: [{name: a, interval: 60, meters: [cpu]}]", loaded("vms", ["cpu"], Counting()))
    (before,) = rounds.report()
    assert (0, None) == (before.cycles, before.last)
    hand.pass_time(130, rounds)
    (task,) = rounds.report()
    assert ("60s", 60, False, 3, 0, ("vms",)) == (
        task.name,
        task.interval_s,
        task.shared,
        task.cycles,
        task.overruns,
        task.families,
    )
    assert isinstance(task.last, LastCycle)
    assert (task.samples / 3, 0) == (task.last.samples, task.last.late_s)
    assert task.samples > 0
    assert 5 <= (hand.wall_ns() - task.last.ended_ns) / 1e9 <= 10.5

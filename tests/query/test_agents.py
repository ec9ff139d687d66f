# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""How agents are, told by two of their reports."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.agent_report import AgentReport, Drop, KeptReport, Outlet, PollingFamily, PollingTask
from nephoscope.query.agents import Since, state_of

SECOND = 10**9
COUNTS = st.floats(0, 1e15)


def report(**parts: object) -> AgentReport:
    return msgspec.structs.replace(AgentReport("a", "1", 1, 2, 10), **parts)


def kept(now: AgentReport, before: AgentReport | None = None, *, seconds: int = 60, every_s: float = 10) -> KeptReport:
    return KeptReport("p", "ann", "p", 1000 * SECOND, every_s, now, before, (1000 - seconds) * SECOND)


@given(COUNTS, COUNTS, st.integers(1, 7200))
def test_no_rate_is_below_nothing_and_rates_times_seconds_are_what_rose(now: float, then: float, seconds: int) -> None:
    since = Since(kept(report(), report(), seconds=seconds))
    per_s = since.per_s(now, then)
    assert per_s is not None
    assert pytest.approx(max(0.0, now - then)) == per_s * seconds
    assert (now > then) == since.rose(now, then)


def test_with_one_report_nothing_is_known_to_rise() -> None:
    outlets = (Outlet("x", refused=5, lost=5),)
    parts = {"drops": (Drop("poll", "timeout", 4),), "families": (PollingFamily("f", 3),), "outlets": outlets}
    since = Since(kept(report(**parts, tasks=(PollingTask("t", 60, False, overruns=2),))))
    assert (None, []) == (since.per_s(1, 0), list(since.troubles()))
    assert [("poll", "timeout", 4, None)] == list(since.drops())


def test_a_drop_that_was_not_there_before_has_risen_from_nothing() -> None:
    drops = (Drop("poll", "timeout", 4), Drop("spool", "full", 2))
    since = Since(kept(report(drops=drops), report(drops=drops[:1])))
    assert ["2 dropped by spool: full"] == list(since.troubles())


def test_a_peer_that_is_away_is_trouble_from_the_first_report_on() -> None:
    since = Since(kept(report(outlets=(Outlet("x", away=True, waiting=2),))))
    assert ["x takes nothing now; 2 batches wait"] == list(since.troubles())


@pytest.mark.parametrize(("every_s", "silent_after_s"), [(10, 35), (1, 8), (100, 305)])
def test_who_misses_three_reports_is_silent(every_s: float, silent_after_s: int) -> None:
    now = kept(report(), every_s=every_s)
    assert ["ok", "silent"] == [
        state_of(now, now.received_ns + silent_after_s * SECOND + late_ns) for late_ns in (0, SECOND)
    ]

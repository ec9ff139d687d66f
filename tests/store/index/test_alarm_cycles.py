# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""When alarms were decided last: told for all of a share at once, and shown with each."""

from typing import Any

import pytest

from nephoscope.model.alarm_rule import Composite, EventRule, Rule
from nephoscope.model.search import EVERYTHING
from nephoscope.model.series_rule import SeriesRule, SqlRule
from nephoscope.store.index.alarm_contract import Cycle
from nephoscope.store.index.contract import Index
from tests.store.index.counting import counting
from tests.store.index.samples import SECOND, START_NS
from tests.store.index.watched import CPU, NIGHTS, SLOTS, UP, create, watched

# Five seconds after a minute, and so far into an hour.
AT_NS = START_NS // (3600 * SECOND) * 3600 * SECOND + (3600 + 1805) * SECOND
MINUTE_NS, HOUR_NS = 60 * SECOND, 3600 * SECOND
SQL = SqlRule(sql="SELECT 1", every_s=3600)


def cycle(at_ns: int = AT_NS) -> Cycle:
    return Cycle(at_ns=at_ns, interval_ns=MINUTE_NS, settle_ns=SECOND, slots=4)


@pytest.mark.parametrize(
    ("rule", "ago_s"),
    [
        (CPU, 4),
        (SeriesRule(metric="cpu", threshold=1.0, granularity=10), 4),
        (SeriesRule(metric="cpu", threshold=1.0, granularity=3600), 4),
        (Composite(operator="or", rules=(CPU, SeriesRule(metric="cpu", threshold=1.0, granularity=2))), 0),
    ],
)
def test_an_alarm_was_decided_when_its_last_step_began(index: Index, rule: Rule, ago_s: int) -> None:
    made = create(index, "a", rule)
    index.alarms.note_cycle(cycle(), range(4))
    assert AT_NS - ago_s * SECOND == index.alarms.get("a").evaluated_ns
    assert [index.alarms.get("a")] == index.alarms.find(EVERYTHING)
    # What is kept is still when it changed last.
    assert made == watched(index)["a"].alarm


@pytest.mark.parametrize("more", [{"enabled": False}, {"time_constraints": (NIGHTS,)}, {"rule": EventRule()}])
def test_who_is_not_decided_again_and_again_stays_as_it_was(index: Index, more: dict[str, Any]) -> None:
    made = create(index, "a", **more)
    index.alarms.note_cycle(cycle(), range(4))
    assert made == index.alarms.get("a")


@pytest.mark.parametrize("rule", [UP, SQL, Composite(operator="or", rules=(CPU, SQL))])
def test_who_asks_others_is_decided_when_it_is_answered(index: Index, rule: Rule) -> None:
    create(index, "a", rule)
    create(index, "b", rule)
    index.alarms.note_cycle(cycle(), range(4))
    assert START_NS == index.alarms.get("a").evaluated_ns
    version = index.alarms.watchlist(0, SLOTS).version
    # Whoever holds them at the time says so, the one before too late; and another may be gone.
    for at_ns in (AT_NS, AT_NS - SECOND):
        index.alarms.note_decided({"a": at_ns, "gone": at_ns})
    index.alarms.note_decided({})
    assert (AT_NS, START_NS) == tuple(index.alarms.get(each).evaluated_ns for each in ("a", "b"))
    assert version == index.alarms.watchlist(0, SLOTS).version


def test_when_many_were_decided_is_noted_with_one_statement(index: Index) -> None:
    names = [f"a{n}" for n in range(50)]
    for name in names:
        create(index, name, UP)

    def statements(count: int) -> int:
        with counting(index) as counter:
            index.alarms.note_decided(dict.fromkeys(names[:count], AT_NS))
        return counter.statements

    assert statements(1) == statements(50)


def test_a_newer_alarm_was_not_decided_before_it_was_made(index: Index) -> None:
    index.alarms.note_cycle(cycle(START_NS - HOUR_NS), range(4))
    assert START_NS == create(index, "a").evaluated_ns == index.alarms.get("a").evaluated_ns


def test_each_share_has_a_time_of_its_own(index: Index) -> None:
    for name in ("a", "b", "c", "d", "e", "f"):
        create(index, name)
    slots = {name: each.slot for name, each in watched(index).items()}
    assert 1 < len(set(slots.values()))
    index.alarms.note_cycle(cycle(), {slots["a"]})
    index.alarms.note_cycle(cycle(AT_NS + MINUTE_NS), {slots["a"]})
    index.alarms.note_cycle(cycle(), ())
    for name, slot in slots.items():
        is_told = slot == slots["a"]
        assert (AT_NS + 56 * SECOND if is_told else START_NS) == index.alarms.get(name).evaluated_ns


def test_all_shares_are_told_with_one_statement(index: Index) -> None:
    def statements(slots: int) -> int:
        with counting(index) as counter:
            index.alarms.note_cycle(cycle(), range(slots))
        return counter.statements

    assert statements(1) == statements(64)

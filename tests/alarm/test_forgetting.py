# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""History and deliveries go when they are past their time, and not before."""

import pytest

from nephoscope.alarm.forgetting import EVERY_S, Forgetting
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_rule import EventRule
from nephoscope.model.delivery import Attempt, Draft, Noted
from nephoscope.model.timespan import DAY_NS
from nephoscope.store.index.alarm_contract import Author, Limits
from nephoscope.store.index.contract import Index
from tests.alarm.conftest import World


@pytest.fixture
def index(world: World) -> Index:
    """An index with one record of history, and one delivery that is over and one that waits."""
    alarm = Alarm(id="a", name="n", description="", rule=EventRule(), project_id="p", user_id="u")
    world.index.alarms.create(alarm, Author("u", "p"), Limits())
    drafts = [Draft(key=key, alarm_id="a", project_id="p", target="log:", body={}) for key in ("over", "waiting")]
    world.index.outbox.add(drafts)
    (first, *_) = world.index.outbox.claim(1, DAY_NS)
    attempt = Attempt(delivery=first.number, at_ns=first.created_ns, lasted_ns=1)
    world.index.outbox.note([Noted(delivery=first, attempt=attempt, progress="delivered", due_ns=0)])
    return world.index


def left(index: Index) -> tuple[int, int]:
    return len(index.alarms.history()), len(index.outbox.find())


@pytest.mark.parametrize(
    ("days_later", "history_days", "deliveries_days", "expected"),
    [(1, 2, 2, (1, 2)), (3, 2, 0, (0, 2)), (3, 0, 2, (1, 1)), (10_000, 0, 0, (1, 2))],
)
def test_only_what_is_past_its_time_goes(
    index: Index, days_later: int, history_days: float, deliveries_days: float, expected: tuple[int, int]
) -> None:
    now_s = [0.0]
    later_ns = index.alarms.history()[0].timestamp_ns + days_later * DAY_NS
    forgetting = Forgetting(index, history_days, deliveries_days, monotonic=lambda: now_s[0], wall_ns=lambda: later_ns)
    forgetting.turn()
    assert (1, 2) == left(index)
    now_s[0] += EVERY_S
    forgetting.turn()
    assert expected == left(index)

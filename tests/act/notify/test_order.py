# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Of one alarm to one target an older notification is never sent behind a newer one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nephoscope.act.notify.order import FREE, Standing, standing, to_be_looked_at
from nephoscope.model.delivery import Attempt, Delivery, Noted, Progress
from nephoscope.model.timespan import SECOND_NS
from nephoscope.store.index import open_index
from nephoscope.store.index.alarm_contract import Outbox
from tests.act.notify.made import NOON_NS, draft
from tests.act.notify.outbox import Clock, MemoryOutbox


class Kept:
    """An outbox, and its clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.outbox: Outbox

    def claimed(self) -> list[Delivery]:
        """All that is due, claimed for a second."""
        return self.outbox.claim(10, SECOND_NS)

    def note(self, delivery: Delivery, progress: Progress, due_s: float = 0) -> None:
        """Keep what came of one."""
        attempt = Attempt(delivery=delivery.number, at_ns=self.clock.now_ns, lasted_ns=0)
        due_ns = self.clock.now_ns + int(due_s * SECOND_NS)
        noted = Noted(delivery=delivery, attempt=attempt, progress=progress, due_ns=due_ns)
        assert [True] == self.outbox.note([noted])


@pytest.fixture(params=["memory", "sqlite"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    """Three of one line, and one of another alarm and of another target each; in our stand-in, and in an index."""
    made = Kept()
    index = open_index(f"sqlite:///{tmp_path}/index.sqlite", made.clock)
    index.upgrade()
    made.outbox = index.outbox if request.param == "sqlite" else MemoryOutbox(made.clock)
    made.outbox.add([draft("x:1", str(number)) for number in range(3)])
    made.outbox.add([draft("x:1", "b", alarm_id="b"), draft("x:2", "c")])
    yield made
    index.close()


def test_the_oldest_of_a_line_is_free_and_the_others_are_behind_it(kept: Kept) -> None:
    behind = Standing(behind_ns=NOON_NS)
    assert [FREE, behind, behind, FREE, FREE] == [standing(kept.outbox, each) for each in kept.claimed()]


def test_looked_at_are_those_behind_others_and_those_that_were_claimed_before(kept: Kept) -> None:
    assert {2, 3} == to_be_looked_at(kept.outbox, kept.claimed())
    kept.clock.now_ns += 2 * SECOND_NS
    kept.outbox.add([draft("x:9", "new")])
    assert {1, 2, 3, 4, 5} == to_be_looked_at(kept.outbox, kept.claimed())
    assert set() == to_be_looked_at(kept.outbox, [])


@pytest.mark.parametrize("progress", ["delivered", "given up"])
def test_one_that_is_over_stands_in_nobodys_way(kept: Kept, progress: Progress) -> None:
    first, second, *_ = kept.claimed()
    kept.note(first, progress)
    assert FREE == standing(kept.outbox, second)


def test_one_that_waits_for_its_next_try_is_waited_for(kept: Kept) -> None:
    first, second, *_ = kept.claimed()
    kept.note(first, "waiting", due_s=60)
    assert Standing(behind_ns=NOON_NS + 60 * SECOND_NS) == standing(kept.outbox, second)


def test_an_older_one_is_overtaken_once_a_newer_one_was_delivered(kept: Kept) -> None:
    _, second, third, *_ = kept.claimed()
    kept.note(third, "delivered")
    kept.clock.now_ns += 2 * SECOND_NS
    again = {each.number: each for each in kept.claimed()}
    assert Standing(overtaken=True) == standing(kept.outbox, again[1])
    assert Standing(overtaken=True) == standing(kept.outbox, again[second.number])
    assert FREE == standing(kept.outbox, again[4])
    assert FREE == standing(kept.outbox, again[5])

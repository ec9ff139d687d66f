# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""One delivery from its turn to its note: what stands in its way, what is noted, what is counted."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.notify.claims import Claims
from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.delivering import Delivering
from nephoscope.act.notify.lanes import Job
from nephoscope.act.notify.measures import DELIVERED, FAILED, GIVEN_UP, POSTPONED
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.model.delivery import Delivery
from nephoscope.model.errors import BadRequest
from nephoscope.model.timespan import SECOND_NS
from nephoscope.observe import registry
from tests.act.notify.made import NOON_NS, draft
from tests.act.notify.outbox import MemoryOutbox

SETTINGS = NotifierSettings(retry_s_min=2, retry_s_max=300, age_s_max=3600, attempts_max=50)
CLAIM_S = 120
FAILED_ONCE = Outcome("again", 503, "5xx", "answered 503")
SILENT = Outcome("again", cause="timeout", error="h:80: no answer in time", out_of_reach=True)


@dataclass
class Scripted:
    """Gives the outcomes that it was told, then only deliveries; keeps what it was asked to send."""

    outcomes: list[Outcome | Exception] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)

    def place(self, target: str) -> str:
        return "h:80"

    def notify(self, delivery: Delivery) -> Outcome:
        self.sent.append(delivery.number)
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome("delivered", 200)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Bench:
    """An outbox whose deliveries go through a scripted channel; the one clock stands still."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.outbox = MemoryOutbox()
        self.channel = Scripted(list(outcomes))
        self.claims = Claims(self.outbox, CLAIM_S, self.outbox.wall_s)
        tools = Tools(SETTINGS, wall_s=self.outbox.wall_s, monotonic_s=self.outbox.wall_s, random=lambda: 0.0)
        self.delivering = Delivering(self.outbox, tools, self.claims)

    def turn(self) -> list[int]:
        """Serve all that is due; gives the numbers that were sent."""
        before = len(self.channel.sent)
        for each in self.claims.claim(100):
            self.serve(each)
            self.claims.done(each)
        return self.channel.sent[before:]

    def serve(self, claimed: Delivery) -> None:
        """Serve one, and note what came of it."""
        noted = self.delivering.serve(Job(claimed, self.channel, "h:80"))
        self.delivering.note([noted] if noted is not None else [])

    @property
    def due_s(self) -> list[float]:
        """In how many seconds each is due, oldest first."""
        return [(each.due_ns - self.outbox.now_ns) / SECOND_NS for each in self.outbox.all()]


@contextmanager
def counted(name: str, amount: int = 1, /, **labels: str) -> Iterator[None]:
    before = registry.value(name, **labels)
    yield
    assert before + amount == registry.value(name, **labels)


def test_a_delivery_that_succeeds_is_over() -> None:
    bench = Bench()
    bench.outbox.add([draft("http://h/")])
    with counted(DELIVERED, scheme="http"):
        assert [1] == bench.turn()
    (attempt,) = bench.outbox.attempts(1)
    assert (["delivered"], NOON_NS, 200, "") == (
        bench.outbox.progress(),
        attempt.at_ns,
        attempt.status,
        attempt.error,
    )
    assert [] == bench.turn()


def test_what_a_receiver_made_of_it_is_noted_with_the_attempt() -> None:
    bench = Bench(Outcome("delivered", said="refused: a change of size is under way"))
    bench.outbox.add([draft("scale:p-1")])
    bench.turn()
    (attempt,) = bench.outbox.attempts(1)
    assert (["delivered"], "refused: a change of size is under way") == (bench.outbox.progress(), attempt.error)


def test_a_failure_is_noted_and_tried_again_after_its_pause() -> None:
    bench = Bench(FAILED_ONCE, FAILED_ONCE)
    bench.outbox.add([draft("http://h/")])
    with counted(FAILED, 2, scheme="http", cause="5xx"):
        assert [1] == bench.turn()
        assert [2.0] == bench.due_s
        assert [] == bench.turn()
        bench.outbox.pass_s(2)
        assert [1] == bench.turn()
    assert [4.0] == bench.due_s
    bench.outbox.pass_s(4)
    assert [1] == bench.turn()
    assert ["answered 503", "answered 503", ""] == bench.outbox.errors(1)
    assert [503, 503, 200] == [each.status for each in bench.outbox.attempts(1)]
    assert ["delivered"] == bench.outbox.progress()


def test_what_is_refused_is_given_up_at_once() -> None:
    bench = Bench(Outcome("refused", 404, "4xx", "answered 404"))
    bench.outbox.add([draft("https://h/")])
    with counted(GIVEN_UP, scheme="https", cause="4xx"):
        bench.turn()
    assert (["given up"], ["answered 404"]) == (bench.outbox.progress(), bench.outbox.errors(1))


def test_after_its_age_it_is_given_up() -> None:
    bench = Bench(*[FAILED_ONCE] * 100)
    bench.outbox.add([draft("http://h/")])
    with counted(GIVEN_UP, scheme="http", cause="age"):
        for _ in range(SETTINGS.attempts_max):
            bench.turn()
            bench.outbox.pass_s(bench.due_s[0])
    assert ["given up"] == bench.outbox.progress()
    assert NOON_NS + 3600 * SECOND_NS == bench.outbox.attempts(1)[-1].at_ns
    assert "answered 503; given up" == bench.outbox.errors(1)[-1]


def test_one_that_has_waited_beyond_its_age_before_its_first_try_is_not_sent() -> None:
    bench = Bench()
    bench.outbox.add([draft("http://h/")])
    bench.outbox.pass_s(3600)
    assert [] == bench.turn()
    assert (["given up"], ["not tried: it waited longer than [act] age_s_max"]) == (
        bench.outbox.progress(),
        bench.outbox.errors(1),
    )
    # Somebody wants it all the same.
    bench.outbox.send_again(1)
    assert [1] == bench.turn()
    assert ["delivered"] == bench.outbox.progress()


def test_newer_ones_of_a_line_wait_while_an_older_one_fails_and_go_in_order() -> None:
    bench = Bench(FAILED_ONCE)
    bench.outbox.add([draft("http://h/", str(number)) for number in (1, 2, 3)])
    with counted(POSTPONED, 2, cause="order"):
        assert [1] == bench.turn()
    assert [2.0, 2.0, 2.0] == bench.due_s
    assert ["not tried: an older one of the same alarm waits for the same target"] == bench.outbox.errors(3)
    bench.outbox.pass_s(2)
    assert [1, 2, 3] == bench.turn()


def test_a_line_that_fails_holds_up_no_other() -> None:
    bench = Bench(FAILED_ONCE)
    bench.outbox.add([draft("http://h/", "1"), draft("http://h/", "2", alarm_id="b"), draft("http://h/x", "3")])
    assert [1, 2, 3] == bench.turn()


def test_an_older_one_is_not_sent_behind_a_newer_one_that_was_delivered() -> None:
    bench = Bench()
    bench.outbox.add([draft("http://h/", "1"), draft("http://h/", "2")])
    # Somebody died with the first in hand, while another has delivered the second.
    first, second = bench.outbox.claim(2, SECOND_NS)
    bench.delivering.note([bench.delivering.settled(second, Outcome("delivered"))])
    bench.outbox.pass_s(1)
    with counted(GIVEN_UP, scheme="http", cause="overtaken"):
        assert [] == bench.turn()
    assert ["given up", "delivered"] == bench.outbox.progress()
    assert ["not tried: a newer one of the same alarm was delivered before"] == bench.outbox.errors(first.number)


def test_a_place_that_is_silent_is_left_alone_by_the_others() -> None:
    bench = Bench(SILENT, SILENT, SILENT)
    bench.outbox.add([draft("http://h/", str(number), alarm_id=str(number)) for number in range(6)])
    with counted(POSTPONED, 3, cause="silence"):
        assert [1, 2, 3] == bench.turn()
    assert ["not tried: nobody has answered at h:80 lately"] == bench.outbox.errors(6)
    bench.outbox.pass_s(2)
    assert [1, 2, 3, 4, 5, 6] == sorted(bench.turn())
    assert ["delivered"] * 6 == bench.outbox.progress()


def test_an_error_holds_no_credentials() -> None:
    target = "http://ann:s3cret@h/x?Signature=abcdef"
    bench = Bench(Outcome("again", error=f"cannot go to {target}\nas s3cret with abcdef"))
    bench.outbox.add([draft(target)])
    bench.turn()
    assert ["cannot go to http://***@h*** as *** with ***"] == bench.outbox.errors(1)


@pytest.mark.parametrize(
    ("raised", "progress", "error"),
    [
        (BadRequest("the action's URL cannot be read"), "given up", "the action's URL cannot be read"),
        (ZeroDivisionError("s3cret"), "waiting", "ZeroDivisionError"),
    ],
)
def test_what_a_channel_raises_is_noted(
    raised: Exception, progress: str, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "nephoscope.notify")
    bench = Bench(raised)
    bench.outbox.add([draft("http://h/")])
    bench.turn()
    assert ([progress], [error]) == (bench.outbox.progress(), bench.outbox.errors(1))


def test_one_whose_claim_is_over_is_left_alone() -> None:
    bench = Bench()
    bench.outbox.add([draft("http://h/")])
    (claimed,) = bench.claims.claim(1)
    bench.outbox.pass_s(CLAIM_S)
    bench.serve(claimed)
    assert ([], []) == (bench.channel.sent, bench.outbox.attempts(1))


def test_an_outbox_that_is_away_leaves_all_to_the_end_of_the_claim() -> None:
    bench = Bench()
    bench.outbox.add([draft("http://h/")])
    (claimed,) = bench.claims.claim(1)
    bench.outbox.away = True
    bench.serve(claimed)
    bench.delivering.note([bench.delivering.given_back(claimed)])
    bench.outbox.away = False
    assert ([], ["waiting"]) == (bench.channel.sent, bench.outbox.progress())
    bench.outbox.pass_s(CLAIM_S)
    assert [1] == bench.turn()


def test_what_cannot_be_kept_holds_up_nothing_beside_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "nephoscope.notify")
    bench = Bench()
    bench.outbox.add([draft("http://h/", str(number), alarm_id=str(number)) for number in range(3)])
    bench.outbox.cannot_keep = "odd"
    outcomes = [Outcome("again", error="busy"), Outcome("again", error="odd"), Outcome("delivered")]
    claimed = bench.claims.claim(3)
    bench.delivering.note([bench.delivering.settled(*each) for each in zip(claimed, outcomes, strict=True)])
    assert [["busy"], [], [""]] == [bench.outbox.errors(number) for number in (1, 2, 3)]
    assert ["waiting", "waiting", "delivered"] == bench.outbox.progress()


@given(
    st.lists(st.sampled_from([FAILED_ONCE, SILENT, Outcome("refused", 404, "4xx"), Outcome("delivered")])), st.data()
)
def test_whatever_fails_the_line_arrives_in_order_and_everything_ends(outcomes: list[Outcome], data: Any) -> None:
    bench = Bench(*outcomes)
    for number in range(data.draw(st.integers(1, 5))):
        bench.outbox.add([draft("http://h/", str(number))])
        bench.turn()
        bench.outbox.pass_s(data.draw(st.integers(0, 10)))
    arrived: list[int] = []
    for _ in range(200):
        delivered = [each.number for each in bench.outbox.all() if each.progress == "delivered"]
        arrived += [number for number in delivered if number not in arrived]
        if "waiting" not in bench.outbox.progress():
            break
        bench.outbox.pass_s(
            max(
                0,
                min(
                    due for due, each in zip(bench.due_s, bench.outbox.all(), strict=True) if each.progress == "waiting"
                ),
            )
        )
        bench.turn()
    assert "waiting" not in bench.outbox.progress()
    assert sorted(bench.channel.sent) == bench.channel.sent
    assert sorted(arrived) == arrived

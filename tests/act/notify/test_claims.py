# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Claims are short, and renewed by who lives: what the dead have claimed is free within one of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.notify.claims import Claims
from nephoscope.model.delivery import Attempt, Noted
from nephoscope.model.errors import IndexUnavailable
from tests.act.notify.made import draft
from tests.act.notify.outbox import MemoryOutbox

CLAIM_S = 15


def of(outbox: MemoryOutbox) -> Claims:
    return Claims(outbox, CLAIM_S, outbox.wall_s)


def test_what_is_renewed_stays_ours_and_what_is_not_is_anothers() -> None:
    outbox = MemoryOutbox()
    outbox.add([draft("test:", "k")])
    mine, theirs = of(outbox), of(outbox)
    (claimed,) = mine.claim(10)
    for _ in range(10):
        outbox.pass_s(CLAIM_S - 1)
        mine.renew()
        assert mine.holds(claimed)
        assert [] == theirs.claim(10)
    outbox.pass_s(CLAIM_S)
    assert not mine.holds(claimed)
    (taken,) = theirs.claim(10)
    mine.renew()
    assert (False, True) == (mine.holds(claimed), theirs.holds(taken))


def test_a_claim_that_nobody_took_is_renewed_after_its_end() -> None:
    outbox = MemoryOutbox()
    outbox.add([draft("test:", "k")])
    mine = of(outbox)
    (claimed,) = mine.claim(10)
    outbox.pass_s(CLAIM_S + 1)
    mine.renew()
    assert mine.holds(claimed)


def test_what_is_done_or_noted_is_not_renewed() -> None:
    outbox = MemoryOutbox()
    outbox.add([draft("test:", key) for key in ("k", "l")])
    mine = of(outbox)
    first, second = mine.claim(10)
    mine.done(first)
    attempt = Attempt(delivery=second.number, at_ns=0, lasted_ns=0)
    outbox.note([Noted(delivery=second, attempt=attempt, progress="waiting", due_ns=outbox.now_ns)])
    outbox.pass_s(CLAIM_S)
    mine.renew()
    assert not mine.holds(first)
    assert not mine.holds(second)
    assert [first.number, second.number] == [each.number for each in of(outbox).claim(10)]


def test_an_outbox_that_is_away_ends_claims_and_nothing_else() -> None:
    outbox = MemoryOutbox()
    outbox.add([draft("test:", "k")])
    mine = of(outbox)
    (claimed,) = mine.claim(10)
    outbox.away = True
    with pytest.raises(IndexUnavailable):
        mine.renew()
    assert mine.holds(claimed)
    outbox.pass_s(CLAIM_S)
    assert not mine.holds(claimed)


@given(st.lists(st.tuples(st.sampled_from(["claim", "renew", "die"]), st.integers(0, 1), st.integers(0, 20))))
def test_no_two_ever_hold_the_same(steps: list[tuple[str, int, int]]) -> None:
    outbox = MemoryOutbox()
    outbox.add([draft("test:", str(number)) for number in range(3)])
    nodes = [of(outbox), of(outbox)]
    for what, which, wait_s in steps:
        if what == "claim":
            nodes[which].claim(2)
        elif what == "renew":
            nodes[which].renew()
        else:
            nodes[which] = of(outbox)
        holders = [sum(node.holds(each) for node in nodes) for each in outbox.all()]
        assert max(holders) <= 1
        outbox.pass_s(wait_s)

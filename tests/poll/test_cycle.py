# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A single cycle: families side by side, what they answer, and what goes wrong in between."""

import logging

import pytest

from nephoscope.observe import registry
from nephoscope.poll.asking import Asking
from nephoscope.poll.cycle import Asker, Cycle, begun
from nephoscope.poll.discovery import Discoveries
from nephoscope.poll.plan import Task, Want
from nephoscope.poll.sharing import EVERY_SLOT, Everything
from tests.poll.counting import SETTINGS, Counting, Hand, finding, loaded


class Bench:
    """Two families, and cycles of a task that wants both."""

    def __init__(self) -> None:
        self.hand = Hand()
        self.told: list[int] = []
        self.families = {"a": Counting(), "b": Counting()}
        self.askers = {
            name: Asker(Asking(loaded(name, [f"{name}.m"], family)), lambda: self.told.append(1), self.hand.launch)
            for name, family in self.families.items()
        }

    def begin(self, share: Everything | None = None, *, shared: bool = False, threads_max: int = 8) -> Cycle:
        """One cycle."""
        wants: dict[str, tuple[Want, ...]] = {
            name: (Want("s", frozenset({f"{name}.m"}), ("some",)),) for name in self.askers
        }
        discoveries = Discoveries(SETTINGS, {"some": finding("t")})
        task = Task(60, shared, wants)
        cycle = begun(
            task, self.askers, discoveries, share or Everything(), 5, now_ns=9, timeout_s=1.0, threads_max=threads_max
        )
        cycle.advance(0)
        return cycle


@pytest.fixture
def bench() -> Bench:
    """A fresh one."""
    return Bench()


def errors(name: str) -> float:
    return registry.value("nephoscope_poll_errors_total", pollster=name)


def test_what_all_families_read_comes_together(bench: Bench) -> None:
    cycle = bench.begin()
    assert cycle.done
    assert 2 == len(bench.told)
    assert {"": ["a.m", "b.m"]} == {part: each.name.tolist() for part, each in cycle.end("timeout").items()}


def test_an_error_is_counted_each_time_and_said_once_a_kind(
    bench: Bench, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("nephoscope"), "propagate", True)
    before = errors("a")
    bench.families["a"].errors = [OSError("down"), ValueError("odd"), OSError("down")]
    for _ in range(3):
        assert ["b.m"] == bench.begin().end("timeout")[""].name.tolist()
    assert 3 == errors("a") - before
    said = [record.getMessage() for record in caplog.records]
    assert 2 == len([each for each in said if each.startswith("a failed")])


def test_a_family_that_was_given_up_is_not_asked_until_all_its_polls_are_back(bench: Bench) -> None:
    before = registry.value("nephoscope_poll_overruns_total", pollster="a")
    bench.hand.hold = {"a"}
    cycle = bench.begin()
    assert not cycle.done
    assert ["b.m"] == cycle.end("timeout")[""].name.tolist()
    assert bench.begin().done
    assert 1 == registry.value("nephoscope_poll_overruns_total", pollster="a") - before
    bench.hand.hold = set()
    bench.hand.release()
    assert ["a.m", "b.m"] == bench.begin().end("timeout")[""].name.tolist()
    assert 1 == len(bench.families["a"].calls), "what nobody waits for any more is not begun"


def test_so_many_families_are_asked_at_a_time_and_one_that_hangs_makes_place(bench: Bench) -> None:
    bench.hand.hold = {"a", "b"}
    cycle = bench.begin(threads_max=1)
    assert 1 == len(bench.hand.held)
    assert 1.0 == cycle.next_s
    cycle.advance(0.9)
    assert 1 == len(bench.hand.held)
    cycle.advance(1.0)
    assert (2, False, 2.0) == (len(bench.hand.held), cycle.done, cycle.next_s)
    bench.hand.hold = set()
    bench.hand.release()
    assert cycle.done
    assert ["b.m"] == cycle.end("timeout")[""].name.tolist()


def test_the_end_asks_nobody_who_still_waits(bench: Bench) -> None:
    bench.hand.hold = {"a"}
    cycle = bench.begin(threads_max=1)
    assert {} == cycle.end("stopped")
    bench.hand.release()
    assert [0, 0] == [len(family.calls) for family in bench.families.values()]


def test_a_claim_is_made_once_for_all_families(bench: Bench) -> None:
    claims: list[tuple[str, int]] = []

    class Watched(Everything):
        def claim(self, task: str, number: int) -> frozenset[int]:
            claims.append((task, number))
            return super().claim(task, number)

    share = Watched()
    assert 2 == sum(len(each) for each in bench.begin(share, shared=True).end("timeout").values())
    assert [("60s", 5)] == claims
    assert {} == bench.begin(share, shared=True).end("timeout")
    assert [1, 1] == [len(family.calls) for family in bench.families.values()]


def test_a_claim_that_fails_is_an_error_and_nothing_shared_is_polled(bench: Bench) -> None:
    class Broken(Everything):
        def claim(self, task: str, number: int) -> frozenset[int]:
            raise OSError("server away")

    before = errors("a")
    assert {} == bench.begin(Broken(), shared=True).end("timeout")
    assert 1 == errors("a") - before
    assert [] == bench.families["a"].calls
    assert 1 == len(bench.begin(Broken()).end("timeout")), "this host's work needs no claim"
    assert EVERY_SLOT == Everything().slots()

# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""When tasks run and what they publish, with the clocks and the threads in the test's hand."""

import logging
import threading
import time
from collections.abc import Collection, Sequence
from itertools import pairwise

import pytest

from nephoscope.model.sample_columns import Samples
from nephoscope.observe import registry
from nephoscope.poll.contract import Polled, Target
from nephoscope.poll.discovery import Discoveries
from nephoscope.poll.plan import planned
from nephoscope.poll.polling import read
from nephoscope.poll.rounds import Rounds
from nephoscope.poll.sharing import Everything
from tests.poll.counting import SETTINGS, Counting, Hand, finding, loaded

MINUTELY = "sources: [{name: a, interval: 60, meters: [cpu, memory]}]"


@pytest.fixture
def hand() -> Hand:
    """A fresh one."""
    return Hand()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """What is logged."""
    monkeypatch.setattr(logging.getLogger("nephoscope"), "propagate", True)
    return caplog


def starts_s(family: Counting) -> list[float]:
    """When a family was asked, by the wall clock."""
    return [now_ns / 1e9 for _, _, now_ns in family.calls]


def gone(cause: str) -> float:
    return registry.value("nephoscope_dropped_total", station="poll", cause=cause)


def test_the_first_cycle_is_at_once_and_the_others_start_to_start(hand: Hand) -> None:
    family = Counting()
    hand.pass_time(180, hand.rounds(MINUTELY, loaded("vms", ["cpu", "memory"], family)))
    assert [0, 60, 120, 180] == [at - starts_s(family)[0] for at in starts_s(family)]
    assert hand.wall_ns() / 1e9 - 180 == starts_s(family)[0]


def test_a_little_chance_spreads_the_first_cycle(hand: Hand) -> None:
    offsets = []
    for seed in range(20):
        family, began = Counting(), hand.wall_ns() / 1e9
        hand.pass_time(2, hand.rounds(MINUTELY, loaded("vms", ["cpu"], family), jitter_s=1, seed=seed))
        offsets.append(starts_s(family)[0] - began)
    assert all(0 <= offset <= 1 for offset in offsets)
    assert 0.5 < max(offsets) - min(offsets)


def test_a_family_is_asked_once_a_cycle_for_all_that_the_sources_want(hand: Hand) -> None:
    text = """
    sources:
      - {name: a, interval: 60, meters: [cpu]}
      - {name: b, interval: 60, meters: ["*"]}
      - {name: c, interval: 300, meters: ["disk.*"]}
    """
    vms, disks = Counting(), Counting()
    hand.pass_time(0, hand.rounds(text, loaded("vms", ["cpu", "memory"], vms), loaded("disks", ["disk.read"], disks)))
    assert [(["vm-1", "vm-2"], ["cpu", "memory"])] == [call[:2] for call in vms.calls]
    assert [(["vm-1", "vm-2"], ["disk.read"])] * 2 == [call[:2] for call in disks.calls]


def test_all_samples_of_a_cycle_have_one_timestamp_and_come_together(hand: Hand) -> None:
    families = loaded("vms", ["cpu"]), loaded("others", ["memory"])
    hand.pass_time(0, hand.rounds(MINUTELY, *families))
    ((part, samples),) = hand.published
    assert "" == part
    assert {hand.wall_ns()} == set(samples.time_ns.tolist())
    assert ["cpu", "cpu", "memory", "memory"] == sorted(samples.name)


@pytest.mark.parametrize("step_s", [-3600, 3600, 1e8])
@pytest.mark.parametrize("namespace", ["compute", "central"])
def test_a_clock_that_is_set_does_not_upset_the_rhythm(hand: Hand, step_s: float, namespace: str) -> None:
    family = Counting()
    kind = loaded("x", ["cpu"], family, namespace="compute" if namespace == "compute" else "central")
    rounds = hand.rounds(MINUTELY, kind)
    hand.pass_time(90, rounds)
    hand.wall_ahead_s += step_s
    hand.pass_time(180, rounds)
    gaps = [b - a for a, b in pairwise(starts_s(family))]
    assert [60, 60 + step_s, 60, 60] == [pytest.approx(gap, abs=0.01) for gap in gaps]


def test_a_cycle_that_takes_too_long_is_followed_at_once_and_how_late_is_counted(hand: Hand) -> None:
    def late() -> tuple[float, float]:
        names = "nephoscope_cycle_overruns_total", "nephoscope_cycle_late_seconds_total"
        overruns, seconds = (registry.value(name, task="60s") for name in names)
        return overruns, seconds

    before, family = late(), Counting()
    rounds = hand.rounds(MINUTELY, loaded("vms", ["cpu"], family), timeout_s=1000)
    hand.hold = {"vms"}
    hand.pass_time(85, rounds)
    assert 1 == len(hand.held)
    hand.hold = set()
    hand.release()
    hand.pass_time(125, rounds)
    began = hand.now - 210
    # The first is stamped when it began; it came back after 85 s, and the next was due at 60.
    stamps = [round(at - hand.wall_ahead_s - began) for at in starts_s(family)]
    assert [0, 85, 145, 205] == stamps
    assert (1, 25) == (late()[0] - before[0], late()[1] - before[1])


def test_shared_work_begins_at_once_and_then_at_multiples_of_its_interval() -> None:
    hand, family = Hand(at_s=1_000_037.25), Counting()
    rounds = hand.rounds(MINUTELY, loaded("volumes", ["cpu"], family, namespace="central", discovery="local"))
    hand.pass_time(0, rounds)
    assert [] == family.calls, "there is no such discovery"
    known = {"volumes": finding("a", "b")}
    kind = loaded("volumes", ["cpu"], family, namespace="central", discovery="volumes")
    hand.pass_time(150, hand.rounds(MINUTELY, kind, discoveries=known))
    assert [1_000_037.25, 1_000_080, 1_000_140] == [pytest.approx(at, abs=0.01) for at in starts_s(family)]


def test_shared_work_that_takes_too_long_is_followed_by_the_present_number(hand: Hand) -> None:
    before, family = registry.value("nephoscope_cycle_overruns_total", task="60s shared"), Counting()
    kind = loaded("volumes", ["cpu"], family, namespace="central", discovery="volumes")
    rounds = hand.rounds(MINUTELY, kind, discoveries={"volumes": finding("a")}, timeout_s=1000)
    began = hand.wall_ns() / 1e9
    hand.hold = {"volumes"}
    hand.pass_time(130, rounds)
    hand.hold = set()
    hand.release()
    hand.pass_time(120, rounds)
    assert [0, 130, 180, 240] == [pytest.approx(at - began, abs=0.01) for at in starts_s(family)]
    assert 1 == registry.value("nephoscope_cycle_overruns_total", task="60s shared") - before


def test_after_a_pause_of_the_whole_program_one_cycle_makes_up_for_all_that_were_missed(hand: Hand) -> None:
    family = Counting()
    rounds = hand.rounds(MINUTELY, loaded("vms", ["cpu"], family))
    hand.pass_time(30, rounds)
    hand.now += 600
    hand.pass_time(70, rounds)
    assert [0, 630, 690] == [round(at - starts_s(family)[0]) for at in starts_s(family)]


def test_a_family_that_hangs_is_given_up_and_not_asked_before_it_is_back(hand: Hand) -> None:
    before = gone("timeout"), registry.value("nephoscope_poll_timeouts_total", pollster="hangs")
    hangs, works = Counting(), Counting()
    rounds = hand.rounds(MINUTELY, loaded("hangs", ["cpu"], hangs), loaded("works", ["memory"], works))
    hand.hold = {"hangs"}
    hand.pass_time(29, rounds)
    assert [] == hand.published
    hand.pass_time(151, rounds)
    assert 1 == len(hand.held)
    assert 4 == len(works.calls)
    assert [["memory"] * 2] * 4 == [samples.name.tolist() for _, samples in hand.published]
    assert 1 == registry.value("nephoscope_poll_timeouts_total", pollster="hangs") - before[1]
    hand.hold = set()
    hand.release()
    assert 0 == gone("timeout") - before[0], "it was given up before it was asked"
    hand.pass_time(60, rounds)
    assert ["cpu", "cpu", "memory", "memory"] == hand.published[-1][1].name.tolist()


class Hanging(Counting):
    """Returns when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go, self.entered = threading.Event(), threading.Event()

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Samples | Polled:
        """Hang."""
        self.entered.set()
        self.go.wait(30)
        return super().poll(targets, meters, now_ns)


class Live:
    """Rounds with true clocks and threads."""

    def __init__(self, *families: tuple[str, str, Counting], timeout_s: float = 30.0, interval_s: int = 3600) -> None:
        text = f"sources: [{{name: a, interval: {interval_s}, meters: ['*']}}]"
        known = {"local_instances": finding("vm-1", "vm-2")}
        kinds = [loaded(name, [meter], family) for name, meter, family in families]
        self.published: list[Samples] = []
        self.came = threading.Event()
        self.rounds = Rounds(
            planned(read(text), kinds, ["compute"], known),
            kinds,
            Discoveries(SETTINGS, known),
            Everything(),
            self.publish,
            timeout_s=timeout_s,
            jitter_s=0,
        )

    def publish(self, part: str, samples: Samples) -> None:
        """Keep it."""
        self.published.append(samples)
        self.came.set()


def test_readings_that_come_after_the_end_of_patience_are_counted() -> None:
    before, hangs = gone("timeout"), Hanging()
    live = Live(("hangs", "cpu", hangs), ("works", "memory", Counting()), timeout_s=0.1)
    live.rounds.start()
    assert live.came.wait(5)
    assert [["memory"] * 2] == [samples.name.tolist() for samples in live.published]
    hangs.go.set()
    until = time.monotonic() + 5
    while gone("timeout") == before and time.monotonic() < until:
        time.sleep(0.01)
    assert 2 == gone("timeout") - before
    live.rounds.stop(1)


def test_a_stop_in_mid_cycle_publishes_what_was_read_and_counts_the_rest() -> None:
    before, hangs, works = gone("stopped"), Hanging(), Counting()
    live = Live(("hangs", "cpu", hangs), ("works", "memory", works))
    live.rounds.start()
    assert live.rounds.alive
    assert hangs.entered.wait(5)
    while not works.calls:
        time.sleep(0.001)
    began = time.monotonic()
    live.rounds.stop(0.3)
    assert 0.6 > time.monotonic() - began
    assert not live.rounds.alive
    assert [["memory"] * 2] == [samples.name.tolist() for samples in live.published]
    hangs.go.set()
    until = time.monotonic() + 5
    while gone("stopped") == before and time.monotonic() < until:
        time.sleep(0.01)
    assert 2 == gone("stopped") - before
    assert 1 == len(live.published)


def test_a_stop_waits_for_a_family_that_is_about_to_answer() -> None:
    hangs = Hanging()
    live = Live(("hangs", "cpu", hangs))
    live.rounds.start()
    assert hangs.entered.wait(5)
    threading.Timer(0.1, hangs.go.set).start()
    live.rounds.stop(5)
    assert [["cpu"] * 2] == [samples.name.tolist() for samples in live.published]
    live.rounds.stop(5)
    assert 1 == len(live.published)


def test_a_stop_before_the_start_is_none() -> None:
    live = Live(("works", "cpu", Counting()))
    live.rounds.stop(1)
    assert [] == live.published
    assert not live.rounds.alive


def test_a_stop_does_not_wait_for_a_publisher_that_hangs_and_gives_it_nothing_more() -> None:
    before, go, hangs, published = gone("stopped"), threading.Event(), Hanging(), list[Samples]()
    kinds = [loaded("hangs", ["cpu"], hangs), loaded("works", ["memory"])]
    known = {"local_instances": finding("vm-1", "vm-2")}
    came = threading.Event()

    def publish(part: str, samples: Samples) -> None:
        published.append(samples)
        came.set()
        go.wait(30)

    text = "sources: [{name: a, interval: 60, meters: [cpu]}, {name: b, interval: 90, meters: [memory]}]"
    plan = planned(read(text), kinds, ["compute"], known)
    rounds = Rounds(plan, kinds, Discoveries(SETTINGS, known), Everything(), publish, jitter_s=0)
    rounds.start()
    assert came.wait(5)
    hangs.go.set()
    while not hangs.calls:
        time.sleep(0.001)
    began = time.monotonic()
    rounds.stop(0.2)
    assert 1 > time.monotonic() - began
    assert 2 == gone("stopped") - before
    go.set()
    time.sleep(0.05)
    assert [["memory"] * 2] == [samples.name.tolist() for samples in published]


def test_a_publisher_that_fails_costs_its_samples_and_no_cycle(hand: Hand, log: pytest.LogCaptureFixture) -> None:
    before, family = gone("not published"), Counting()
    rounds = hand.rounds(MINUTELY, loaded("vms", ["cpu"], family))

    def publish(part: str, samples: Samples) -> None:
        raise OSError("disk full")

    rounds._publish = publish
    hand.pass_time(60, rounds)
    assert 2 == len(family.calls)
    assert 4 == gone("not published") - before
    assert "disk full" in log.text


def test_two_tasks_do_not_ask_one_family_at_the_same_time() -> None:
    class Watched(Counting):
        inside = 0
        most = 0

        def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Samples | Polled:
            self.inside += 1
            self.most = max(self.most, self.inside)
            time.sleep(0.05)
            self.inside -= 1
            return super().poll(targets, meters, now_ns)

    family = Watched()
    text = "sources: [{name: a, interval: 60, meters: [cpu]}, {name: b, interval: 90, meters: [cpu]}]"
    known = {"local_instances": finding("vm-1")}
    kinds = [loaded("vms", ["cpu"], family)]
    plan = planned(read(text), kinds, ["compute"], known)
    published: list[Samples] = []
    discoveries = Discoveries(SETTINGS, known)
    rounds = Rounds(plan, kinds, discoveries, Everything(), lambda _, samples: published.append(samples), jitter_s=0)
    rounds.start()
    until = time.monotonic() + 5
    while len(published) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    rounds.stop(1)
    assert (2, 1) == (len(family.calls), family.most)


def test_a_machine_without_a_thread_to_spare_is_tried_again(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    family, threads_left = Counting(), iter([False, True])

    def launch(name: str, work: object) -> None:
        if not next(threads_left):
            raise RuntimeError("can't start new thread")
        assert callable(work)
        work()

    monkeypatch.setattr(hand, "launch", launch)
    rounds = hand.rounds(MINUTELY, loaded("vms", ["cpu"], family))
    hand.pass_time(10, rounds)
    assert [] == hand.published
    hand.pass_time(60, rounds)
    assert 1 == len(hand.published)


def test_names_that_lead_nowhere_are_said_at_the_start(log: pytest.LogCaptureFixture) -> None:
    live = Live(("vms", "cpu", Counting()))
    text = "sources:\n- {name: a, interval: 60, meters: [cpu_util, cpu]}"
    kinds = [loaded("vms", ["cpu"], Counting())]
    known = {"local_instances": finding("vm-1")}
    plan = planned(read(text), kinds, ["compute"], known)
    live.rounds = Rounds(plan, kinds, Discoveries(SETTINGS, known), Everything(), live.publish)
    live.rounds.start()
    live.rounds.stop(1)
    assert 1 == log.text.count("source 'a': no family has a meter 'cpu_util'; the nearest there is is 'cpu'")

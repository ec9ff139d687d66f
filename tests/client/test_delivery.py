# SPDX-License-Identifier: Apache-2.0
"""Order and completeness of what arrives, whatever the server does; clock, chance and server in the test's hand."""

import tempfile
import threading
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.delivery import Backoff, Delivery
from nephoscope.client.rejected import Rejected
from nephoscope.client.send import Accepted, Outcome, Refused, RetryLater
from nephoscope.client.spool import Spool
from nephoscope.observe import registry

SECOND_NS = 10**9


class World:
    """The time, and a server that is `up`, `down`, `refusing`, or `deaf`: takes a batch, and its answer gets lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = "up"
        self.now_s = 1_000_000.0
        self.offered: list[str] = []
        self.arrived: list[str] = []
        self.refused: list[str] = []
        self.tries: list[tuple[float, str]] = []
        self.polled = 0
        self.spool, self.delivery = self.open()

    def open(self) -> tuple[Spool, Delivery]:
        """A delivery as an agent makes it at its start."""
        spool = Spool(self.folder, bytes_max=1500, age_s_max=300, wall_ns=lambda: int(self.now_s * SECOND_NS))
        backoff = Backoff(longest_s=30, monotonic=lambda: self.now_s, random=Random(1))
        return spool, Delivery(self, spool, Rejected(self.folder / "rejected.jsonl"), backoff)

    def send(self, batch: EncodedBatch) -> Outcome:
        """Answer as the server would; a batch that it knows already does not count again."""
        self.tries.append((self.now_s, batch.id))
        if self.state == "down":
            return RetryLater("down")
        if self.state == "refusing":
            self.refused.append(batch.id)
            return Refused(400, "no")
        if batch.id not in self.arrived:
            self.arrived.append(batch.id)
        return RetryLater("reset") if self.state == "deaf" else Accepted()

    def poll(self) -> None:
        """One batch of one sample."""
        self.polled += 1
        name = f"batch-{self.polled:04}"
        fresh = iter([EncodedBatch(name, int(self.now_s * SECOND_NS), 1, "", b'"' + b"x" * 100 + b'"')])
        assert self.delivery.offer(lambda: next(fresh, None))
        self.offered.append(name)

    def catch_up(self) -> None:
        """Let time pass until nothing waits; give up after a day."""
        end = self.now_s + 86_400
        while self.delivery.wait_s is not None and self.now_s < end:
            self.now_s += self.delivery.wait_s
            self.delivery.catch_up()

    def restart(self) -> None:
        """Another agent takes over the folder."""
        self.spool.close()
        self.spool, self.delivery = self.open()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """With a server that is up."""
    return World(tmp_path)


def drops() -> Counter[str]:
    """Samples dropped so far by the parts of the agent, by cause."""
    series = registry.series("nephoscope_dropped_total")
    return Counter({dict(labels)["cause"]: int(count) for labels, count in series.items()})


steps = st.lists(
    st.sampled_from(["poll", "poll", "poll", "up", "down", "deaf", "refusing", "catch up", "restart", "10 s", "200 s"]),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_what_arrives_is_in_order_and_all_that_was_polled_less_what_is_counted(done: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before, world = drops(), World(Path(folder))
        for step in done:
            match step:
                case "poll":
                    world.poll()
                case "catch up":
                    world.delivery.catch_up()
                case "restart":
                    world.restart()
                case "10 s" | "200 s":
                    world.now_s += int(step.split()[0])
                case state:
                    world.state = state
        world.state = "up"
        world.catch_up()
        counted = drops() - before
        assert world.arrived == sorted(world.arrived)
        assert world.refused == sorted(world.refused)
        missing = set(world.offered) - set(world.arrived) - set(world.refused)
        # A batch that arrived unheard may be dropped afterwards all the same: it is counted, though it is not missing.
        assert counted["refused 400"] == len(world.refused)
        lost = counted["full"] + counted["too old"]
        unheard = len(world.arrived) + len(world.refused) + lost - len(world.offered)
        assert 0 <= unheard <= len(world.arrived)
        assert len(missing) <= lost
        if "deaf" not in done:
            assert (unheard, len(missing)) == (0, lost)
        assert counted.total() == len(world.refused) + lost
        world.spool.close()


def test_while_the_server_answers_nothing_touches_the_disk(world: World) -> None:
    for _ in range(5):
        world.poll()
    assert world.arrived == world.offered
    assert list(world.folder.glob("*.batch")) == []
    assert world.delivery.wait_s is None


def test_what_was_kept_goes_before_what_is_new(world: World) -> None:
    world.state = "down"
    for _ in range(3):
        world.poll()
    world.state = "up"
    world.now_s += 100
    world.poll()
    assert world.arrived == []
    world.catch_up()
    assert world.arrived == world.offered


def test_tries_are_ever_further_apart_up_to_a_bound_and_start_anew_after_success(world: World) -> None:
    world.state = "down"
    world.poll()
    for _ in range(12):
        wait_s = world.delivery.wait_s
        assert wait_s is not None
        world.now_s += wait_s
        world.delivery.catch_up()
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(world.tries)]
    for turn, gap in enumerate(gaps):
        assert 0.5 * min(2**turn, 30) <= gap <= min(2**turn, 30) + 1e-6
    world.state = "up"
    world.catch_up()
    world.state = "down"
    world.poll()
    assert world.delivery.wait_s is not None
    assert 0 < world.delivery.wait_s <= 1


def test_before_its_time_nothing_is_tried(world: World) -> None:
    world.state = "down"
    world.poll()
    world.poll()
    world.delivery.catch_up()
    assert len(world.tries) == 1


def test_the_server_may_ask_for_a_longer_pause(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "send", lambda batch: RetryLater("busy", after_s=120))
    world.poll()
    assert world.delivery.wait_s == pytest.approx(120)


def test_a_refused_batch_is_kept_for_a_look_and_the_next_one_goes(world: World) -> None:
    world.state = "refusing"
    world.poll()
    world.state = "up"
    world.poll()
    assert world.arrived == ["batch-0002"]
    assert '"status":400,"message":"no"' in (world.folder / "rejected.jsonl").read_text()


def test_a_batch_on_its_way_at_the_stop_is_kept_once_and_nothing_is_taken_after(world: World) -> None:
    entered, go = threading.Event(), threading.Event()

    class Slow:
        """Takes its time."""

        def send(self, batch: EncodedBatch) -> Outcome:
            """Wait to be let go."""
            entered.set()
            go.wait(10)
            return Accepted()

    world.delivery = Delivery(Slow(), world.spool, Rejected(world.folder / "r"), Backoff())
    thread = threading.Thread(target=world.poll)
    thread.start()
    assert entered.wait(5)
    world.delivery.abandon()
    later = EncodedBatch("later", int(world.now_s * SECOND_NS), 1, "", b"{}")
    assert not world.delivery.offer(lambda: later)
    world.delivery.keep(later)
    go.set()
    thread.join()
    world.delivery.catch_up()
    world.restart()
    world.catch_up()
    assert world.arrived == ["batch-0001", "later"]

# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A peer with its spool: what was taken is sent, in order, whatever happens in between."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.delivery import Backoff
from nephoscope.client.rejected import Rejected
from nephoscope.client.send import Accepted, Outcome, Refused, RetryLater
from nephoscope.client.spool import Spool
from nephoscope.model.errors import StoreUnavailable
from nephoscope.observe import registry
from nephoscope.pipeline.publish.outlet import Outlet


class Peer:
    """One that keeps what it is sent, while `answer` is that it accepts."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.answer: Outcome = Accepted()
        self.hangs = threading.Event()
        self.hangs.set()

    def send(self, batch: EncodedBatch) -> Outcome:
        self.hangs.wait(20)
        if isinstance(self.answer, Accepted):
            self.taken.append(batch.body)
        return self.answer

    def close(self) -> None:
        self.hangs.set()


def outlet(folder: Path, peer: Peer, *, bytes_max: int = 1_000_000) -> Outlet:
    spool = Spool(folder, bytes_max=bytes_max, age_s_max=3600)
    return Outlet("udp://peer", peer, spool, Rejected(folder / "rejected"), Backoff(first_s=0.01, longest_s=0.02))


def put(into: Outlet, *named: object) -> None:
    for each in named:
        into.keep(EncodedBatch(str(each), time.time_ns(), 1, "", str(each).encode()))


def wait_until(what: object, count: int) -> None:
    assert isinstance(what, list)
    for _ in range(1000):
        if len(what) >= count:
            return
        time.sleep(0.01)


def test_everything_is_sent_in_order(tmp_path: Path) -> None:
    peer = Peer()
    to = outlet(tmp_path, peer)
    to.start()
    put(to, *range(20))
    to.stop(10)
    assert [str(each).encode() for each in range(20)] == peer.taken


def test_what_a_peer_does_not_take_waits_and_is_sent_in_order_later(tmp_path: Path) -> None:
    peer = Peer()
    peer.answer = RetryLater("busy")
    to = outlet(tmp_path, peer)
    to.start()
    put(to, 1, 2, 3)
    time.sleep(0.1)
    assert (3, []) == (to.waiting, peer.taken)
    assert to.away
    peer.answer = Accepted()
    wait_until(peer.taken, 3)
    to.stop(10)
    assert [b"1", b"2", b"3"] == peer.taken


def test_the_next_start_sends_what_the_last_one_had_taken(tmp_path: Path) -> None:
    first = outlet(tmp_path, Peer())
    put(first, 1, 2)  # never started: as if it had been killed before it could send
    first.stop(0)
    peer = Peer()
    second = outlet(tmp_path, peer)
    put(second, 3)
    second.start()
    second.stop(10)
    assert [b"1", b"2", b"3"] == peer.taken


def test_a_peer_that_hangs_holds_up_neither_keep_nor_stop(tmp_path: Path) -> None:
    peer = Peer()
    peer.hangs.clear()
    to = outlet(tmp_path, peer)
    to.start()
    began = time.monotonic()
    put(to, *range(10))
    to.stop(0.1)
    assert time.monotonic() - began < 5
    again = Peer()
    second = outlet(tmp_path, again)
    second.start()
    second.stop(10)
    assert [str(each).encode() for each in range(10)] == again.taken


def test_what_a_peer_refuses_is_put_aside_and_the_next_is_sent(tmp_path: Path) -> None:
    peer = Peer()
    peer.answer = Refused(400, "no")
    cause = {"station": "agent", "cause": "refused 400"}
    before = registry.value("nephoscope_dropped_total", **cause)
    to = outlet(tmp_path, peer)
    to.start()
    put(to, 1, 2)
    to.stop(10)
    assert 2 == registry.value("nephoscope_dropped_total", **cause) - before
    assert 2 == len((tmp_path / "rejected").read_text().splitlines())


def test_its_report_tells_what_became_of_everything(tmp_path: Path) -> None:
    peer = Peer()
    peer.answer = RetryLater("busy\nnow")
    to = outlet(tmp_path, peer)
    put(to, 1, 2)
    fresh = to.report()
    assert (False, 2, "", None) == (fresh.away, fresh.waiting, fresh.trouble, fresh.trouble_ns)
    assert to.waiting_bytes == fresh.waiting_bytes > 0
    began_ns = time.time_ns()
    to.start()
    wait_for(lambda: to.report().away)
    troubled = to.report()
    assert (True, "busy now", 0, 0) == (troubled.away, troubled.trouble, troubled.sent, troubled.refused)
    assert began_ns <= (troubled.trouble_ns or 0) <= time.time_ns()
    peer.answer = Refused(400, "no")
    wait_for(lambda: to.report().refused == 2)
    peer.answer = Accepted()
    put(to, 3, 4, 5)
    wait_for(lambda: to.report().sent == 3)
    now = to.report()
    to.stop(10)
    assert (False, 0, "400 no", 3, 2, 0) == (now.away, now.waiting, now.trouble, now.sent, now.refused, now.lost)


def test_its_report_counts_what_the_spool_had_no_room_for(tmp_path: Path) -> None:
    to = outlet(tmp_path, Peer(), bytes_max=300)
    put(to, *range(6))
    to.keep(EncodedBatch("large", time.time_ns(), 40, "", b"x" * 400))
    waiting, lost = to.report().waiting, to.report().lost
    to.stop(0)
    assert 0 < waiting < 6
    assert 6 - waiting + 40 == lost


def wait_for(true: Callable[[], object]) -> None:
    until = time.monotonic() + 10
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_full_disk_is_told_to_who_has_the_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to = outlet(tmp_path, Peer())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nephoscope.client.spool._write_durably", full)
    with pytest.raises(StoreUnavailable, match="udp://peer takes nothing: disk full"):
        put(to, 1)
    to.stop(0)


def test_what_had_to_make_room_while_it_was_sent_takes_nobody_with_it(tmp_path: Path) -> None:
    """The oldest is on its way when it must go: the one behind it, not sent yet, stays."""
    peer = Peer()
    peer.hangs.clear()
    one = len(EncodedBatch("1", 0, 1, "", b"1").body) + 100
    to = outlet(tmp_path, peer, bytes_max=2 * one)
    to.start()
    put(to, 1)
    time.sleep(0.1)  # 1 is on its way
    put(to, 2, 3, 4)
    held = to.waiting
    peer.hangs.set()
    to.stop(10)
    assert [b"1", *(str(each).encode() for each in range(5 - held, 5))] == peer.taken

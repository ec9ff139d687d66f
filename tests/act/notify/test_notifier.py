# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The outbox is emptied by real threads over real sockets; its clock stands still until a test lets time pass."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nephoscope.act.notify.measures import OLDEST, WAITING
from nephoscope.act.notify.notifier import Notifier
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.model.delivery import Delivery, Noted
from nephoscope.model.errors import BadRequest, IndexUnavailable
from nephoscope.observe import registry
from tests.act.notify.made import BODY, LOOPBACK, KnownTrusts, draft
from tests.act.notify.outbox import MemoryOutbox
from tests.act.notify.receivers import Receiver, answering, hanging, receiver

NEVER_S = 1000.0
# Longer than any time that a test lets pass.
LONG_S = 10.0**6
PATIENCE_S = 30.0


@pytest.fixture
def outbox() -> MemoryOutbox:
    return MemoryOutbox()


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


def notifier(outbox: MemoryOutbox, **settings: Any) -> Notifier:
    """One that looks into the outbox when it is woken only."""
    usual: dict[str, Any] = {
        "allowed_networks": LOOPBACK,
        "poll_interval_s": NEVER_S,
        "connect_timeout_s": 30,
        "read_timeout_s": 30,
        "threads_max": 4,
    }
    about = NotifierSettings(**(usual | settings))
    return Notifier(outbox, about, identity=KnownTrusts(), wall_s=outbox.wall_s, chance=lambda: 0.0)


@contextmanager
def running(outbox: MemoryOutbox, stop_s: float = PATIENCE_S, **settings: Any) -> Iterator[Notifier]:
    made = notifier(outbox, **settings)
    made.start()
    try:
        yield made
    finally:
        made.stop(stop_s)


def put(outbox: MemoryOutbox, *targets: str, alarm: str = "") -> None:
    """A notification for each target, each of an alarm of its own unless one is given."""
    first = len(outbox.all())
    for number, target in enumerate(targets, first + 1):
        outbox.add([draft(target, str(number), alarm or f"a-{number}", {**BODY, "alarm_name": f"n-{number}"})])


class Gate:
    """A receiver's behaviour: it answers once the gate is open."""

    def __init__(self) -> None:
        self.opened = threading.Event()

    def __call__(self, connection: Any, ended: threading.Event) -> None:
        self.opened.wait(PATIENCE_S)
        answering(200)(connection, ended)


def test_all_that_is_there_is_delivered_and_what_comes_later_when_woken(outbox: MemoryOutbox, hook: Receiver) -> None:
    put(outbox, *[hook.url] * 20)
    with running(outbox) as found:
        outbox.wait_for(lambda: ["delivered"] * 20 == outbox.progress())
        put(outbox, f"{hook.url}/later", "test:", "log:")
        found.wake()
        outbox.wait_for(lambda: ["delivered"] * 23 == outbox.progress())
    assert 21 == len(hook.requests)


def test_it_looks_by_itself_now_and_then(outbox: MemoryOutbox, hook: Receiver) -> None:
    with running(outbox, poll_interval_s=0.01):
        put(outbox, hook.url)
        outbox.wait_for(lambda: ["delivered"] == outbox.progress())


def test_a_receiver_that_hangs_holds_up_no_other(outbox: MemoryOutbox, hook: Receiver) -> None:
    with receiver() as stuck:
        stuck.usual = hanging
        put(outbox, *[stuck.url] * 20, *[hook.url] * 20)
        with running(outbox, stop_s=0.1) as found:
            outbox.wait_for(lambda: 20 == outbox.progress().count("delivered"))
            put(outbox, hook.url)
            found.wake()
            outbox.wait_for(lambda: 21 == outbox.progress().count("delivered"))
            stuck.wait_for(2)
            assert 2 == stuck.at_once
    assert ["waiting"] * 20 == outbox.progress()[:20]


def test_a_crowd_at_one_place_is_put_off_so_that_others_are_seen_behind_it(
    outbox: MemoryOutbox, hook: Receiver
) -> None:
    with receiver() as stuck:
        stuck.usual = gate = Gate()
        put(outbox, *[stuck.url] * 20, hook.url)
        with running(outbox, waiting_max=6, poll_interval_s=0.01, claim_s=LONG_S):
            outbox.wait_for(lambda: "delivered" == outbox.progress()[20])
            stuck.wait_for(2)
            errors = {error for number in range(1, 21) for error in outbox.errors(number)}
            assert {"not tried: many others wait for the same place"} == errors
            gate.opened.set()
            while "waiting" in outbox.progress():
                over = outbox.progress().count("delivered")
                outbox.pass_s(300)
                outbox.wait_for(lambda: outbox.progress().count("delivered") > over)  # noqa: B023
    assert 20 == len(stuck.requests)


def test_of_one_alarm_to_one_target_they_arrive_one_by_one_in_order(outbox: MemoryOutbox, hook: Receiver) -> None:
    put(outbox, *[hook.url] * 30, alarm="a")
    with running(outbox, place_threads_max=4):
        outbox.wait_for(lambda: ["delivered"] * 30 == outbox.progress())
    assert [f"n-{number}" for number in range(1, 31)] == hook.names


def test_what_a_quick_receiver_takes_is_noted_together(
    outbox: MemoryOutbox, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    note = outbox.note

    def counted(noted: Sequence[Noted]) -> list[bool]:
        sizes.append(len(noted))
        return note(noted)

    monkeypatch.setattr(outbox, "note", counted)
    put(outbox, *[hook.url] * 50)
    with running(outbox, place_threads_max=1):
        outbox.wait_for(lambda: ["delivered"] * 50 == outbox.progress())
    assert 50 == sum(sizes)
    assert max(sizes) > 1


def test_where_many_wait_they_are_not_claimed_one_by_one_as_there_is_room(
    outbox: MemoryOutbox, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    claim = outbox.claim

    def counted(limit: int, ttl_ns: int) -> Sequence[Delivery]:
        claimed = claim(limit, ttl_ns)
        sizes.append(len(claimed))
        return claimed

    monkeypatch.setattr(outbox, "claim", counted)
    put(outbox, *[hook.url] * 200)
    with running(outbox, waiting_max=20, place_threads_max=1):
        outbox.wait_for(lambda: ["delivered"] * 200 == outbox.progress())
    assert 200 == sum(sizes)
    assert all(size >= 10 for size in sizes[:-2])


def test_an_outbox_that_goes_while_it_is_claimed_from_leaves_all_to_whoever_comes_next(
    outbox: MemoryOutbox, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: object) -> set[int]:
        raise IndexUnavailable("the index cannot be reached; try again later")

    put(outbox, *[hook.url] * 3)
    found = notifier(outbox, claim_s=60)
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "behind", away)
        with pytest.raises(IndexUnavailable):
            found.claim()
    with running(outbox, poll_interval_s=0.01):
        outbox.pass_s(60)
        outbox.wait_for(lambda: ["delivered"] * 3 == outbox.progress())
    assert 3 == len(hook.requests)


def test_a_failure_holds_its_line_and_is_tried_again(outbox: MemoryOutbox, hook: Receiver) -> None:
    hook.behaviours = [answering(500), answering(429, "Retry-After: 60")]
    put(outbox, *[hook.url] * 3, alarm="a")
    with running(outbox) as found:
        outbox.wait_for(lambda: all(outbox.errors(number) for number in (1, 2, 3)))
        assert 1 == len(hook.requests)
        outbox.pass_s(2)
        found.wake()
        outbox.wait_for(lambda: 2 == len(outbox.errors(1)) and 2 == len(outbox.errors(3)))
        outbox.pass_s(59)
        found.wake()
        outbox.wait_for(lambda: 3 == len(outbox.errors(3)))
        assert 2 == len(hook.requests)
        outbox.pass_s(1)
        found.wake()
        outbox.wait_for(lambda: "delivered" == outbox.progress()[0])
        outbox.pass_s(60)
        found.wake()
        outbox.wait_for(lambda: ["delivered"] * 3 == outbox.progress())
    assert ["n-1", "n-1", "n-1", "n-2", "n-3"] == hook.names
    assert [500, 429, 200] == [each.status for each in outbox.attempts(1)]


@pytest.mark.parametrize(
    ("target", "progress", "error"),
    [
        ("gopher://h/", "given up", "no notifier is called 'gopher'; there are command, http,"),
        ("http://", "given up", "the action's URL cannot be read"),
        ("command:rm", "given up", "command: there is none of that name in [act] commands: 'rm'"),
        ("http://127.0.0.1:1/", "given up", "the address of the host is one that notifications may not be sent to"),
        ("mailto:ops@example.org", "waiting", "notifications by mail need a server; set [act] mail_server"),
    ],
)
def test_what_cannot_be_sent_is_given_up_and_what_is_not_set_up_waits(
    outbox: MemoryOutbox, target: str, progress: str, error: str
) -> None:
    put(outbox, target)
    with running(outbox, allowed_networks=()):
        outbox.wait_for(lambda: outbox.errors(1))
    assert [progress] == outbox.progress()
    assert outbox.errors(1)[0].startswith(error)


def test_an_outbox_that_is_away_is_waited_for(
    outbox: MemoryOutbox, hook: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "nephoscope.notify")
    put(outbox, hook.url)
    outbox.away = True
    with running(outbox, poll_interval_s=0.01):
        assert [] == hook.requests
        outbox.away = False
        outbox.wait_for(lambda: ["delivered"] == outbox.progress())


def test_what_could_not_be_noted_is_delivered_again_with_its_key_when_its_claim_ends(
    outbox: MemoryOutbox, hook: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "nephoscope.notify")
    hook.usual = gate = Gate()
    put(outbox, hook.url)
    with running(outbox, claim_s=90) as found:
        hook.wait_for(1)
        outbox.away = True
        gate.opened.set()
    outbox.away = False
    assert (["waiting"], []) == (outbox.progress(), outbox.attempts(1))
    with running(outbox, poll_interval_s=0.01):
        outbox.pass_s(89)
        found.wake()
        outbox.pass_s(1)
        outbox.wait_for(lambda: ["delivered"] == outbox.progress())
    first, second = hook.requests
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_stopping_waits_for_what_is_under_way_and_gives_the_rest_back(outbox: MemoryOutbox, hook: Receiver) -> None:
    hook.usual = gate = Gate()
    put(outbox, *[hook.url] * 5)
    found = notifier(outbox)
    found.start()
    hook.wait_for(2)
    stopping = threading.Thread(target=found.stop, args=(PATIENCE_S,))
    stopping.start()
    gate.opened.set()
    stopping.join()
    assert ["delivered"] * 2 + ["waiting"] * 3 == outbox.progress()
    assert 2 == len(hook.requests)
    # They are due at once, for whoever comes next.
    with running(outbox):
        outbox.wait_for(lambda: ["delivered"] * 5 == outbox.progress())
    assert ["not tried: the server was stopped", ""] == outbox.errors(5)


def test_stopping_has_an_end_although_a_receiver_hangs(outbox: MemoryOutbox, hook: Receiver) -> None:
    hook.usual = hanging
    put(outbox, *[hook.url] * 3)
    found = notifier(outbox)
    found.start()
    hook.wait_for(2)
    found.stop(0.05)
    assert ["waiting"] * 3 == outbox.progress()


def test_stop_works_before_start_and_twice(outbox: MemoryOutbox) -> None:
    found = notifier(outbox)
    found.stop(1)
    found = notifier(outbox)
    found.start()
    found.stop(PATIENCE_S)
    found.stop(PATIENCE_S)
    found.wake()


def test_two_that_share_an_outbox_deliver_each_once(outbox: MemoryOutbox, hook: Receiver) -> None:
    put(outbox, *[hook.url] * 40)
    with running(outbox), running(outbox):
        outbox.wait_for(lambda: ["delivered"] * 40 == outbox.progress())
    assert sorted(f"n-{number}" for number in range(1, 41)) == sorted(hook.names)


def test_what_waits_is_shown(outbox: MemoryOutbox) -> None:
    put(outbox, "mailto:ops@example.org", "mailto:ops@example.org")
    outbox.pass_s(100)
    with running(outbox):
        outbox.wait_for(lambda: outbox.errors(1) and outbox.errors(2))
        until_s = time.monotonic() + PATIENCE_S
        while f"{WAITING} 2\n" not in registry.render() and time.monotonic() < until_s:
            time.sleep(0.001)
    assert f"{WAITING} 2\n" in registry.render()
    assert f"{OLDEST} 100\n" in registry.render()


def test_actions_are_checked_without_sending(outbox: MemoryOutbox, hook: Receiver) -> None:
    found = notifier(outbox)
    for target in (hook.url, "log:", f"trust+http://t-1@127.0.0.1:{hook.port}/"):
        found.check(target)
    for target, error in (
        ("pager://h", "no notifier is called"),
        ("http:", "cannot be read"),
        ("mailto:a@b", "set .act. mail_server"),
    ):
        with pytest.raises(BadRequest, match=error):
            found.check(target)
    assert [] == hook.requests


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"claim_s": 2}, r"\[act\] claim_s: expected at least 3, so that claims can be renewed"),
        ({"slack_text": "$"}, r"\[act\] slack_text: line 1, column 1"),
        ({"allowed_networks": ["x"]}, r"\[act\] allowed_networks"),
        ({"ca_file": "/nowhere"}, r"\[act\] ca_file"),
        ({"commands": {"page": ["page"]}}, r"\[act\] commands: page"),
        ({"mail_server": "h", "mail_subject": "${"}, r"\[act\] mail_subject: line 1"),
    ],
)
def test_settings_that_are_wrong_stop_the_start(outbox: MemoryOutbox, settings: dict[str, Any], error: str) -> None:
    with pytest.raises(BadRequest, match=error):
        notifier(outbox, **settings)


def test_a_secret_that_is_not_there_stops_the_start(outbox: MemoryOutbox, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"\[act\] signature_secret_file"):
        notifier(outbox, signature_secret_file=str(tmp_path / "none"))

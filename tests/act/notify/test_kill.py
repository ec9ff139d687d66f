# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A notifier that is killed between claim and note loses nothing: another delivers it when the claim has ended."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nephoscope.act.notify.notifier import TURN_MAX, Notifier
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.model.paging import Page
from nephoscope.model.search import equal
from nephoscope.model.timespan import SECOND_NS
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.act.notify.made import LOOPBACK, draft
from tests.act.notify.receivers import Receiver, answering, hanging, receiver
from tests.project import PROJECT

PATIENCE_S = 60.0
SETTINGS = NotifierSettings(allowed_networks=LOOPBACK, poll_interval_s=0.05)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """An index with nothing in it."""
    made = f"sqlite:///{tmp_path}/index.sqlite"
    index = open_index(made)
    index.upgrade()
    index.close()
    return made


@contextmanager
def opened(url: str, ahead_s: float = 0) -> Iterator[Index]:
    """The index as seen by somebody whose clock is ahead."""
    index = open_index(url, lambda: time.time_ns() + int(ahead_s * SECOND_NS))
    yield index
    index.close()


def killed_after(url: str, hook: Receiver, requests: int) -> None:
    """Let a process deliver until so many requests have come in, then kill -9."""
    command = [sys.executable, "-m", "tests.act.notify.notifying_program", url]
    child = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE)
    try:
        hook.wait_for(requests)
    finally:
        child.kill()
        child.communicate()


def deliver_by_another(url: str, hook: Receiver) -> None:
    """Let another notifier deliver everything, once all claims have ended."""
    ahead_s = SETTINGS.claim_s + 1
    with opened(url, ahead_s) as index:
        notifier = Notifier(index.outbox, SETTINGS, wall_s=lambda: time.time() + ahead_s)
        notifier.start()
        until_s = time.monotonic() + PATIENCE_S
        while index.outbox.find(equal("progress", "waiting")) and time.monotonic() < until_s:
            hook.ended.wait(0.01)
        notifier.stop(PATIENCE_S)
        assert {"delivered"} == {each.progress for each in index.outbox.find()}


def test_what_was_claimed_and_not_noted_is_delivered_again_with_the_same_key(url: str) -> None:
    with receiver() as hook, opened(url) as index:
        hook.usual = hanging
        index.outbox.add([draft(hook.url, "k-1", "a"), draft(hook.url, "k-2", "b")])
        killed_after(url, hook, 2)
        assert [("waiting", 1, [])] * 2 == [
            (each.progress, each.claim, index.outbox.attempts(each.number)) for each in index.outbox.find()
        ]
        assert [] == index.outbox.claim(10, SECOND_NS), "what the dead have claimed is theirs until the claim ends"

        hook.usual = answering(200)
        deliver_by_another(url, hook)
        assert {"k-1": 2, "k-2": 2} == Counter(request.headers["idempotency-key"] for request in hook.requests)


def test_whenever_it_is_killed_each_arrives_and_what_was_noted_does_not_come_again(url: str) -> None:
    keys = [f"k-{number}" for number in range(400)]
    # So many that a further turn has begun, and one of those before has been noted.
    begun = TURN_MAX * SETTINGS.place_threads_max + 1
    with receiver() as hook, opened(url) as index:
        index.outbox.add([draft(f"{hook.url}/{key}", key, key) for key in keys])
        killed_after(url, hook, begun)
        assert index.outbox.find(equal("progress", "waiting"))
        noted = {each.key for each in index.outbox.find(equal("progress", "delivered"), page=Page(len(keys)))}
        assert noted
        deliver_by_another(url, hook)
        arrived = Counter(request.headers["idempotency-key"] for request in hook.requests)
    assert set(keys) == set(arrived)
    assert {1} == {arrived[key] for key in noted}

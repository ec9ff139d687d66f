# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The connection to libvirt: there or not, lost and found again."""

import logging
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from nephoscope.poll.libvirt.connection import HANGING_MAX, Connection
from tests.poll.libvirt.polled import until
from tests.services.libvirt import IDLE, Libvirtd, connected, guest_xml
from tests.services.libvirt_node import domain_xml, node

LOGGER = "nephoscope.poll.libvirt"


def host_name(opened: Any) -> str:
    return str(opened.getHostname())


def test_a_host_without_libvirt_is_said_once_and_tried_again_ever_more_rarely(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = [100.0]
    missing = tmp_path / "libvirt-sock"
    connection = Connection(f"qemu+unix:///session?socket={missing}", 30, monotonic=lambda: clock[0])
    tried = []
    with caplog.at_level(logging.INFO, LOGGER):
        for second in range(300):
            clock[0] = 100.0 + second
            before = connection._retry_at
            assert connection.ask(host_name) is None
            if connection._retry_at != before:
                tried.append(second)
    assert [0, 1, 3, 7, 15, 31, 63, 123, 183, 243] == tried
    warned = [record.getMessage() for record in caplog.records]
    assert 1 == len(warned), warned
    assert str(missing) in warned[0]
    assert "no domain is measured" in warned[0]


def test_a_missing_library_is_no_more_than_a_host_without_libvirt(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "libvirt", None)
    connection = Connection("test:///default", 30)
    assert connection.ask(host_name) is None
    assert 1 == len(caplog.records)
    assert "libvirt" in caplog.records[0].getMessage()
    monkeypatch.undo()
    connection._retry_at = 0.0
    assert connection.ask(host_name)


def test_errors_of_a_question_are_raised_while_the_connection_lives() -> None:
    connection = Connection("test:///default", 30)

    def fails(_: Any) -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        connection.ask(fails)
    assert 1 == connection.generation
    assert connection.ask(host_name)
    assert 1 == connection.generation


def test_it_only_ever_reads(tmp_path: Path) -> None:
    import libvirt

    connection = Connection(node(tmp_path / "node.xml", [domain_xml(1)]), 30)
    with pytest.raises(libvirt.libvirtError, match="read only access"):
        connection.ask(lambda opened: opened.lookupByName("instance-00000001").destroy())


def test_what_happens_to_domains_is_heard_of(libvirtd: Libvirtd) -> None:
    connection = Connection(libvirtd.uri, 30)
    assert connection.ask(host_name)
    assert set() == connection.changed()
    with connected(libvirtd) as other:
        domain = other.createXML(guest_xml("heard", libvirtd.disk(IDLE)))
        until(lambda: domain.UUIDString() in connection.changed())
        until(lambda: not connection.changed())
        domain.setMetadata(2, "<a/>", "n", "http://example.org/n", 0)
        until(lambda: domain.UUIDString() in connection.changed())
        assert set() == connection.changed()


def test_a_daemon_that_was_restarted_is_found_again(libvirtd: Libvirtd, caplog: pytest.LogCaptureFixture) -> None:
    connection = Connection(libvirtd.uri, 30)
    with caplog.at_level(logging.INFO, LOGGER):
        assert connection.ask(host_name)
        libvirtd.kill()
        assert connection.ask(host_name) is None
        libvirtd.start()
        until(lambda: connection.ask(host_name) is not None)
        assert 2 == connection.generation
        libvirtd.stop()
        libvirtd.start()
        # Nothing is lost when it was away between two questions.
        assert connection.ask(host_name)
    assert 3 == connection.generation
    said = [record.getMessage().split(" ")[0] for record in caplog.records]
    assert ["connected", "lost", "no", "connected", "lost", "connected"] == said


def test_a_daemon_that_hangs_is_left_behind_and_waited_for(libvirtd: Libvirtd) -> None:
    """With 2 s, an answer may take half a second."""
    connection = Connection(libvirtd.uri, 2)
    assert connection.ask(host_name)
    libvirtd.freeze()
    with pytest.raises(TimeoutError, match=r"did not answer within 0\.5 s"):
        connection.ask(host_name)
    assert connection.hanging
    # Nobody answers who tries to open another.
    assert connection.ask(host_name) is None
    libvirtd.thaw()
    until(lambda: connection.ask(host_name) is not None)
    until(lambda: not connection.hanging)
    assert 2 == connection.generation


def test_no_more_than_a_few_connections_are_left_behind() -> None:
    connection, ended = Connection("test:///default", 0.4), threading.Event()
    for _ in range(HANGING_MAX):
        with pytest.raises(TimeoutError):
            connection.ask(lambda _: ended.wait(30))
    asked: list[Any] = []
    with pytest.raises(TimeoutError):
        connection.ask(asked.append)
    assert [] == asked
    ended.set()
    until(lambda: not connection.hanging)
    connection.ask(asked.append)
    assert 1 == len(asked)


def test_two_who_ask_at_once_take_turns() -> None:
    """Two calls under way on one connection can crash a process with a libvirt before 10.4."""
    connection = Connection("test:///default", 60)
    under_way: list[int] = []
    most: list[int] = []

    def question(_: Any) -> None:
        under_way.append(1)
        most.append(len(under_way))
        time.sleep(0.02)
        under_way.pop()

    threads = [threading.Thread(target=connection.ask, args=(question,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [1] * 8 == most

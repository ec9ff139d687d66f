# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The libvirtd of the tests: real guests, real death, real return, nothing left behind."""

import os
import signal
import time

import pytest

from tests.services import libvirt as libvirt_service
from tests.services.libvirt import IDLE, INSTALL, Libvirtd, connected, guest_xml


def test_a_guest_runs_on_while_its_daemon_dies_and_returns(libvirtd: Libvirtd) -> None:
    with connected(libvirtd) as connection:
        connection.createXML(guest_xml("stays", libvirtd.disk(IDLE)))
    guest, daemon = libvirtd.guest_pid("stays"), libvirtd.pid
    libvirtd.kill()
    assert libvirtd.pid is None
    os.kill(guest, 0)
    libvirtd.start()
    assert daemon != libvirtd.pid
    with connected(libvirtd) as connection:
        assert connection.lookupByName("stays").isActive()


def test_the_daemon_is_no_more_than_a_plain_user(libvirtd: Libvirtd) -> None:
    owner = os.stat(f"/proc/{libvirtd.pid}").st_uid
    assert 0 != owner
    assert libvirtd.socket.stat().st_uid == owner


def test_everything_is_gone_afterwards() -> None:
    with libvirt_service.started() as daemon:
        with connected(daemon) as connection:
            connection.createXML(guest_xml("ends", daemon.disk(IDLE)))
        folder, pids = daemon.folder, [daemon.pid or 0, daemon.guest_pid("ends")]
        os.kill(pids[1], signal.SIGSTOP)
    assert not folder.exists()
    give_up = time.monotonic() + 10
    while any(alive(pid) for pid in pids) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert [False, False] == [alive(pid) for pid in pids]


def alive(pid: int) -> bool:
    """Whether a process is there, and no zombie that its parent has not noticed."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_missing_programs_are_named_with_their_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="apt-get install libvirt") as problem, libvirt_service.started():
        raise AssertionError("it started without QEMU")
    assert INSTALL == str(problem.value)

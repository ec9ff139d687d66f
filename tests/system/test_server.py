# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The program's start, end and return, which all other system tests stand on."""

import urllib3

from tests.services.ports import listening
from tests.system.commands import run
from tests.system.server import Server


def test_it_answers_as_soon_as_it_says_so_and_ends_with_0(server: Server) -> None:
    answer = urllib3.request("GET", f"{server.url}/healthz", timeout=5.0, retries=False)
    assert 200 == answer.status
    port = int(server.url.rpartition(":")[2])
    assert 0 == server.stop()
    assert not listening(port)


def test_it_returns_on_the_same_data_after_a_kill(server: Server) -> None:
    first = server.pid
    server.kill()
    assert not server.running
    server.restart()
    assert server.pid != first
    assert 200 == urllib3.request("GET", f"{server.url}/readyz", timeout=5.0, retries=False).status


def test_it_starts_without_its_first_users_when_they_were_deleted(server: Server) -> None:
    for change in (["add", "boss", "--role", "admin", "--password", "long enough"], ["delete", "admin"]):
        assert 0 == run("nephoscope", "user", "--data-dir", str(server.data_dir), *change).returncode
    server.token_file.unlink()
    server.restart()
    assert 200 == urllib3.request("GET", f"{server.url}/readyz", timeout=5.0, retries=False).status
    assert not server.token_file.exists()

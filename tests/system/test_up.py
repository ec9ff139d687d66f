# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The first thing people try: server and agent with nothing to set up, this host's numbers, Ctrl-C, and again."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import urllib3

from tests.services.process import ReadyProcess
from tests.system.commands import answer_of
from tests.system.http import Caller
from tests.system.server import Server

WITHIN_S = 60.0
WANTED = ("cpu.", "memory.", "disk.", "network.", "load")


class Up(Server):
    """`nephoscope up` instead of `serve`: the same, with an agent beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        program = str(Path(sys.executable).with_name("nephoscope"))
        self._command = [program, "up", "--data-dir", str(self.data_dir), "--listen", "127.0.0.1:0", "--interval", "1"]
        self.process = ReadyProcess("nephoscope-up", folder)

    def interrupt(self) -> int:
        """What Ctrl-C does; gives the exit code."""
        self.process.signal(signal.SIGINT)
        return self.process.process.wait(WITHIN_S)


@contextmanager
def up(folder: Path) -> Iterator[Up]:
    """Running within the block; it is the block's to end it, and killed with its agent where the block fails."""
    program = Up(folder)
    program.start()
    parts = parts_of(program)
    try:
        yield program
    except BaseException as problem:
        problem.add_note(program.process.said())
        raise
    finally:
        for process in parts:
            if process.is_running():
                process.kill()
        program.kill()


def parts_of(program: Up) -> list[psutil.Process]:
    """The server's process and its agent's, once that is there."""
    server, give_up = psutil.Process(program.pid), time.monotonic() + WITHIN_S
    while not (agents := server.children()):
        assert time.monotonic() < give_up, "no agent was started"
        time.sleep(0.05)
    return [server, *agents]


def measured(program: Up) -> list[dict[str, Any]]:
    """What `nephoscope show` gives once everything wanted has a value."""
    give_up = time.monotonic() + WITHIN_S
    while True:
        found = [each for each in answer_of(program, "show") if each["value"] is not None]
        if all(any(each["name"].startswith(start) for each in found) for start in WANTED):
            return found
        assert time.monotonic() < give_up, f"only {sorted({each['name'] for each in found})}"
        time.sleep(0.5)


def gnocchi_of(program: Up) -> Caller:
    """The Gnocchi dialect, as the owner of the data directory."""
    return Caller(f"{program.url}/gnocchi", program.api.headers)


def first_password(program: Up) -> str:
    """What was printed."""
    return program.stderr().partition("user admin, password ")[2].split()[0]


def test_this_host_is_measured_within_a_minute_and_ctrl_c_ends_it_with_the_data_kept(tmp_path: Path) -> None:
    with up(tmp_path) as first:
        started = time.monotonic()
        found = measured(first)
        assert time.monotonic() - started < WITHIN_S
        gnocchi = gnocchi_of(first)
        memory = next(each for each in found if each["name"].startswith("memory."))
        rows = gnocchi.done("GET", f"/v1/metric/{memory['id']}/measures", arguments={"aggregation": "count"})
        assert rows
        names = {each["name"] for each in gnocchi.done("GET", "/v1/metric")}
        assert all(any(name.startswith(start) for name in names) for start in WANTED)
        assert True is answer_of(first, "doctor")["good"]
        as_admin = Caller(first.url, urllib3.make_headers(basic_auth=f"admin:{first_password(first)}"))
        assert as_admin.done("GET", "/api/v1/session")["must_change_password"]
        assert 403 == as_admin("GET", "/api/v1/status").status
        parts = parts_of(first)
        assert 0 == first.interrupt()
        assert [] == [process for process in parts if process.is_running()]
        assert "Traceback" not in first.stderr()
    with up(tmp_path) as second:
        kept = {each["id"] for each in answer_of(second, "show")}
        assert {each["id"] for each in found} <= kept
        earliest = gnocchi_of(second).done(
            "GET", f"/v1/metric/{memory['id']}/measures", arguments={"aggregation": "count"}
        )[0]
        assert rows[0][:2] == earliest[:2]
        assert rows[0][2] <= earliest[2]
        assert 0 == second.interrupt()

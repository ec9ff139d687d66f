# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The server of the demo: that it can read its settings, and has ports that are free."""

import socket
import sys
from pathlib import Path

import pytest

from nephoscope.config import load
from nephoscope.demo.autoscaling.loop import COMMAND
from nephoscope.demo.autoscaling.serving import free_ports, settings, until
from nephoscope.model.errors import Unavailable


def test_groups_may_run_the_worker_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "nephoscope.toml"
    file.write_text(settings(8040, 1800, tmp_path))
    commands = load(file).scale.commands
    assert [COMMAND] == list(commands)
    program, *arguments = commands[COMMAND]
    assert sys.executable == program
    assert ["-m", "nephoscope.demo.autoscaling.worker", "--name", "{name}", "--group", "{group}"] == arguments[:6]
    assert ["--port", "1800{index}", "--server", "http://127.0.0.1:8040"] == arguments[6:10]


def test_ports_are_free() -> None:
    port, ports = free_ports()
    assert ports != port // 10
    for each in (port, ports * 10 + 1, ports * 10 + 9):
        with socket.create_server(("127.0.0.1", each)):
            pass


def test_what_never_holds_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nephoscope.demo.autoscaling.serving.READY_S", 0)
    until(lambda: True, "it is so")
    with pytest.raises(Unavailable, match="it takes too long until it is so"):
        until(lambda: False, "it is so")

# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Programs of the operator's: what they are told, and that neither time nor output nor a shell gets out of hand."""

import logging
import os
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from nephoscope.act.notify.command import Command
from nephoscope.act.notify.contract import Outcome
from nephoscope.model.errors import BadRequest
from tests.act.notify.made import BODY, RECORDED, delivery, tools

SHELL = "/bin/sh"


def channel(script: str, **settings: Any) -> Command:
    """One whose only program, `page`, is a line of shell."""
    return Command(tools(commands={"page": [SHELL, "-c", script]}, **settings))


def test_the_body_comes_over_standard_input_and_its_fields_in_the_environment(tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = channel(f"cat >{out}; env >>{out}")
    body = {**BODY, "alarm_name": "$(touch x); `y`\n\0z"}
    assert Outcome("delivered") == found.notify(delivery("command:page", body=body))
    assert "command page" == found.place("command:page")
    said = out.read_text()
    assert said.startswith('{"alarm_name":"$(touch x); `y`\\n\\u0000z","alarm_id":"a-1"')
    assert "NEPHOSCOPE_ALARM_NAME=$(touch x); `y`\n\N{REPLACEMENT CHARACTER}z\n" in said
    assert "NEPHOSCOPE_CURRENT=alarm\n" in said
    assert "NEPHOSCOPE_KEY=a-1.1\n" in said
    assert 'NEPHOSCOPE_REASON_DATA={"most_recent":50.0' in said


def test_the_recorded_body_arrives_byte_for_byte(tmp_path: Path) -> None:
    out = tmp_path / "out"
    channel(f"cat >{out}").notify(delivery("command:page"))
    assert RECORDED == out.read_bytes()


def test_our_own_environment_stays_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEPHOSCOPE_TOKEN", "s3cret")
    out = tmp_path / "out"
    channel(f"env >{out}").notify(delivery("command:page"))
    assert "s3cret" not in out.read_text()


@pytest.mark.parametrize(
    "target", ["command:", "command:other", "command:page;id", "command:page x", "command:/bin/sh", "command://page"]
)
def test_only_names_that_the_operator_has_set_are_known(target: str) -> None:
    with pytest.raises(BadRequest, match=r"command: there is none of that name in \[act\] commands"):
        channel("true").notify(delivery(target))


@pytest.mark.parametrize("command", [[], ["page"], ["./page"], [""]])
def test_a_program_has_an_absolute_path(command: list[str]) -> None:
    with pytest.raises(BadRequest, match=r"\[act\] commands: page: expected the absolute path"):
        Command(tools(commands={"page": command}))


def test_a_failure_is_tried_again_and_its_output_goes_to_the_log_only(caplog: pytest.LogCaptureFixture) -> None:
    outcome = channel("echo s3cret; echo more >&2; exit 3").notify(delivery("command:page"))
    assert Outcome("again", 3, "command", "command page failed: status 3") == outcome
    assert ["command page failed, status 3: s3cret more"] == caplog.messages


def test_output_without_end_is_read_and_not_kept(caplog: pytest.LogCaptureFixture) -> None:
    found = channel("head -c 3000000 /dev/zero | tr '\\0' x; exit 1", command_output_bytes_max=100)
    assert "again" == found.notify(delivery("command:page")).result
    assert ["command page failed, status 1: " + "x" * 100] == caplog.messages


def test_a_program_that_takes_too_long_is_ended_with_all_that_it_started(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    held = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    # Both hold the other end open: it is closed when both are gone.
    found = channel(f"exec 3>{fifo}; sleep 1000 & sleep 1000", command_timeout_s=0.3)
    outcome = found.notify(delivery("command:page"))
    assert Outcome("again", 0, "command", "command page failed: it took too long, or was killed") == outcome
    os.set_blocking(held, True)
    assert b"" == os.read(held, 1)
    os.close(held)


def test_a_program_that_ends_counts_although_what_it_started_holds_its_output_open() -> None:
    assert Outcome("delivered") == channel("sleep 1000 & exit 0").notify(delivery("command:page"))


def test_a_program_that_closes_its_output_is_waited_for(tmp_path: Path) -> None:
    script = f"import os, time; os.close(1); os.close(2); open({str(tmp_path / 'done')!r}, 'w').close()"
    found = channel(f"exec {sys.executable} -c {shlex.quote(script)}")
    assert Outcome("delivered") == found.notify(delivery("command:page"))
    assert (tmp_path / "done").exists()


def test_a_program_that_cannot_be_started_is_tried_again() -> None:
    outcome = Command(tools(commands={"page": ["/nowhere/page"]})).notify(delivery("command:page"))
    assert (
        Outcome("again", cause="command", error="command page cannot be started: No such file or directory") == outcome
    )

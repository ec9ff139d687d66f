# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Secrets come out of files, and what is signed with one can be checked with five lines."""

import doctest
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nephoscope.act.notify import secret
from nephoscope.act.notify.secret import SecretFile, signature
from nephoscope.model.errors import BadRequest, Unavailable
from tests.act.notify.made import RECORDED
from tests.project import REFERENCE

PAGE = (REFERENCE / "alarm-notifications.md").read_text()


def documented() -> Callable[[str, bytes, bytes], bool]:
    """The check as receivers copy it from the documentation."""
    found = re.search(r"```python\n(.*?def genuine.*?)```", PAGE, re.DOTALL)
    assert found is not None
    space: dict[str, Any] = {}
    exec(found[1], space)
    check: Callable[[str, bytes, bytes], bool] = space["genuine"]
    return check


def test_the_examples_hold() -> None:
    assert 0 == doctest.testmod(secret).failed


def test_the_documented_check_takes_what_is_genuine_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = documented()
    signed = signature(RECORDED, "s3cret", 1000)
    monkeypatch.setattr("time.time", lambda: 1010.0)
    assert genuine(signed, RECORDED, b"s3cret")
    assert not genuine(signed, RECORDED + b" ", b"s3cret")
    assert not genuine(signed, RECORDED, b"other")
    assert not genuine(signed.replace("t=1000", "t=1001"), RECORDED, b"s3cret")
    monkeypatch.setattr("time.time", lambda: 1000.0 + 3600)
    assert not genuine(signed, RECORDED, b"s3cret")


def test_a_secret_is_the_first_line_and_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(" first \nsecond\n")
    found = SecretFile("signature_secret_file", str(file))
    assert "first" == found.read()
    file.write_text("renewed")
    assert "renewed" == found.read()
    file.write_text("\n")
    with pytest.raises(Unavailable, match=r"\[act\] signature_secret_file: .* is empty"):
        found.read()


def test_no_file_is_no_secret_and_one_that_is_not_there_stops_the_start() -> None:
    assert "" == SecretFile("mail_password_file", "").read()
    with pytest.raises(BadRequest, match=r"\[act\] mail_password_file: /nowhere cannot be read"):
        SecretFile("mail_password_file", "/nowhere")

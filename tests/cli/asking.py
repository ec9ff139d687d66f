# SPDX-License-Identifier: Apache-2.0
"""Commands run against a server that answers as a test says."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from click.testing import CliRunner, Result

from tests.alarm.answering import answering, as_json

WIDE = {"COLUMNS": "200"}


class Asked:
    """What a server was asked, and what it answers by the path."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.requests: list[tuple[str, str, Any]] = []

    def __call__(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        self.requests.append((method, path, json.loads(body) if body else None))
        name = path.removeprefix("/api/v1/").partition("?")[0]
        answer = self.answers.get(name, (404, {"detail": "no such thing"}))
        status, said = answer if isinstance(answer, tuple) else (200, answer)
        return status, as_json(said)


@contextmanager
def running(command: click.Command, asked: Asked) -> Iterator[Callable[..., Result]]:
    """Runs a command against a server that answers so."""
    with answering(asked) as url:
        # The address goes last, behind the command within a group.
        yield lambda *arguments: CliRunner().invoke(command, [*arguments, "--server", url], env=WIDE)

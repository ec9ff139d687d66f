# SPDX-License-Identifier: Apache-2.0
"""Commands as users type them, in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.system.server import Server

TIMEOUT_S = 60.0
PROGRAMS = Path(sys.executable).parent


def run(program: str, *arguments: str, env: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Run one of the programs beside our interpreter, to its end; never raises for its exit code."""
    return subprocess.run(
        [PROGRAMS / program, *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        env={**os.environ, "COLUMNS": "200", **(env or {})},
    )


def nephoscope(server: Server, *arguments: str, code: int = 0) -> str:
    """What the command says on standard output, or on standard error where it should fail; it must end with `code`."""
    env = {"NEPHOSCOPE_SERVER": server.url, "NEPHOSCOPE_TOKEN_FILE": str(server.token_file)}
    ended = run("nephoscope", *arguments, env=env)
    assert code == ended.returncode, f"{arguments}: {ended.stdout}\n{ended.stderr}"
    return ended.stdout if code == 0 or ended.stdout else ended.stderr


def answer_of(server: Server, *arguments: str, code: int = 0) -> Any:
    """What the command says with `--json`, decoded."""
    return json.loads(nephoscope(server, *arguments, "--json", code=code))

# SPDX-License-Identifier: Apache-2.0
"""An environment with exact versions of a peer, and processes that run out of it."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

# What has no work at hand leaves at once; the threads of uwsgi seldom do.
STOP_TIMEOUT_S = 5.0


def install(name: str, folder: Path, requirements: Sequence[str], constraints: Path) -> Path:
    """An environment below `folder`, made unless an earlier run left one of these versions; its bin/."""
    programs, stamp = folder / "env" / "bin", folder / "installed"
    wanted = constraints.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return programs
    click.echo(f"installing {name} (some minutes, once)", err=True)
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder / "env"], check=True)
    pip = [str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--constraint", str(constraints), *requirements], check=True)
    stamp.write_text(wanted)
    return programs


def version_of(programs: Path, package: str) -> str:
    """The version of a package in an environment."""
    line = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([programs / "python", "-c", line], check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def process(command: Sequence[str], log: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process group of its own, ended by its id."""
    with log.open("ab") as out:
        started = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env, start_new_session=True
        )
    try:
        yield started
    finally:
        _end(started)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGCONT)
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_TIMEOUT_S)
    # Children that outlived their leader are still in its group.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

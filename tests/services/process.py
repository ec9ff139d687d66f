# SPDX-License-Identifier: Apache-2.0
"""A program of ours as a child: waits for its `ready http://HOST:PORT` line, kills, stops, keeps what it said."""

import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.services.starting import tail, until_ready

READY = re.compile(r"^ready (https?://\S+?)/?$", re.MULTILINE)


class ReadyProcess:
    """One run of a program at a time; its standard output and error are appended to files in `folder`."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.stdout_path = folder / f"{name}.stdout"
        self.stderr_path = folder / f"{name}.stderr"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The latest run, alive or not."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._process

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(
        self,
        command: Sequence[str],
        *,
        timeout_s: float = 60.0,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> str:
        """
        Run `command` until it prints its ready line and return the address in it, without a closing slash.

        `env` is added to ours. The child's standard input is a pipe that closes with us, so a program that
        watches it cannot outlive a killed test run. RuntimeError with its output when it ends or dallies instead.
        """
        if self.running:
            raise RuntimeError(f"{self.name} runs already as process {self.process.pid}")
        said_before = self.stdout_path.stat().st_size if self.stdout_path.exists() else 0
        with self.stdout_path.open("ab") as out, self.stderr_path.open("ab") as err:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                cwd=cwd,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
                # A Ctrl-C at the terminal belongs to pytest, whose fixtures then stop us in order.
                start_new_session=True,
            )
        ready = until_ready(
            self.name, lambda: READY.search(self.stdout(said_before)), self._process, self.said, timeout_s
        )
        return ready[1]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when it is dead already."""
        if self.running:
            self.process.send_signal(number)

    def kill(self) -> None:
        """Kill -9 and wait until it is gone."""
        self.signal(signal.SIGKILL)
        self._wait(30.0)

    def stop(self, timeout_s: float = 30.0) -> int:
        """
        Send SIGTERM and return the exit code; a run that has ended already just gives its code.

        RuntimeError when it does not end in time; it is killed then.
        """
        self.signal(signal.SIGTERM)
        return self._wait(timeout_s)

    def stdout(self, offset: int = 0) -> str:
        """What it wrote to standard output, over all its runs, from a byte offset on."""
        return self.stdout_path.read_bytes()[offset:].decode(errors="replace") if self.stdout_path.exists() else ""

    def stderr(self) -> str:
        """What it wrote to standard error, over all its runs."""
        return self.stderr_path.read_text(errors="replace") if self.stderr_path.exists() else ""

    def said(self) -> str:
        """The ends of both outputs, for messages."""
        out, err = tail(self.stdout_path, 60), tail(self.stderr_path, 60)
        return f"--- standard output\n{out}\n--- standard error\n{err}"

    def _wait(self, timeout_s: float) -> int:
        process = self.process
        try:
            code = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise RuntimeError(f"{self.name} did not end within {timeout_s} s:\n{self.said()}") from None
        if process.stdin is not None:
            process.stdin.close()
        return code

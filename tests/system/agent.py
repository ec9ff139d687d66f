# SPDX-License-Identifier: Apache-2.0
"""The real `nephoscope agent` in a process of its own, collecting from a bus and by polling.yaml."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.system.server import Server

STOP_S = 30.0
WAIT_S = 40.0


class CollectingAgent:
    """An agent with a folder of its own, in which its spools and its state outlive it; `kill()` and `start()` again."""

    def __init__(self, folder: Path, server: Server, sections: str) -> None:
        """`sections` are TOML of what it collects; beyond that it measures only the load of this host, now and then."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._log = folder / "agent.log"
        self._config = folder / "agent.toml"
        self._config.write_text(
            f'[server]\nurl = "{server.url}"\ntoken_file = "{server.token_file}"\ntimeout_s = 5\n'
            f'[poll]\npollsters = ["load"]\ninterval_s = 60\n[host]\nname = "{folder.name}"\n'
            f'[spool]\nfolder = "{folder / "spool"}"\nretry_s_max = 0.5\n{sections}'
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def start(self) -> None:
        """Start it; it is there once it says so."""
        before = len(self.said())
        program = str(Path(sys.executable).with_name("nephoscope"))
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([program, "agent", "--config", str(self._config)], stderr=log)
        wait_until(lambda: "pollsters, every" in self.said()[before:], self.said)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_S)

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()
        self.process.wait(STOP_S)

    def said(self) -> str:
        """Its log so far."""
        return self._log.read_text() if self._log.exists() else ""


@contextmanager
def collecting(folder: Path, server: Server, sections: str) -> Iterator[CollectingAgent]:
    """A running agent, stopped in the end."""
    agent = CollectingAgent(folder, server, sections)
    agent.start()
    try:
        yield agent
    finally:
        if agent.process.poll() is None:
            agent.process.terminate()
            try:
                agent.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                agent.kill()


def wait_until(true: Callable[[], object], told: Callable[[], object] = lambda: "", timeout_s: float = WAIT_S) -> None:
    """Look again and again; AssertionError with what `told` tells when it does not come true."""
    until = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < until, f"it did not come true in {timeout_s} s: {told()}"
        time.sleep(0.1)

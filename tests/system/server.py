# SPDX-License-Identifier: Apache-2.0
"""The real program in a process of its own, on a free port, over a data folder that outlives its deaths."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.services.process import ReadyProcess
from tests.system.http import Caller

START_TIMEOUT_S = 60.0
DRAIN_TIMEOUT_S = 60.0
# Gnocchi's password-less mode; the caller's name is believed.
# Without passwords, and without metrics of the server itself, which would be counted with what a test sends.
BASIC = '[gnocchi]\nauth_mode = "basic"\n\n[watch]\ninterval_s = 0\n'


class Server:
    """
    `nephoscope serve` on 127.0.0.1; `kill()` and `restart()` are there for tests of faults.

    `url` is its present address, without a closing slash; a restart takes a new free port.
    """

    def __init__(
        self,
        folder: Path,
        *,
        config: str = "",
        arguments: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> None:
        """`folder` holds data, configuration (`config` is TOML text) and outputs; `arguments` follow `serve`'s own."""
        self.folder = folder
        self.data_dir = folder / "data"
        self.url = ""
        self.process = ReadyProcess("nephoscope-serve", folder)
        self._env = dict(env or {})
        # The program beside our interpreter: what pip installed, entry point included.
        program = str(Path(sys.executable).with_name("nephoscope"))
        self._command = [program, "serve", "--data-dir", str(self.data_dir), "--listen", "127.0.0.1:0", *arguments]
        if config:
            path = folder / "nephoscope.toml"
            path.write_text(config)
            self._command += ["--config", str(path)]

    @property
    def running(self) -> bool:
        return self.process.running

    @property
    def pid(self) -> int:
        """The process id of the latest run."""
        return self.process.process.pid

    @property
    def token_file(self) -> Path:
        """The file with the token that commands of the data folder's owner use."""
        return self.data_dir / "owner.token"

    @property
    def api(self) -> Caller:
        """All pages, with the owner's token."""
        return Caller(self.url, {"Authorization": f"Bearer {self.token_file.read_text().strip()}"})

    def start(self) -> None:
        """Start and wait for the ready line. RuntimeError with its output when it ends or dallies instead."""
        self.url = self.process.start(self._command, timeout_s=START_TIMEOUT_S, env=self._env)

    def stay(self) -> None:
        """Take the present address again at the next start, as clients that are not told of another expect."""
        self._command[self._command.index("--listen") + 1] = self.url.removeprefix("http://")

    def kill(self) -> None:
        """Kill -9 and wait until it is gone."""
        self.process.kill()

    def stop(self) -> int:
        """Send SIGTERM, wait until it has drained and return its exit code."""
        return self.process.stop(DRAIN_TIMEOUT_S)

    def restart(self) -> None:
        """Start again on the same data folder, after `kill`, `stop` or from running."""
        if self.running:
            self.stop()
        self.start()

    def stdout(self) -> str:
        """Everything it printed, over all its runs."""
        return self.process.stdout()

    def stderr(self) -> str:
        """Everything it logged, over all its runs."""
        return self.process.stderr()


@contextmanager
def serving(
    folder: Path,
    *,
    config: str = "",
    arguments: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """
    A running server; afterwards it is stopped with SIGTERM and has to exit with 0.

    A run that the test itself killed or stopped is not judged. When the test fails, the server's outputs are
    added to the failure.
    """
    server = Server(folder, config=config, arguments=arguments, env=env)
    server.start()
    try:
        yield server
    except BaseException as problem:
        problem.add_note(f"{server.process.name} said:\n{server.process.said()}")
        if server.running:
            server.kill()
        raise
    if server.running:
        code = server.stop()
        if code != 0:
            raise AssertionError(f"SIGTERM ended the server with {code} instead of 0:\n{server.process.said()}")

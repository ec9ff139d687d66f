# SPDX-License-Identifier: Apache-2.0
"""A management controller as a child, on a free UDP port."""

import socket
import subprocess
import sys
from pathlib import Path

from tests.services.starting import tail, until_ready

START_TIMEOUT_S = 30.0
USER, PASSWORD = "operator", "not-for-logs"


class Controller:
    """Runs within a `with` block; `address` is `127.0.0.1:port`."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "bmc.log"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"127.0.0.1:{self.port}"

    def __enter__(self) -> "Controller":
        command = [sys.executable, "-m", "tests.services.bmc_program", str(self.port), USER, PASSWORD]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=Path(__file__).parents[2],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until_ready("the controller", self._ready, self._process, lambda: tail(self._log), START_TIMEOUT_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def _ready(self) -> bool:
        return b"ready\n" in self._log.read_bytes()

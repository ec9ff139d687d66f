# SPDX-License-Identifier: Apache-2.0
"""The façade as a service of the tests: started as a child, killed and restarted, a database for each test."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import urllib3

from tests.services.process import ReadyProcess

USER = "tester"
PASSWORD = "p4ss:word/@"  # signs that an address must quote, on purpose
PROJECT = Path(__file__).parents[2]


class ClickHouse:
    """One façade on 127.0.0.1 with its own data folder; the port stays the same over restarts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.process = ReadyProcess("engine-facade", folder)

    @property
    def running(self) -> bool:
        return self.process.running

    def url(self, database: str = "default") -> str:
        """The store's DSN of a database, with user and password quoted for an address."""
        return f"clickhouse://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "tests.services.engine_facade", "--port", str(self.port)]
        command += ["--path", str(self.folder / "data"), "--user", USER, "--password", PASSWORD]
        address = self.process.start(command, cwd=PROJECT)
        self.port = int(address.rpartition(":")[2])

    def stop(self) -> None:
        """Stop in an orderly way; nothing happens when it is down already."""
        if self.running:
            self.process.stop()

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()

    def restart(self) -> None:
        """Bring it up again on the same port and data, after `kill` or from running."""
        self.stop()
        self.start()

    def create_database(self) -> str:
        """Create an empty database with a name of its own and return the name."""
        name = f"test_{uuid4().hex[:12]}"
        self._administer(f"CREATE DATABASE `{name}`")
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database with its data; a façade that a test left dead is raised first."""
        if not self.running:
            self.start()
        self._administer(f"DROP DATABASE IF EXISTS `{name}` SYNC")

    def _administer(self, statement: str) -> None:
        headers = urllib3.make_headers(basic_auth=f"{USER}:{PASSWORD}")
        url = f"http://127.0.0.1:{self.port}/"
        answer = urllib3.request("POST", url, body=statement, headers=headers, timeout=30.0, retries=False)
        if answer.status != 200:
            raise RuntimeError(f"{statement}: {answer.status} {answer.data.decode(errors='replace')}")


@contextmanager
def started() -> Iterator[ClickHouse]:
    """A running façade in a folder of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="nephoscope-clickhouse-"))
    service = ClickHouse(folder)
    try:
        service.start()
        yield service
    finally:
        service.stop()
        shutil.rmtree(folder, ignore_errors=True)

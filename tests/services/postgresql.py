# SPDX-License-Identifier: Apache-2.0
"""A private PostgreSQL: own data folder, own loopback port, started and stopped as our child."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict
from uuid import uuid4

import psycopg

from tests.services.ports import free_port
from tests.services.starting import NotReady, tail, until_ready

INSTALL = "PostgreSQL's server programs are missing: run `make test`, or `apt-get install postgresql` as root"
INITIAL = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0


class RunAs(TypedDict, total=False):
    """The part of Popen's arguments that says whom to run as."""

    user: str
    group: str
    extra_groups: list[str]


class PostgreSQL:
    """One server on 127.0.0.1; `kill` and `restart` are there for tests of what happens when it goes away."""

    def __init__(self, folder: Path) -> None:
        """Prepare a new data folder under `folder`, which must be one that the user `postgres` can enter."""
        self.folder = folder
        self.port = 0
        self._data = folder / "data"
        self._log = folder / "postgresql.log"
        self._programs = find_programs()
        self._run_as: RunAs = {"user": "postgres", "group": "postgres", "extra_groups": []}
        if os.geteuid() != 0:
            self._run_as = {}
        else:
            shutil.chown(folder, "postgres", "postgres")
        self._process: subprocess.Popen[bytes] | None = None
        self._initialise()

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, None while it is down."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def running(self) -> bool:
        return self.pid is not None

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy URL of a database; the port stays the same over restarts."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start and wait until it answers. On a first start another program may win the port: take the next."""
        first = self.port == 0
        give_up = time.monotonic() + START_TIMEOUT_S
        while True:
            if first:
                self.port = free_port()
            try:
                self._launch(give_up - time.monotonic())
                return
            except NotReady:
                # A killed postmaster's children hold its shared memory for a moment longer: the new one
                # exits at once, and starts when they are gone.
                if time.monotonic() > give_up:
                    raise
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop in an orderly way, cutting connections; nothing happens when it is down already."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill -9 the postmaster; its children notice and leave by themselves."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Bring it up again on the same port and data, after `kill` or from running."""
        self.stop()
        self.start()

    def create_database(self) -> str:
        """Create an empty database with a name of its own and return the name."""
        name = f"test_{uuid4().hex[:12]}"
        self._administer(f'CREATE DATABASE "{name}"')
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, cutting connections that are left; a server that a test left dead is raised first."""
        if not self.running:
            self.start()
        self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _initialise(self) -> None:
        made = subprocess.run(
            [f"{self._programs}/initdb", "-D", self._data, "--no-sync", *INITIAL],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **self._run_as,
        )
        if made.returncode:
            raise RuntimeError(f"initdb in {self._data} failed:\n{made.stdout}{made.stderr}")

    def _launch(self, timeout_s: float) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [f"{self._programs}/postgres", "-D", self._data, "-k", self.folder, *self._listen()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                # A Ctrl-C at the terminal belongs to pytest, whose fixtures then stop us in order.
                start_new_session=True,
                **self._run_as,
            )
        until_ready("PostgreSQL", self._answers, self._process, lambda: tail(self._log), timeout_s)

    def _answers(self) -> bool:
        """Whether it is this server that answers, and not another that won the port."""
        try:
            self._administer("SELECT 1")
        except psycopg.OperationalError:
            return False
        return self.running

    def _listen(self) -> tuple[str, ...]:
        return ("-p", str(self.port), "-c", "listen_addresses=127.0.0.1")

    def _administer(self, statement: str) -> None:
        address = self.url().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def find_programs() -> Path:
    """The folder of `initdb` and `postgres`, the newest version; Debian keeps it out of PATH."""
    versions = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if versions:
        return max(versions, key=lambda path: int((re.findall(r"\d+", path.parts[-3]) or ["0"])[0])).parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError(INSTALL)
    return Path(on_path).resolve().parent


@contextmanager
def started() -> Iterator[PostgreSQL]:
    """A running server in a folder of its own directly under the temporary folder, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="nephoscope-postgresql-"))
    server: PostgreSQL | None = None
    try:
        server = PostgreSQL(folder)
        server.start()
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)

# SPDX-License-Identifier: Apache-2.0
"""The real Gnocchi: PostgreSQL as its indexer, file storage, 3 × 2 API processes, 2 metricd workers, basic mode."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.services import postgresql
from tests.services.ports import free_port

from benchmarks.client import Client, Refused
from benchmarks.peer import Peer
from benchmarks.peers import environment

CONSTRAINTS = Path(__file__).with_name("gnocchi-constraints.txt")
# Gnocchi 4.7.1 names psycopg2; newer SQLAlchemy would take another driver for a bare postgresql:// URL.
DRIVER = "postgresql+psycopg2"
REQUIREMENTS = ("gnocchi[postgresql,file]==4.7.1", "uwsgi", "setuptools")
START_TIMEOUT_S = 60.0


def install(folder: Path) -> Path:
    """An environment with Gnocchi below `folder`; its bin/."""
    return environment.install("Gnocchi", folder, REQUIREMENTS, CONSTRAINTS)


@contextmanager
def running(folder: Path, programs: Path) -> Iterator[Peer]:
    """A new Gnocchi with its data and logs in `folder` and a PostgreSQL of its own; all is stopped afterwards."""
    folder.mkdir(parents=True)
    (folder / "data").mkdir()
    with postgresql.started() as database, contextlib.ExitStack() as started:
        port = free_port()
        config = folder / "gnocchi.conf"
        config.write_text(_config(folder / "data", database.url(database.create_database()), port))
        env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
        _upgrade(programs, config, env)
        api = started.enter_context(environment.process(_api(programs, config, port), folder / "api.log", env))
        metricd = started.enter_context(
            environment.process(
                [str(programs / "gnocchi-metricd"), "--config-file", str(config)], folder / "metricd.log", env
            )
        )
        peer = Peer("theirs", f"http://127.0.0.1:{port}", folder / "data", (api.pid, metricd.pid))
        _wait(peer, (api, metricd), folder)
        try:
            yield peer
        finally:
            peer.resume()


def _config(data: Path, database_url: str, port: int) -> str:
    indexer = database_url.replace(database_url.partition("://")[0], DRIVER, 1)
    storage = f"driver = file\nfile_basepath = {data}\n"
    return (
        f"[DEFAULT]\ncoordination_url = file://{data}/coordination\nparallel_operations = 2\n"
        f"[indexer]\nurl = {indexer}\n[storage]\n{storage}[incoming]\n{storage}"
        f"[api]\nauth_mode = basic\nhost = 127.0.0.1\nport = {port}\n"
        "[metricd]\nworkers = 2\nmetric_processing_delay = 1\n"
    )


def _api(programs: Path, config: Path, port: int) -> list[str]:
    fixed = "--master --enable-threads --thunder-lock --die-on-term --processes 3 --threads 2 --lazy-apps"
    keep_alive = ["--so-keepalive", "--http-keepalive", "--add-header", "Connection: Keep-Alive"]
    program = ["--module", "gnocchi.rest.wsgi:application", "--pyargv", f"--config-file {config}"]
    return [str(programs / "uwsgi"), "--http", f"127.0.0.1:{port}", *fixed.split(), *keep_alive, *program]


def _upgrade(programs: Path, config: Path, env: dict[str, str]) -> None:
    made = subprocess.run(
        [programs / "gnocchi-upgrade", "--config-file", config], env=env, capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise RuntimeError(f"gnocchi-upgrade failed:\n{made.stdout[-2000:]}{made.stderr[-2000:]}")


def _wait(peer: Peer, processes: Sequence[subprocess.Popen[bytes]], folder: Path) -> None:
    give_up = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < give_up and all(process.poll() is None for process in processes):
        client = Client(peer.url)
        try:
            client.send("GET", "/v1/status?details=false")
        except (OSError, Refused):
            time.sleep(0.2)
        else:
            return
        finally:
            client.close()
    said = "\n".join(path.read_text(errors="replace")[-2000:] for path in sorted(folder.glob("*.log")))
    raise RuntimeError(f"Gnocchi did not answer within {START_TIMEOUT_S:.0f} s:\n{said}")

# SPDX-License-Identifier: Apache-2.0
"""The real Gnocchi: PostgreSQL as its indexer, file storage, 3 × 2 API processes, 2 metricd workers, basic mode."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from tests.services import postgresql
from tests.services.ports import free_port

from benchmarks.client import Client, Refused
from benchmarks.peer import Peer

CONSTRAINTS = Path(__file__).with_name("gnocchi-constraints.txt")
# Gnocchi 4.7.1 names psycopg2; newer SQLAlchemy would take another driver for a bare postgresql:// URL.
DRIVER = "postgresql+psycopg2"
REQUIREMENTS = ("gnocchi[postgresql,file]==4.7.1", "uwsgi", "setuptools")
START_TIMEOUT_S = 60.0
# Without work at hand metricd leaves at once; the threads of uwsgi seldom do.
STOP_TIMEOUT_S = 5.0


def install(folder: Path) -> Path:
    """An environment with Gnocchi below `folder`, made unless an earlier run left one of these versions; its bin/."""
    programs, stamp = folder / "env" / "bin", folder / "installed"
    wanted = CONSTRAINTS.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return programs
    click.echo("installing Gnocchi (some minutes, once)", err=True)
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder / "env"], check=True)
    pip = [str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--constraint", str(CONSTRAINTS), *REQUIREMENTS], check=True)
    stamp.write_text(wanted)
    return programs


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
        api = started.enter_context(_process(_api(programs, config, port), folder / "api.log", env))
        metricd = started.enter_context(
            _process([str(programs / "gnocchi-metricd"), "--config-file", str(config)], folder / "metricd.log", env)
        )
        peer = Peer("theirs", f"http://127.0.0.1:{port}", folder / "data", (api.pid, metricd.pid))
        _wait(peer, (api, metricd), folder)
        try:
            yield peer
        finally:
            peer.resume()


def version_of(programs: Path, package: str) -> str:
    """The version of a package in Gnocchi's environment."""
    line = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([programs / "python", "-c", line], check=True, capture_output=True, text=True).stdout.strip()


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


@contextmanager
def _process(command: Sequence[str], log: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process group of its own, ended by its id."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env, start_new_session=True
        )
    try:
        yield process
    finally:
        _end(process)


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

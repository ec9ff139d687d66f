# SPDX-License-Identifier: Apache-2.0
"""A server for the demo in a process of its own, on free ports, that lets groups run the demo's worker."""

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nephoscope.client.ask import Server
from nephoscope.client.send import bearer_from
from nephoscope.demo.autoscaling.loop import COMMAND
from nephoscope.model.errors import Unavailable

READY_S = 60.0
USER = "demo"


@dataclass(frozen=True)
class Running:
    """The server, the first digits of the workers' ports, and the password of its user `demo`."""

    server: Server
    ports: int
    password: str


def port_of(name: str, ports: int) -> int:
    """
    The port of a worker by its name, which ends with its index.

    >>> port_of("demo-1f2e-3", 1800)
    18003
    """
    return int(f"{ports}{name.rpartition('-')[2]}")


def settings(port: int, ports: int, folder: Path) -> str:
    """
    The configuration of a server at `port` with its data in a folder: decisions every second, and the worker's command.

    The port of a worker is the digits of `ports` with its index behind them.
    """
    worker = [
        *(sys.executable, "-m", "nephoscope.demo.autoscaling.worker"),
        *("--name", "{name}", "--group", "{group}", "--port", f"{ports}{{index}}"),
        *("--server", f"http://127.0.0.1:{port}", "--token-file", str(folder / "owner.token")),
    ]
    listed = ", ".join(f'"{each}"' for each in worker)
    return f"""\
[alarm]
interval_s = 1
settle_s = 0.2
[scale]
hold_s = 5
reconcile_interval_s = 2
settle_s = 0.3
stop_grace_s = 2
look_interval_s = 0.5
[scale.commands]
{COMMAND} = [{listed}]
"""


@contextmanager
def serving(folder: Path) -> Iterator[Running]:
    """A server on free ports that knows the worker, until the end of the block. Unavailable when it does not start."""
    port, ports = free_ports()
    config = folder / "nephoscope.toml"
    config.write_text(settings(port, ports, folder))
    command = [sys.executable, "-m", "nephoscope", "serve", "--data-dir", str(folder), "--config", str(config)]
    command += ["--listen", f"127.0.0.1:{port}"]
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    try:
        until(lambda: process.poll() is not None or b"\nready http" in log.read_bytes(), "the server is ready")
        if process.poll() is not None:
            raise Unavailable(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")
        server = Server(f"http://127.0.0.1:{port}", credentials=bearer_from(folder / "owner.token"))
        password = secrets.token_urlsafe(9)
        server.post("users", {"name": USER, "password": password, "roles": ["admin"]})
        yield Running(server, ports, password)
    finally:
        process.terminate()
        process.wait()


def free_ports() -> tuple[int, int]:
    """A free port for the server, and the first digits of ports of which the first nine are free."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    for digits in range(1800, 3000):
        if digits != port // 10 and all(_is_free(digits * 10 + index) for index in range(1, 10)):
            return port, digits
    raise Unavailable("there are no nine free ports in a row for workers")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds; Unavailable when it takes too long."""
    give_up_s = time.monotonic() + READY_S
    while not holds():
        if time.monotonic() > give_up_s:
            raise Unavailable(f"it takes too long until {what}")
        time.sleep(0.1)

# SPDX-License-Identifier: Apache-2.0
"""`nephoscope serve`: the server."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import uvicorn

from nephoscope.cli.connection import problems_shown
from nephoscope.config import Config, load
from nephoscope.observe import log_to_stderr
from nephoscope.service import Service, Tls, first_users, listening_socket, tls_of

log = logging.getLogger("nephoscope.serve")

DRAIN_S = 30
# By the protocol a side that closes waits for the other to say so too; an idle one may never do.
TLS_GOODBYE_S = 1.0
# The collector of garbage stops all threads to look for objects that only hold each other. By default it looks after
# every 700 objects that stay, and through all that there are whenever these are a quarter more: in the four minutes
# after 40 000 resources were met a hundred times, a quarter of a second each, for some hundred objects. Now ten times.
COLLECT_AFTER = (10_000, 10, 10)


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path), help="Where the embedded store and index live.")
@click.option("--listen", metavar="HOST:PORT", help="Default 127.0.0.1:8040; port 0 takes a free one.")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="Settings, a TOML file.")
def serve(data_dir: Path | None, listen: str | None, config_file: Path | None) -> None:
    """
    Serve every API on one port. Prints `ready http://HOST:PORT` once it answers; SIGTERM and Ctrl-C drain and stop.

    Without a configuration it listens on loopback only, keeps everything in the data directory, and prints a random
    password for `admin` at its first start.

    \b
        nephoscope serve --data-dir /var/lib/nephoscope
        nephoscope serve --config /etc/nephoscope/nephoscope.toml --listen 0.0.0.0:8040
    """
    with problems_shown():
        config = configured(config_file, data_dir, listen)
        log_to_stderr(config.log.level, config.log.style)
        run(config)


def configured(config_file: Path | None, data_dir: Path | None, listen: str | None) -> Config:
    """The settings of the file, with the options over them."""
    config = load(config_file)
    if data_dir is not None:
        config.data_dir = str(data_dir)
    if listen is not None:
        config.http.listen = listen
    return config


@dataclass(frozen=True)
class Companions:
    """What runs beside the server: `start` with its address once it answers, `stop` before it stops answering."""

    start: Callable[[str], None] = lambda url: None
    stop: Callable[[], None] = lambda: None


def run(config: Config, companions: Companions | None = None) -> None:
    """Serve until a signal."""
    tls = tls_of(config)
    bound = listening_socket(config)
    service = Service.start(config)
    seldom_collect()
    try:
        password = first_users(config, service.index)
        if password:
            said = f"first start: user admin, password {password} (shown only now; to be changed at the first login)"
            print(said, file=sys.stderr, flush=True)
        server = _Server(service, bound, companions or Companions(), tls)
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(server.serve(sockets=[bound]))
    finally:
        service.close()
    log.info("stopped")


def seldom_collect() -> None:
    """Have the collector of garbage look seldom, and never at what is there now: the program stays as it is."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


class _Server(uvicorn.Server):
    """
    uvicorn, with our ready line, and an orderly end on SIGTERM and SIGINT with exit code 0.

    SIGHUP reads the certificate again; without TLS it ends, as it does every program whose terminal goes away.
    """

    def __init__(self, service: Service, bound: socket.socket, companions: Companions, tls: Tls | None) -> None:
        super().__init__(
            uvicorn.Config(
                service.app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="off",
                loop="uvloop",
                http="httptools",
                ws="none",
                timeout_keep_alive=75,
                timeout_graceful_shutdown=DRAIN_S,
                ssl_context_factory=(lambda config, default: tls.context) if tls else None,
            )
        )
        self._tls = tls
        self._scheme = "https" if tls else "http"
        self._address = bound.getsockname()
        self._companions = companions

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        if self._tls is not None:
            loop = asyncio.get_running_loop()
            create = partial(loop.create_server, ssl_shutdown_timeout=TLS_GOODBYE_S)
            loop.create_server = create  # type: ignore[method-assign] # uvicorn hands no such argument on
        await super().startup(sockets)
        if self.should_exit:
            return
        host, port = self._address[:2]
        url = f"{self._scheme}://{f'[{host}]' if ':' in host else host}:{port}"
        print(f"ready {url}", flush=True)
        self._companions.start(url)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on the usual signals, and do not raise them again afterwards: a drained stop is a success."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._begin_stop, number)
        if self._tls is not None:
            loop.add_signal_handler(signal.SIGHUP, self._tls.reload)
        else:
            loop.add_signal_handler(signal.SIGHUP, self._begin_stop, signal.SIGHUP)
        yield

    def _begin_stop(self, number: int) -> None:
        self._stopping = asyncio.create_task(self._stop(number))

    async def _stop(self, number: int) -> None:
        await asyncio.to_thread(self._companions.stop)
        self.handle_exit(number, None)

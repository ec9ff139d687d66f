# SPDX-License-Identifier: Apache-2.0
"""A private RabbitMQ: own node, own folder, own loopback ports, started and stopped as our children."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pika
from pika.adapters.blocking_connection import BlockingChannel

from tests.services.certificates import Authority
from tests.services.ports import free_port, listening
from tests.services.postgresql import RunAs
from tests.services.starting import NotReady, tail, until_ready

INSTALL = "RabbitMQ's server programs are missing: run `make test`, or `apt-get install rabbitmq-server` as root"
# Debian's own command insists on the user and the folders of its service; this one behind it does not.
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
READY = b"Server startup complete"


class RabbitMQ:
    """One broker on 127.0.0.1; `kill`, `stop` and `start` keep its ports, durable queues and messages."""

    def __init__(self, folder: Path, authority: Authority | None = None, **settings: int) -> None:
        """
        Prepare a node below `folder`, one that the user `rabbitmq` can enter.

        It speaks TLS too where there is an authority; `settings` are what Erlang calls the environment of `rabbit`.
        """
        self.folder = folder
        self.port = 0
        self.tls_port = 0
        self._log = folder / "rabbitmq.log"
        self._settings = settings
        self._tls = None if authority is None else (authority.certificate, authority.issue("broker"))
        self._name = f"nephoscope-{uuid4().hex[:12]}@localhost"
        self._ports = (0, 0)
        self._epmd: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._run_as: RunAs = {"user": "rabbitmq", "group": "rabbitmq", "extra_groups": []}
        if not SERVER.exists() or shutil.which("epmd") is None:
            raise RuntimeError(INSTALL)
        if os.geteuid() != 0:
            self._run_as = {}
        else:
            for each in (folder, *folder.rglob("*")):
                shutil.chown(each, "rabbitmq", "rabbitmq")

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def url(self, user: str = "guest", password: str = "guest") -> str:
        """The address of the broker's own virtual host `/`."""
        return f"amqp://{user}:{password}@127.0.0.1:{self.port}/%2F"

    def tls_url(self) -> str:
        """The same behind TLS."""
        return f"amqps://guest:guest@127.0.0.1:{self.tls_port}/%2F"

    def start(self) -> None:
        """Start and wait until it takes connections. On a first start another program may win a port: take others."""
        first = self.port == 0
        give_up = time.monotonic() + START_TIMEOUT_S
        while True:
            if first:
                self.port, self.tls_port, *rest = (free_port() for _ in range(4))
                self._ports = (rest[0], rest[1])
                self._configure()
            try:
                self._name_service(give_up - time.monotonic())
                self._launch(give_up - time.monotonic())
                return
            except NotReady:
                self.kill()
                if time.monotonic() > give_up:
                    raise
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop in an orderly way; nothing happens when it is down already."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill -9 the node."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Bring it up again on the same ports and state, after `kill` or from running."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop the node and the name service that it needs."""
        self.stop()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()
            self._epmd = None

    @contextmanager
    def channel(self) -> Iterator[BlockingChannel]:
        """A channel on a connection of its own."""
        connection = pika.BlockingConnection(pika.URLParameters(self.url()))
        try:
            yield connection.channel()
        finally:
            with suppress(pika.exceptions.AMQPError):
                connection.close()

    def declare(self, exchange: str, queue: str, *, durable: bool = False) -> None:
        """A topic exchange and a queue that hangs on it by its own name, as publishers on the bus make them."""
        with self.channel() as channel:
            channel.exchange_declare(exchange, "topic", durable=durable)
            channel.queue_declare(queue, durable=durable)
            channel.queue_bind(queue, exchange, queue)

    def publish(self, exchange: str, routing_key: str, bodies: Iterable[bytes]) -> None:
        """Publish persistent messages, each confirmed by the broker; one that reaches no queue raises."""
        with self.channel() as channel:
            channel.confirm_delivery()
            properties = pika.BasicProperties(content_type="application/json", delivery_mode=2)
            for body in bodies:
                channel.basic_publish(exchange, routing_key, body, properties, mandatory=True)

    def messages_ready(self, queue: str) -> int:
        """How many messages wait in a queue, those not counted that somebody holds unacknowledged."""
        with self.channel() as channel:
            return int(channel.queue_declare(queue, passive=True).method.message_count)

    def consumers(self, queue: str) -> int:
        """How many listen to a queue; none to one that is not there."""
        with self.channel() as channel, suppress(pika.exceptions.ChannelClosedByBroker):
            return int(channel.queue_declare(queue, passive=True).method.consumer_count)
        return 0

    def delete(self, *queues: str) -> None:
        """Delete queues with whatever they hold."""
        with self.channel() as channel:
            for queue in queues:
                channel.queue_delete(queue)

    def _configure(self) -> None:
        lines = [f"listeners.tcp.1 = 127.0.0.1:{self.port}", "disk_free_limit.absolute = 1MB", "log.file = false"]
        if self._tls is not None:
            authority, (certificate, key) = self._tls
            lines += [f"listeners.ssl.1 = 127.0.0.1:{self.tls_port}", f"ssl_options.cacertfile = {authority}"]
            lines += [f"ssl_options.certfile = {certificate}", f"ssl_options.keyfile = {key}"]
        (self.folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
        (self.folder / "enabled_plugins").write_text("[].\n")

    def _name_service(self, timeout_s: float) -> None:
        """Erlang's name service, which a node would otherwise start as a daemon that outlives it."""
        if self._epmd is not None and self._epmd.poll() is None:
            return
        port = self._ports[1]
        self._epmd = subprocess.Popen(
            ["epmd", "-address", "127.0.0.1", "-port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **self._run_as,
        )
        until_ready("epmd", lambda: listening(port), self._epmd, lambda: "", timeout_s)

    def _launch(self, timeout_s: float) -> None:
        with self._log.open("ab") as log:
            said_before = log.tell()
            self._process = subprocess.Popen(
                [SERVER, "-noinput", "-start_epmd", "false"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self._environment(),
                # A Ctrl-C at the terminal belongs to pytest, whose fixtures then stop us in order.
                start_new_session=True,
                **self._run_as,
            )
        until_ready(
            "RabbitMQ",
            lambda: READY in self._log.read_bytes()[said_before:],
            self._process,
            lambda: tail(self._log),
            timeout_s,
        )

    def _environment(self) -> dict[str, str]:
        distribution, names = self._ports
        settings = " ".join(f"-rabbit {name} {value}" for name, value in self._settings.items())
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            # Without it a shell stays between us and the node, and gets our signals in its place.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_NODENAME": self._name,
            "RABBITMQ_DIST_PORT": str(distribution),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(names),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {{127,0,0,1}} {settings}",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
        }

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT_S)
        # What the node started for itself, and the node should it not have ended.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def started(*, tls: bool = False, **settings: int) -> Iterator[RabbitMQ]:
    """
    A running broker in a folder of its own directly under the temporary folder, gone afterwards.

    Takes   whether it speaks TLS too; what to change in the environment of `rabbit`.
    """
    folder = Path(tempfile.mkdtemp(prefix="nephoscope-rabbitmq-"))
    broker: RabbitMQ | None = None
    try:
        broker = RabbitMQ(folder, Authority(folder / "certificates") if tls else None, **settings)
        broker.start()
        yield broker
    finally:
        if broker is not None:
            broker.close()
        shutil.rmtree(folder, ignore_errors=True)

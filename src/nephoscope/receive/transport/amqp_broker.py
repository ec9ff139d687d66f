# SPDX-License-Identifier: Apache-2.0
"""Empties the queues of one broker: connects, takes batches, has them stored, acknowledges; and again after a loss."""

import logging
import threading
import time
from random import Random

from nephoscope.model.broker_url import BrokerUrl
from nephoscope.model.errors import Unavailable
from nephoscope.observe import registry
from nephoscope.receive.transport.amqp_connection import AmqpConnection
from nephoscope.receive.transport.amqp_doubt import Doubt
from nephoscope.receive.transport.amqp_settings import AmqpSettings, Delivered, Refuse, Take
from nephoscope.receive.transport.amqp_worker import Worker, pause_s

log = logging.getLogger("nephoscope.receive")

registry.describe("nephoscope_amqp_reconnects_total", "counter", "Connections to a broker that were lost or refused.")
registry.describe("nephoscope_amqp_known_total", "counter", "Messages delivered again although they were stored.")

LISTEN_S = 1.0
NOT_IMPLEMENTED = 540


class AmqpBroker:
    """
    A thread that talks with one broker, beside one that stores.

    A batch that was begun is stored even when the connection is lost meanwhile: queues that are not durable have
    forgotten it by then. Should the broker deliver it again, it is known.
    """

    def __init__(self, broker: BrokerUrl, settings: AmqpSettings, take: Take, refuse: Refuse) -> None:
        self._broker = broker
        self._settings = settings
        self._stopping = threading.Event()
        self._stop_by_s = float("inf")
        self._worker = Worker(f"amqp-store {broker}", take, refuse, settings.retry_s_max, self._wake)
        self._doubt = Doubt()
        self._connection: AmqpConnection | None = None
        # The batch in work: the connection that it came by, what to acknowledge it by, and its messages.
        self._working: tuple[AmqpConnection, int, list[Delivered]] | None = None
        self._shared_prefetch = True
        self._said: set[str] = set()
        self._trouble = ""
        self._chance = Random()  # noqa: S311 - no secret
        self._thread = threading.Thread(target=self._run, name=f"amqp {broker}", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._worker.start()
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Take no more, and let the batch in work have so long; `join` waits for it."""
        self._stop_by_s = time.monotonic() + timeout_s
        self._stopping.set()
        self._worker.close()
        self._wake()

    def join(self) -> None:
        """Wait for the end, after `stop`, not much longer than was allowed there."""
        if self._thread.ident is not None:
            self._thread.join(max(0.0, self._stop_by_s - time.monotonic()) + LISTEN_S)
        self._worker.join(max(0.0, self._stop_by_s - time.monotonic()))

    def _wake(self) -> None:
        connection = self._connection
        if connection is not None:
            connection.wake()

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                self._connection = self._connect()
                failures = 0
                self._say_connected()
                self._serve(self._connection)
            except Exception as error:  # a thread that dies would take nothing any more and tell nobody
                failures += 1
                self._learn(error)
            finally:
                self._hang_up()
            self._stopping.wait(pause_s(failures, self._settings.retry_s_max, self._chance) if failures else 0)

    def _connect(self) -> AmqpConnection:
        # pika complains at length about each failure, of which we say what matters.
        logging.getLogger("pika").addHandler(logging.NullHandler())
        return AmqpConnection(self._broker, self._settings, self._said, shared_prefetch=self._shared_prefetch)

    def _serve(self, connection: AmqpConnection) -> None:
        while not self._stopping.is_set():
            self._collect(connection)
            due_s = None if self._working else connection.due_s()
            if due_s == 0:
                self._hand_over(connection)
                due_s = None
            connection.listen(LISTEN_S if due_s is None else min(due_s, LISTEN_S))
        connection.cancel()
        while self._working and time.monotonic() < self._stop_by_s:
            self._collect(connection)
            if self._working:
                connection.listen(0.1)

    def _hand_over(self, connection: AmqpConnection) -> None:
        tag, batch = connection.batch()
        new = self._doubt.new(batch)
        if len(new) < len(batch):
            registry.count("nephoscope_amqp_known_total", len(batch) - len(new), broker=str(self._broker))
        self._working = (connection, tag, batch)
        self._worker.give(new)

    def _collect(self, connection: AmqpConnection) -> None:
        """Acknowledge the batch in work when it is stored, if its own connection is still there."""
        stored = self._worker.outcome() if self._working else None
        if stored is None or self._working is None:
            return
        (came_by, tag, batch), self._working = self._working, None
        if not stored:
            return
        if came_by is not connection:
            self._doubt.unacknowledged(batch)
            return
        self._doubt.acknowledged(batch)
        connection.acknowledge(tag, len(batch))

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
            self._doubt.disconnected()

    def _learn(self, error: Exception) -> None:
        """Say what is wrong, once until it is something else; never with user or password."""
        from pika.exceptions import AMQPError, ConnectionClosedByBroker

        registry.count("nephoscope_amqp_reconnects_total", broker=str(self._broker))
        if isinstance(error, ConnectionClosedByBroker) and error.reply_code == NOT_IMPLEMENTED:
            self._shared_prefetch = False
        trouble = f"{type(error).__name__} {getattr(error, 'reply_code', '')}"
        if trouble != self._trouble:
            expected = isinstance(error, AMQPError | OSError | Unavailable)
            text = str(error) if isinstance(error, Unavailable) else repr(error)
            log.warning("no connection to the broker %s: %s", self._broker, text[:400], exc_info=not expected)
        self._trouble = trouble

    def _say_connected(self) -> None:
        log.info("connected to the broker %s", self._broker)
        self._trouble = ""

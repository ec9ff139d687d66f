# SPDX-License-Identifier: Apache-2.0
"""One open connection to a broker: subscribed to the queues, it gathers what is delivered and acknowledges it."""

import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nephoscope.model.broker_url import BrokerUrl
from nephoscope.model.errors import Unavailable
from nephoscope.observe import registry
from nephoscope.receive.transport.amqp_queues import declare
from nephoscope.receive.transport.amqp_settings import AmqpSettings, Delivered

if TYPE_CHECKING:
    from pika.adapters.blocking_connection import BlockingChannel

registry.describe("nephoscope_amqp_received_total", "counter", "Messages that a broker delivered.")
registry.describe("nephoscope_amqp_redelivered_total", "counter", "Of those, messages delivered before.")
registry.describe("nephoscope_amqp_acknowledged_total", "counter", "Messages acknowledged, each when it was stored.")
registry.describe("nephoscope_amqp_connected", "gauge", "Connections to a broker from which messages are taken.")


class AmqpConnection:
    """
    Opened by making it; belongs to one thread, but for `wake`.

    Errors  pika's and OSError, from the start or later, when the connection is lost; Unavailable when the broker takes
            a queue away.
    """

    def __init__(self, broker: BrokerUrl, settings: AmqpSettings, said: set[str], *, shared_prefetch: bool) -> None:
        """With `shared_prefetch` the queues share the bound; else each has its part, as some kinds of queue need it."""
        import pika

        self._broker = str(broker)
        self._settings = settings
        self._waiting: deque[tuple[int, Delivered]] = deque()
        self._since_s = 0.0
        self._gone = ""
        tries = broker.connection_parameters("nephoscope", heartbeat_s=settings.heartbeat_s, ca_file=settings.ca_file)
        self._connection = pika.BlockingConnection(tries)
        try:
            self._channel = declare(self._connection, settings, said)
            self._subscribe(shared_prefetch)
        except BaseException:
            self._disconnect()
            raise
        registry.count("nephoscope_amqp_connected", broker=self._broker)

    def wake(self) -> None:
        """Make `listen` return; may be called by any thread, and on a lost connection."""
        from pika.exceptions import AMQPError

        with suppress(AMQPError, AttributeError):
            self._connection.add_callback_threadsafe(_nothing)

    def listen(self, timeout_s: float) -> None:
        """Serve the line, and gather what is delivered, for so long at most."""
        self._connection.process_data_events(timeout_s)
        if self._gone or not self._channel.is_open:
            raise Unavailable(self._gone or "the broker closed the channel")

    def due_s(self) -> float | None:
        """Seconds until the next batch should be taken; None while nothing is there."""
        if not self._waiting:
            return None
        if len(self._waiting) >= self._settings.batch_size_max:
            return 0.0
        return max(0.0, self._since_s + self._settings.batch_wait_s - time.monotonic())

    def batch(self) -> tuple[int, list[Delivered]]:
        """The oldest messages, and what to acknowledge them by."""
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._settings.batch_size_max))]
        self._since_s = time.monotonic()
        return taken[-1][0], [message for _, message in taken]

    def acknowledge(self, tag: int, count: int) -> None:
        """All messages up to this one; nothing older is left, for batches are taken and acknowledged in order."""
        self._channel.basic_ack(tag, multiple=True)
        registry.count("nephoscope_amqp_acknowledged_total", count, broker=self._broker)

    def cancel(self) -> None:
        """Ask for no more deliveries."""
        for tag in self._channel.consumer_tags:
            self._channel.basic_cancel(tag)

    def close(self) -> None:
        """Hang up; the broker puts back whatever is unacknowledged."""
        registry.count("nephoscope_amqp_connected", -1, broker=self._broker)
        self._disconnect()

    def _disconnect(self) -> None:
        from pika.exceptions import AMQPError

        with suppress(AMQPError, OSError):
            self._connection.close()

    def _subscribe(self, shared_prefetch: bool) -> None:
        queues, prefetch = self._settings.queues, self._settings.prefetch
        each = prefetch if shared_prefetch else max(1, prefetch // len(queues))
        self._channel.basic_qos(prefetch_count=each, global_qos=shared_prefetch)
        self._channel.add_on_cancel_callback(self._cancelled)
        for queue in queues:
            self._channel.basic_consume(queue, self._delivered)

    def _delivered(self, channel: "BlockingChannel", method: Any, properties: Any, body: bytes) -> None:
        registry.count("nephoscope_amqp_received_total", broker=self._broker)
        if method.redelivered:
            registry.count("nephoscope_amqp_redelivered_total", broker=self._broker)
        if not self._waiting:
            self._since_s = time.monotonic()
        kept = body[: self._settings.body_bytes_max]
        message = Delivered(kept, method.exchange, method.routing_key, bool(method.redelivered), len(body))
        self._waiting.append((method.delivery_tag, message))

    def _cancelled(self, method_frame: Any) -> None:
        self._gone = "the broker took a queue away"


def _nothing() -> None:
    """To be called back with: that something happened is all."""

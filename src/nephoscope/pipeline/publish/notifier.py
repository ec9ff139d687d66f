# SPDX-License-Identifier: Apache-2.0
"""`notifier://`: samples and events as notifications on the message bus, each confirmed by the broker."""

import logging
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote

import msgspec

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Accepted, Outcome, RetryLater
from nephoscope.model.broker_url import PORT, BrokerHost, BrokerUrl, require_client
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import Samples
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.url import PublisherUrl
from nephoscope.pipeline.publish.wire import (
    batch,
    encoded,
    event_maps,
    framed,
    in_parts,
    naive,
    new_ids,
    sendable,
    signing,
    unframed,
    wire_maps,
)

if TYPE_CHECKING:
    from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

METERING, EVENT = "metering", "event"
PRIORITY = "sample"
EXCHANGE = "ceilometer"
# Whether the message is wrapped, by the name of the driver that writes it so; the other names mean the bus itself.
ENVELOPED = {"messagingv2": True, "messaging": False, "rabbit": True, "amqp": True}
POLICIES = ("default", "queue", "drop")
# What the agents of others take in one go; the body grows by a fifth when it is wrapped.
MESSAGE_SAMPLES_MAX = 500
MESSAGE_BYTES_MAX = 500_000
# A connection lasts for one batch only: the interval matters for a broker that dies while it confirms.
HEARTBEAT_S = 10
REFUSED, OTHERWISE = 403, 406


class Notifier:
    """
    One message for a batch, on queue `<topic>.sample`; with `per_meter_topic` one more for each meter in it.

    The queue is declared, so that messages wait where nobody listens yet. A message that the broker does not confirm,
    or that reaches no queue, is sent again later: under the same id, by which consumers know it.
    """

    OPTIONS: ClassVar[dict[str, str]] = {
        "topic": "The queue is `<topic>.sample`; `metering` for samples and `event` for events if absent.",
        "driver": "`messagingv2` (default) wraps the message in an envelope, `messaging` sends it bare.",
        "per_meter_topic": "Send each meter's samples once more, with the event type `metering.<meter>`.",
        "policy": "Accepted for old files, without effect: what cannot be sent is spooled.",
        "max_queue_length": "Accepted for old files, without effect: the spool is bounded by bytes and age.",
        "max_retry": "Accepted for old files, without effect: the spool is tried until it is empty.",
        "exchange": "The topic exchange to publish on; `ceilometer` if absent.",
        "amqp_durable_queues": "Declare exchange and queue durable, as the services do where they are told the same.",
    }
    TAKES_EVENTS = True

    def __init__(self, url: PublisherUrl, settings: PublishSettings) -> None:
        require_client()
        self._broker = _broker(url, settings)
        self._ca_file = settings.ca_file
        self._secret = settings.telemetry_secret
        self._topic = url.option("topic")
        self._exchange = url.option("exchange", EXCHANGE)
        self._durable = url.flag("amqp_durable_queues", False)
        self._per_meter = url.flag("per_meter_topic", False)
        driver = url.option("driver", "messagingv2")
        if driver not in ENVELOPED:
            raise url.wrong("driver", f"one of {', '.join(ENVELOPED)}")
        self._enveloped = ENVELOPED[driver]
        if url.option("policy", POLICIES[0]) not in POLICIES:
            raise url.wrong("policy", f"one of {', '.join(POLICIES)}")
        for count in ("max_queue_length", "max_retry"):
            url.number(count, 0)

    def pack(self, samples: Samples, now_ns: int) -> Iterable[EncodedBatch]:
        pieces = encoded(wire_maps(sendable(samples)), signing(msgspec.json.encode, self._secret))
        return self._packed(pieces, METERING, now_ns)

    def pack_events(self, events: Sequence[Event], now_ns: int) -> Iterable[EncodedBatch]:
        pieces = encoded(event_maps(events), signing(msgspec.json.encode, self._secret))
        return self._packed(pieces, EVENT, now_ns)

    def send(self, batch: EncodedBatch) -> Outcome:
        routing_key, *messages = unframed(batch.body)
        # pika complains at length about each failure, of which the outcome says what matters.
        logging.getLogger("pika").addHandler(logging.NullHandler())
        try:
            self._publish(routing_key.decode(), messages)
        except Exception as error:  # pika raises more than its own family while it connects
            return RetryLater(f"{self._broker}: {_reason(error)}")
        return Accepted()

    def close(self) -> None:
        """Nothing is open between two batches."""

    def _packed(self, pieces: Iterable[bytes], kind: str, now_ns: int) -> Iterator[EncodedBatch]:
        routing_key = f"{self._topic or kind}.{PRIORITY}".encode()
        for part in in_parts(pieces, count_max=MESSAGE_SAMPLES_MAX, bytes_max=MESSAGE_BYTES_MAX):
            messages = [self._message(kind, part, now_ns)]
            if self._per_meter and kind == METERING:
                messages += [self._message(f"{kind}.{name}", own, now_ns) for name, own in _by_meter(part).items()]
            yield batch(framed([routing_key, *messages]), len(part), now_ns)

    def _message(self, event_type: str, pieces: Sequence[bytes], now_ns: int) -> bytes:
        message_id, unique_id = new_ids(2)
        inner = msgspec.json.encode(
            {
                "message_id": message_id,
                "publisher_id": f"telemetry.publisher.{socket.gethostname()}",
                "event_type": event_type,
                "priority": PRIORITY.upper(),
                "payload": msgspec.Raw(b"[" + b",".join(pieces) + b"]"),
                "timestamp": naive(now_ns).replace("T", " "),
                "_unique_id": unique_id,
            }
        )
        if not self._enveloped:
            return inner
        return msgspec.json.encode({"oslo.version": "2.0", "oslo.message": inner.decode()})

    def _publish(self, routing_key: str, messages: Sequence[bytes]) -> None:
        """All of them, or an exception; the broker has them on disk, or in memory where the queue is not durable."""
        import pika
        from pika.exceptions import AMQPError

        tries = self._broker.connection_parameters(
            "nephoscope notifier", heartbeat_s=HEARTBEAT_S, ca_file=self._ca_file
        )
        connection = pika.BlockingConnection(tries)
        try:
            channel = self._declared(connection, routing_key)
            channel.confirm_delivery()
            properties = pika.BasicProperties(
                content_type="application/json", content_encoding="utf-8", delivery_mode=2, priority=0
            )
            for message in messages:
                channel.basic_publish(self._exchange, routing_key, message, properties, mandatory=True)
        finally:
            with suppress(AMQPError, OSError):
                connection.close()

    def _declared(self, connection: "BlockingConnection", queue: str) -> "BlockingChannel":
        """A channel, with exchange, queue and binding as they should be, or as others have made them."""
        from pika.exceptions import ChannelClosedByBroker

        declarations: tuple[Callable[[BlockingChannel], object], ...] = (
            lambda on: on.exchange_declare(self._exchange, "topic", durable=self._durable),
            lambda on: on.queue_declare(queue, durable=self._durable),
            lambda on: on.queue_bind(queue, self._exchange, queue),
        )
        channel = connection.channel()
        for declare in declarations:
            try:
                declare(channel)
            except ChannelClosedByBroker as error:
                if error.reply_code not in (REFUSED, OTHERWISE):
                    raise
                # Should it not be there at all, the message is returned, or the exchange is not found.
                channel = connection.channel()
        return channel


class _Named(msgspec.Struct):
    counter_name: str


def _by_meter(pieces: Iterable[bytes]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for each in pieces:
        found.setdefault(msgspec.json.decode(each, type=_Named).counter_name, []).append(each)
    return found


def _broker(url: PublisherUrl, settings: PublishSettings) -> BrokerUrl:
    if url.host:
        who = (unquote(url.username), unquote(url.password)) if url.username else ("guest", "guest")
        return BrokerUrl((BrokerHost(url.host, url.port or PORT, *who),), unquote(url.path[1:]) or "/")
    if not settings.broker_url:
        raise BadRequest(f"{url}: expected notifier://host:port, or an agent that has a broker of its own")
    return BrokerUrl.of(settings.broker_url)


def _reason(error: Exception) -> str:
    from pika.exceptions import UnroutableError

    return "no queue takes the message" if isinstance(error, UnroutableError) else repr(error)[:300]

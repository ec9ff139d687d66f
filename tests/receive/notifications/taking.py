# SPDX-License-Identifier: Apache-2.0
"""Somebody who takes notifications: remembers what came, and fails or waits when told to."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

from nephoscope.receive.notifications.amqp import AmqpConsumer, AmqpSettings, Delivered, Poison
from tests.services.rabbitmq import RabbitMQ

PATIENCE_S = 30.0


class Taking:
    """
    `bodies` of all stored messages, in order, and `buried` poison, which is what begins with `poison`.

    `fail` holds errors to raise first, one a time, and `fail_burying` likewise; while `gate` is shut, taking waits.
    """

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.batches: list[list[Delivered]] = []
        self.buried: list[tuple[bytes, str]] = []
        self.offered = 0
        self.fail: list[Exception] = []
        self.fail_burying: list[Exception] = []
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    def take(self, batch: Sequence[Delivered]) -> list[Poison]:
        self.offered += 1
        self.entered.set()
        self.gate.wait(PATIENCE_S)
        if self.fail:
            raise self.fail.pop(0)
        self.batches.append(list(batch))
        self.bodies += [each.body for each in batch if not each.body.startswith(b"poison")]
        return [(each, "it is poison") for each in batch if each.body.startswith(b"poison")]

    def refuse(self, message: Delivered, reason: str) -> None:
        if self.fail_burying:
            raise self.fail_burying.pop(0)
        self.buried.append((message.body, reason))

    @contextmanager
    def from_brokers(self, settings: AmqpSettings) -> Iterator[AmqpConsumer]:
        """Take from these brokers; stopped afterwards."""
        consumer = AmqpConsumer(settings, self.take, self.refuse)
        consumer.start()
        try:
            yield consumer
        finally:
            self.gate.set()
            consumer.stop()


def only_queue(broker: RabbitMQ, durable: bool = False) -> tuple[str, str]:
    """An exchange and a queue below it that no other test knows."""
    name = f"test_{uuid4().hex[:12]}"
    broker.declare(name, f"{name}.info", durable=durable)
    return name, f"{name}.info"


def settings(exchange: str, *urls: str, **more: object) -> AmqpSettings:
    """For the queue of `only_queue`, with short waits."""
    given = {"urls": urls, "exchanges": (exchange,), "topics": (exchange,), "priorities": ("info",), **more}
    return AmqpSettings(**{"batch_wait_s": 0.05, "retry_s_max": 0.3, **given})  # type: ignore[arg-type]


def until(true: Callable[[], bool], timeout_s: float = PATIENCE_S) -> None:
    """Wait until something is true; AssertionError when it is not in time."""
    give_up = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.02)


def numbered(count: int, first: int = 0) -> list[bytes]:
    """Bodies that differ."""
    return [b"message %d" % number for number in range(first, first + count)]

# SPDX-License-Identifier: Apache-2.0
"""Exchanges and queues: declared as publishers do, or taken as they are where somebody declared them otherwise."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from nephoscope.receive.transport.amqp_settings import AmqpSettings

if TYPE_CHECKING:
    from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

log = logging.getLogger("nephoscope.receive")

# Not ours to change, or made with other arguments: the answers after which it is used as it is.
REFUSED, OTHERWISE = 403, 406


def declare(connection: "BlockingConnection", settings: AmqpSettings, said: set[str]) -> "BlockingChannel":
    """
    Make sure that all exchanges, queues and bindings are there.

    Takes   an open connection; what to declare; complaints that were logged before and are not repeated.
    Gives   a channel for further use.
    Errors  pika's, where an exchange or a queue neither exists nor may be made.
    """
    made = _Declarations(connection, said)
    durable, auto_delete = settings.amqp_durable_queues, settings.amqp_auto_delete
    for name in settings.exchanges:
        made.exchange(name, durable=durable, auto_delete=auto_delete)
    for name in settings.queues:
        made.queue(name, durable=durable, auto_delete=auto_delete)
    for exchange in settings.exchanges:
        for key in settings.routing_keys:
            made.binding(settings.pool or key, exchange, key)
    return made.channel


class _Declarations:
    """Declares on a channel, and goes on with another one whenever the broker closes it in answer."""

    def __init__(self, connection: "BlockingConnection", said: set[str]) -> None:
        self._connection = connection
        self._said = said
        self.channel = connection.channel()

    def exchange(self, name: str, *, durable: bool, auto_delete: bool) -> None:
        refusal = self._refusal(lambda: self.channel.exchange_declare(name, "topic", False, durable, auto_delete))
        if refusal:
            self._say(f"the exchange {name} is used as it is: {refusal}")
            self.channel.exchange_declare(name, passive=True)

    def queue(self, name: str, *, durable: bool, auto_delete: bool) -> None:
        refusal = self._refusal(lambda: self.channel.queue_declare(name, False, durable, False, auto_delete))
        if refusal:
            self._say(f"the queue {name} is used as it is: {refusal}")
            self.channel.queue_declare(name, passive=True)

    def binding(self, queue: str, exchange: str, key: str) -> None:
        """Without permission to bind, whoever runs the broker may have bound it; the others are not held up."""
        refusal = self._refusal(lambda: self.channel.queue_bind(queue, exchange, key))
        if refusal:
            self._say(f"the queue {queue} cannot be bound to the exchange {exchange}: {refusal}")

    def _refusal(self, act: Callable[[], object]) -> str:
        from pika.exceptions import ChannelClosedByBroker

        try:
            act()
        except ChannelClosedByBroker as error:
            if error.reply_code not in (REFUSED, OTHERWISE):
                raise
            self.channel = self._connection.channel()
            return str(error.reply_text)
        return ""

    def _say(self, complaint: str) -> None:
        if complaint not in self._said:
            log.warning("%s", complaint)
            self._said.add(complaint)

# SPDX-License-Identifier: Apache-2.0
"""Takes notifications from AMQP brokers in batches, each acknowledged once it is stored."""

import time

from nephoscope.model.agent_report import LISTED_MAX, Broker, shown
from nephoscope.model.broker_url import require_client
from nephoscope.observe import registry
from nephoscope.receive.transport.amqp_broker import AmqpBroker
from nephoscope.receive.transport.amqp_settings import AmqpSettings, Delivered, Poison, Refuse, Take

__all__ = ["AmqpConsumer", "AmqpSettings", "Delivered", "Poison", "Refuse", "Take"]


class AmqpConsumer:
    """
    Empties the queues of several brokers at once, as long as it runs.

    Takes   the settings; `take`, which stores a batch for good before it returns, gives back the messages that nobody
            can use, each with the reason, and raises to be offered the batch again; `refuse`, which keeps one such
            message for good. Both are called from a thread for each broker, for one batch at a time.
    Gives   every message to `take` at least once. Of what was stored while the connection broke, the broker sends some
            again; that is known by its body and not handed on twice, except by a consumer that was started anew.
    Errors  BadRequest at once, for an address that cannot be read, or without the extra `amqp`. Brokers that are away
            are tried again for ever.
    """

    def __init__(self, settings: AmqpSettings, take: Take, refuse: Refuse) -> None:
        require_client()
        self._settings = settings
        self._brokers = [AmqpBroker(each, settings, take, refuse) for each in settings.brokers]

    def report(self, most: int = LISTED_MAX) -> tuple[Broker, ...]:
        """Which brokers are connected, and how many messages came from each so far; `most` bounds each list."""
        queues = tuple(shown(each) for each in self._settings.queues[:most])
        return tuple(_reported(str(each), queues) for each in self._settings.brokers[:most])

    def start(self) -> None:
        """Begin with all brokers; returns at once."""
        for each in self._brokers:
            each.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """
        End: batches in work have so long to be stored, and everything else goes back to the brokers.

        Nothing happens when it has ended already, or was never started.
        """
        deadline_s = time.monotonic() + timeout_s
        for each in self._brokers:
            each.stop(max(0.0, deadline_s - time.monotonic()))
        for each in self._brokers:
            each.join()


def _reported(address: str, queues: tuple[str, ...]) -> Broker:
    def value(name: str) -> float:
        return registry.value(f"nephoscope_amqp_{name}", broker=address)

    return Broker(
        address=shown(address),
        connected=value("connected") > 0,
        queues=queues,
        received=value("received_total"),
        acknowledged=value("acknowledged_total"),
        redelivered=value("redelivered_total"),
        reconnects=value("reconnects_total"),
    )

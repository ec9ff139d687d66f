# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Exchanges and queues that somebody else has declared otherwise, or that come to an end."""

import pytest

from tests.receive.notifications.taking import Taking, numbered, only_queue, settings, until
from tests.services.rabbitmq import RabbitMQ


@pytest.fixture
def taking() -> Taking:
    return Taking()


@pytest.mark.parametrize("kind", ["topic", "direct", "fanout"])
def test_what_was_declared_with_other_arguments_is_used_as_it_is_and_told_once(
    rabbitmq: RabbitMQ, taking: Taking, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    name = f"otherwise_{kind}"
    with rabbitmq.channel() as channel:
        channel.exchange_declare(name, kind, durable=True)
        channel.queue_declare(f"{name}.info", durable=True, arguments={"x-message-ttl": 3_600_000})
    with taking.from_brokers(settings(name, rabbitmq.url())):
        until(lambda: subscribed(rabbitmq, f"{name}.info"))
        rabbitmq.publish(name, f"{name}.info", numbered(5))
        until(lambda: len(taking.bodies) == 5)
    assert 1 == caplog.text.count(f"the queue {name}.info is used as it is: PRECONDITION_FAILED")
    assert 1 == caplog.text.count(f"the exchange {name} is used as it is: PRECONDITION_FAILED")


def subscribed(broker: RabbitMQ, queue: str) -> bool:
    with broker.channel() as channel:
        return int(channel.queue_declare(queue, passive=True).method.consumer_count) > 0


def test_queues_that_cannot_share_a_prefetch_get_their_part_of_it(rabbitmq: RabbitMQ, taking: Taking) -> None:
    """Quorum queues refuse a prefetch that is shared among subscriptions, and with it the connection."""
    name = "quorum"
    with rabbitmq.channel() as channel:
        channel.queue_declare(f"{name}.info", durable=True, arguments={"x-queue-type": "quorum"})
    taking.gate.clear()
    chosen = settings(name, rabbitmq.url(), priorities=("info", "error"), batch_size_max=2, prefetch=10)
    with taking.from_brokers(chosen):
        until(lambda: subscribed(rabbitmq, f"{name}.info"))
        rabbitmq.publish(name, f"{name}.info", numbered(20))
        until(lambda: rabbitmq.messages_ready(f"{name}.info") <= 15)
        assert 15 == rabbitmq.messages_ready(f"{name}.info")
        taking.gate.set()
        until(lambda: len(taking.bodies) == 20)
    assert numbered(20) == taking.bodies


def test_a_queue_that_is_deleted_is_made_again(rabbitmq: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    with taking.from_brokers(settings(exchange, rabbitmq.url())):
        until(lambda: subscribed(rabbitmq, queue))
        rabbitmq.delete(queue)
        until(lambda: exists(rabbitmq, queue))
        rabbitmq.publish(exchange, queue, numbered(1))
        until(lambda: bool(taking.bodies))


def exists(broker: RabbitMQ, queue: str) -> bool:
    import pika

    try:
        return subscribed(broker, queue)
    except pika.exceptions.ChannelClosedByBroker:
        return False


def test_a_pool_gets_its_own_copy_of_everything(rabbitmq: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    pool = f"{exchange}.pool"
    with taking.from_brokers(settings(exchange, rabbitmq.url(), pool=pool, priorities=("info", "error"))):
        until(lambda: exists(rabbitmq, pool))
        rabbitmq.publish(exchange, queue, numbered(3))
        rabbitmq.publish(exchange, f"{exchange}.error", numbered(1, 3))
        until(lambda: len(taking.bodies) == 4)
    assert 3 == rabbitmq.messages_ready(queue)
    assert numbered(4) == taking.bodies

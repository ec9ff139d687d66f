# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Notifications from a real broker: acknowledged once stored, nothing lost, nothing twice while the line holds."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from nephoscope.model.errors import BadRequest, StoreUnavailable
from nephoscope.observe import registry
from nephoscope.receive.notifications.amqp import AmqpConsumer, AmqpSettings
from tests.receive.notifications.taking import Taking, numbered, only_queue, settings, until
from tests.services import rabbitmq as rabbitmq_service
from tests.services.ports import free_port
from tests.services.rabbitmq import RabbitMQ


@pytest.fixture(scope="module")
def mortal() -> Iterator[RabbitMQ]:
    """A broker with TLS that tests kill, and that loses patience with messages not acknowledged in two seconds."""
    with rabbitmq_service.started(tls=True, consumer_timeout=2000, channel_tick_interval=500) as broker:
        yield broker


@pytest.fixture
def taking() -> Taking:
    return Taking()


def test_a_batch_is_acknowledged_only_once_it_is_stored(rabbitmq: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    taking.gate.clear()
    rabbitmq.publish(exchange, queue, numbered(3))
    address = rabbitmq.url()
    with taking.from_brokers(settings(exchange, address)) as consumer:
        taking.entered.wait(10)
        consumer.stop(0.1)
    assert 3 == rabbitmq.messages_ready(queue)

    again = Taking()
    with again.from_brokers(settings(exchange, address)):
        until(lambda: len(again.bodies) == 3)
    assert 0 == rabbitmq.messages_ready(queue)
    assert numbered(3) == again.bodies
    assert all(each.redelivered for batch in again.batches for each in batch)


def test_what_came_is_told_beside_its_body(rabbitmq: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    rabbitmq.publish(exchange, queue, [b"\x00 no text"])
    with taking.from_brokers(settings(exchange, rabbitmq.url())):
        until(lambda: bool(taking.batches))
    message = taking.batches[0][0]
    assert (b"\x00 no text", exchange, queue, False) == (
        message.body,
        message.exchange,
        message.routing_key,
        message.redelivered,
    )


def test_storing_that_fails_three_times_loses_and_doubles_nothing(
    rabbitmq: RabbitMQ, taking: Taking, caplog: pytest.LogCaptureFixture
) -> None:
    exchange, queue = only_queue(rabbitmq)
    taking.fail = [StoreUnavailable("the disk is full")] * 3
    rabbitmq.publish(exchange, queue, numbered(50))
    with caplog.at_level(logging.INFO, "nephoscope"), taking.from_brokers(settings(exchange, rabbitmq.url())):
        until(lambda: len(taking.bodies) == 50)
        rabbitmq.publish(exchange, queue, numbered(50, 50))
        until(lambda: len(taking.bodies) == 100)
    assert numbered(100) == taking.bodies
    assert 0 == rabbitmq.messages_ready(queue)
    said = [record.message for record in caplog.records if record.name == "nephoscope.receive"]
    assert 1 == sum("the disk is full" in each for each in said)
    assert 1 == sum("can be stored again" in each for each in said)


def test_heartbeats_go_on_while_storing_takes_longer_than_the_broker_waits(rabbitmq: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    taking.gate.clear()
    rabbitmq.publish(exchange, queue, numbered(1))
    lost_before = lost(rabbitmq)
    with taking.from_brokers(settings(exchange, rabbitmq.url(), heartbeat_s=1)):
        # A silent client is cut off after two or three intervals.
        threading.Timer(5, taking.gate.set).start()
        until(lambda: bool(taking.bodies))
        rabbitmq.publish(exchange, queue, numbered(1, 1))
        until(lambda: len(taking.bodies) == 2)
    assert numbered(2) == taking.bodies
    assert 2 == taking.offered
    assert lost_before == lost(rabbitmq)


def lost(broker: RabbitMQ) -> float:
    """How many connections to this broker broke or were refused."""
    return registry.value("nephoscope_amqp_reconnects_total", broker=f"127.0.0.1:{broker.port}")


def test_no_more_than_the_prefetch_is_held_while_storing_waits(rabbitmq: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    other = f"{exchange}.error"
    rabbitmq.declare(exchange, other)
    taking.gate.clear()
    for key in (queue, other):
        rabbitmq.publish(exchange, key, numbered(40))
    chosen = settings(exchange, rabbitmq.url(), priorities=("info", "error"), batch_size_max=5, prefetch=12)
    with taking.from_brokers(chosen):
        until(lambda: waiting(rabbitmq, queue, other) <= 80 - 12)
        for _ in range(20):
            assert 80 - 12 == waiting(rabbitmq, queue, other)
        taking.gate.set()
        until(lambda: len(taking.bodies) == 80)
    assert Counter(numbered(40) * 2) == Counter(taking.bodies)
    assert all(len(batch) <= 5 for batch in taking.batches)


def waiting(broker: RabbitMQ, *queues: str) -> int:
    return sum(broker.messages_ready(each) for each in queues)


def test_poison_is_buried_with_its_reason_and_holds_nothing_up(rabbitmq: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    large = b"x" * 101
    taking.fail_burying = [StoreUnavailable("away")]
    poison_before = registry.value("nephoscope_dropped_total", station="notifications", cause="poison")
    rabbitmq.publish(exchange, queue, [b"good 1", b"poison", large, b"good 2"])
    with taking.from_brokers(settings(exchange, rabbitmq.url(), body_bytes_max=100)):
        until(lambda: len(taking.buried) == 2)
    assert [b"good 1", b"good 2"] == taking.bodies
    assert [
        (b"x" * 100, "the body of 101 bytes is larger than the 100 that are allowed"),
        (b"poison", "it is poison"),
    ] == taking.buried
    assert 1 == taking.offered
    assert 0 == rabbitmq.messages_ready(queue)
    assert 1 == registry.value("nephoscope_dropped_total", station="notifications", cause="poison") - poison_before


def test_a_broker_that_is_killed_in_mid_flow_loses_nothing_and_nothing_is_stored_twice(
    mortal: RabbitMQ, taking: Taking
) -> None:
    exchange, queue = only_queue(mortal, durable=True)
    chosen = settings(exchange, mortal.url(), amqp_durable_queues=True, batch_size_max=50, prefetch=200)
    broker = f"127.0.0.1:{mortal.port}"
    mortal.publish(exchange, queue, numbered(2000))
    with taking.from_brokers(chosen):
        until(lambda: len(taking.bodies) > 300)
        taking.gate.clear()
        mortal.kill()
        mortal.start()
        taking.gate.set()
        mortal.publish(exchange, queue, numbered(500, 2000))
        until(lambda: len(set(taking.bodies)) == 2500)
        until(lambda: mortal.messages_ready(queue) == 0)
    assert Counter(numbered(2500)) == Counter(taking.bodies)
    assert 1 <= lost(mortal)
    assert 50 <= registry.value("nephoscope_amqp_known_total", broker=broker)
    assert 0 == registry.value("nephoscope_amqp_connected", broker=broker)


def test_a_batch_in_work_is_stored_although_its_broker_died_and_forgot_it(mortal: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(mortal)
    taking.gate.clear()
    mortal.publish(exchange, queue, numbered(5))
    with taking.from_brokers(settings(exchange, mortal.url())):
        taking.entered.wait(10)
        mortal.kill()
        taking.fail = [StoreUnavailable("away as well")]
        taking.gate.set()
        until(lambda: len(taking.bodies) == 5)
        mortal.start()
        mortal.declare(exchange, queue)
        mortal.publish(exchange, queue, numbered(5, 5))
        until(lambda: len(taking.bodies) == 10)
    assert numbered(10) == taking.bodies


def test_a_broker_that_loses_patience_gives_nothing_twice(mortal: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(mortal)
    taking.gate.clear()
    mortal.publish(exchange, queue, numbered(5))
    lost_before = lost(mortal)
    with taking.from_brokers(settings(exchange, mortal.url())):
        until(lambda: lost(mortal) > lost_before)
        taking.gate.set()
        mortal.publish(exchange, queue, numbered(5, 5))
        until(lambda: len(taking.bodies) >= 10)
        until(lambda: mortal.messages_ready(queue) == 0)
    assert numbered(10) == taking.bodies


def test_a_message_that_was_published_twice_is_stored_twice(rabbitmq: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    rabbitmq.publish(exchange, queue, [b"same", b"same"])
    with taking.from_brokers(settings(exchange, rabbitmq.url())):
        until(lambda: len(taking.bodies) == 2)


def test_several_brokers_are_emptied_each_by_its_own(rabbitmq: RabbitMQ, mortal: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    mortal.declare(exchange, queue)
    rabbitmq.publish(exchange, queue, numbered(10))
    mortal.publish(exchange, queue, numbered(10, 10))
    nobody = f"rabbit://guest:guest@127.0.0.1:{free_port()}"
    failover = f"{nobody},guest:guest@127.0.0.1:{mortal.port}/"
    with taking.from_brokers(settings(exchange, rabbitmq.url(), nobody, failover)):
        until(lambda: len(taking.bodies) == 20)
    assert Counter(numbered(20)) == Counter(taking.bodies)


def test_its_report_tells_which_brokers_are_there_and_what_came_from_each(rabbitmq: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    away = f"amqp://somebody:s3cret@127.0.0.1:{free_port()}/"
    with taking.from_brokers(settings(exchange, rabbitmq.url(), away)) as consumer:
        before = consumer.report()[0].received
        until(lambda: consumer.report()[0].connected and consumer.report()[1].reconnects > 0)
        rabbitmq.publish(exchange, queue, numbered(3))
        until(lambda: len(taking.bodies) == 3 and consumer.report()[0].received - before == 3)
        here, there = consumer.report()
    assert (f"127.0.0.1:{rabbitmq.port}", True) == (here.address, here.connected)
    assert (False, 0) == (there.connected, there.received)
    assert (queue,) == here.queues == there.queues
    assert "s3cret" not in repr(there)
    assert not consumer.report()[0].connected


def test_a_broker_behind_tls_is_trusted_by_its_authority_only(
    mortal: RabbitMQ, taking: Taking, caplog: pytest.LogCaptureFixture
) -> None:
    exchange, queue = only_queue(mortal)
    mortal.publish(exchange, queue, numbered(1))
    with taking.from_brokers(settings(exchange, mortal.tls_url())):
        until(lambda: "CERTIFICATE_VERIFY_FAILED" in said_by_us(caplog))
    assert [] == taking.bodies
    authority = str(mortal.folder / "certificates" / "authority.crt")
    with taking.from_brokers(settings(exchange, mortal.tls_url(), ca_file=authority)):
        until(lambda: bool(taking.bodies))


def test_a_batch_in_work_is_stored_and_acknowledged_before_the_end(rabbitmq: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    taking.gate.clear()
    rabbitmq.publish(exchange, queue, numbered(20))
    with taking.from_brokers(settings(exchange, rabbitmq.url(), batch_size_max=10, prefetch=20)) as consumer:
        taking.entered.wait(10)
        threading.Timer(0.5, taking.gate.set).start()
        consumer.stop(10)
        assert numbered(10) == taking.bodies
        assert 10 == rabbitmq.messages_ready(queue)


def test_stop_does_not_wait_for_storing_that_keeps_failing(rabbitmq: RabbitMQ, taking: Taking) -> None:
    exchange, queue = only_queue(rabbitmq)
    taking.fail = [StoreUnavailable("away")] * 1000
    rabbitmq.publish(exchange, queue, numbered(3))
    with taking.from_brokers(settings(exchange, rabbitmq.url(), retry_s_max=60.0)) as consumer:
        until(lambda: taking.offered > 1)
        consumer.stop(10)
        assert 3 == rabbitmq.messages_ready(queue)


def test_a_wrong_password_is_told_once_and_never_shown(
    rabbitmq: RabbitMQ, taking: Taking, caplog: pytest.LogCaptureFixture
) -> None:
    exchange, _ = only_queue(rabbitmq)
    address = rabbitmq.url(password="s3cret")
    refused_before = lost(rabbitmq)
    with caplog.at_level(logging.DEBUG), taking.from_brokers(settings(exchange, address)):
        until(lambda: lost(rabbitmq) > refused_before + 2)
    assert 1 == said_by_us(caplog).count("ACCESS_REFUSED")
    assert "s3cret" not in caplog.text
    assert "s3cret" not in registry.render()
    assert "s3cret" not in repr(settings(exchange, address))


def said_by_us(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(record.message for record in caplog.records if record.name == "nephoscope.receive")


def test_a_host_that_nobody_knows_is_tried_again_and_stop_does_not_wait_for_it(
    taking: Taking, caplog: pytest.LogCaptureFixture
) -> None:
    with taking.from_brokers(settings("x", "amqp://nobody.invalid")):
        until(lambda: "nobody.invalid" in said_by_us(caplog))


def test_addresses_are_checked_before_anything_starts(taking: Taking) -> None:
    with pytest.raises(BadRequest, match="broker's URL"):
        AmqpConsumer(AmqpSettings(urls=("amqp://a", "http://b")), taking.take, taking.refuse)


def test_stop_works_twice_and_before_start(taking: Taking) -> None:
    consumer = AmqpConsumer(AmqpSettings(urls=("amqp://127.0.0.1:1",)), taking.take, taking.refuse)
    consumer.stop()
    consumer.stop()

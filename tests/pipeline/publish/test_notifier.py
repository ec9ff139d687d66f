# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Notifications on a real broker: their form, their signatures, and that only confirmed ones count."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from nephoscope.client.send import Accepted, Outcome, RetryLater
from nephoscope.model.errors import BadRequest
from nephoscope.model.signature import verified
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.notifier import MESSAGE_BYTES_MAX, MESSAGE_SAMPLES_MAX, Notifier
from nephoscope.pipeline.publish.url import PublisherUrl
from tests.pipeline.made import NINE_NS, sample, samples
from tests.pipeline.publish.peers import EVENT, SECRET
from tests.services.rabbitmq import RabbitMQ


@pytest.fixture
def topic() -> str:
    """One that no other test uses, as the name of the exchange too."""
    return f"test_{uuid4().hex[:12]}"


def notifier(broker: RabbitMQ, topic: str, options: str = "") -> Notifier:
    url = PublisherUrl.of(f"notifier://127.0.0.1:{broker.port}?topic={topic}&exchange={topic}{options}")
    return Notifier(url, PublishSettings(telemetry_secret=SECRET))


def sent(publisher: Notifier, *names: str) -> list[Outcome]:
    return [publisher.send(batch) for batch in publisher.pack(samples(*(sample(name) for name in names)), NINE_NS)]


def taken(broker: RabbitMQ, queue: str) -> Iterator[tuple[Any, Any]]:
    """All messages of a queue with their properties."""
    with broker.channel() as channel:
        while True:
            method, properties, body = channel.basic_get(queue, auto_ack=True)
            if method is None:
                return
            yield properties, msgspec.json.decode(body)


def test_samples_arrive_signed_in_an_envelope_where_nobody_listened(rabbitmq: RabbitMQ, topic: str) -> None:
    assert [Accepted()] == sent(notifier(rabbitmq, topic), "cpu", "vcpus")
    ((properties, body),) = taken(rabbitmq, f"{topic}.sample")
    assert ("application/json", "utf-8", 2) == (
        properties.content_type,
        properties.content_encoding,
        properties.delivery_mode,
    )
    assert ["oslo.message", "oslo.version"] == sorted(body)
    assert "2.0" == body["oslo.version"]
    message = msgspec.json.decode(body["oslo.message"])
    assert ("SAMPLE", "metering") == (message["priority"], message["event_type"])
    assert message["publisher_id"].startswith("telemetry.publisher.")
    assert "2026-03-02 09:00:00" == message["timestamp"][:19]
    assert message["message_id"] != message["_unique_id"]
    assert ["cpu", "vcpus"] == [each["counter_name"] for each in message["payload"]]
    assert all(verified(each, SECRET) and each["message_signature"] for each in message["payload"])


def test_events_arrive_with_their_traits(rabbitmq: RabbitMQ, topic: str) -> None:
    publisher = notifier(rabbitmq, topic, "&driver=messaging")
    assert [Accepted()] == [publisher.send(batch) for batch in publisher.pack_events([EVENT], NINE_NS)]
    ((_, message),) = taken(rabbitmq, f"{topic}.sample")
    assert ("SAMPLE", "event") == (message["priority"], message["event_type"])
    (event,) = message["payload"]
    assert ("m-1", "compute.instance.create.end") == (event["message_id"], event["event_type"])
    assert ["instance_id", 1, "vm-1"] in event["traits"]
    assert verified(event, SECRET)


def test_each_meter_is_sent_once_more_under_its_own_name_when_told_so(rabbitmq: RabbitMQ, topic: str) -> None:
    assert [Accepted()] == sent(notifier(rabbitmq, topic, "&per_meter_topic&driver=messaging"), "cpu", "vcpus", "cpu")
    found = [message for _, message in taken(rabbitmq, f"{topic}.sample")]
    assert [("metering", 3), ("metering.cpu", 2), ("metering.vcpus", 1)] == [
        (message["event_type"], len(message["payload"])) for message in found
    ]
    assert found[0]["payload"][1] == found[2]["payload"][0]


def test_without_a_topic_samples_and_events_have_one_each(rabbitmq: RabbitMQ) -> None:
    publisher = Notifier(PublisherUrl.of("notifier://"), PublishSettings(broker_url=rabbitmq.url()))
    for batch in [*publisher.pack(samples(sample("cpu")), NINE_NS), *publisher.pack_events([EVENT], NINE_NS)]:
        assert Accepted() == publisher.send(batch)
    assert (1, 1) == (rabbitmq.messages_ready("metering.sample"), rabbitmq.messages_ready("event.sample"))
    rabbitmq.delete("metering.sample", "event.sample")


def test_a_batch_that_is_sent_again_has_the_same_id(rabbitmq: RabbitMQ, topic: str) -> None:
    publisher = notifier(rabbitmq, topic, "&driver=messaging")
    (batch,) = publisher.pack(samples(sample("cpu")), NINE_NS)
    assert [Accepted()] * 2 == [publisher.send(batch), publisher.send(batch)]
    first, second = (message for _, message in taken(rabbitmq, f"{topic}.sample"))
    assert first["_unique_id"] == second["_unique_id"]


def test_many_samples_travel_in_messages_of_bounded_size(rabbitmq: RabbitMQ, topic: str) -> None:
    publisher = notifier(rabbitmq, topic)
    many = samples(*(sample("cpu") for _ in range(MESSAGE_SAMPLES_MAX + 1)))
    batches = list(publisher.pack(many, NINE_NS))
    assert MESSAGE_SAMPLES_MAX + 1 == sum(batch.samples for batch in batches)
    assert len(batches) > 1
    assert all(len(batch.body) < 2 * MESSAGE_BYTES_MAX for batch in batches)


@pytest.mark.parametrize(("arguments", "options"), [({}, ""), ({"x-message-ttl": 60_000}, "&amqp_durable_queues")])
def test_a_queue_that_others_made_is_used_as_it_is(
    rabbitmq: RabbitMQ, topic: str, arguments: dict[str, int], options: str
) -> None:
    with rabbitmq.channel() as channel:
        channel.exchange_declare(topic, "topic", durable=True, auto_delete=True)
        channel.queue_declare(f"{topic}.sample", durable=True, arguments=arguments)
    assert [Accepted()] == sent(notifier(rabbitmq, topic, options), "cpu")
    assert 1 == rabbitmq.messages_ready(f"{topic}.sample")


def test_what_the_broker_does_not_confirm_is_kept(rabbitmq: RabbitMQ, topic: str) -> None:
    full = {"x-max-length": 1, "x-overflow": "reject-publish"}
    with rabbitmq.channel() as channel:
        channel.queue_declare(f"{topic}.sample", arguments=full)
    publisher = notifier(rabbitmq, topic)
    assert [Accepted()] == sent(publisher, "cpu")
    (outcome,) = sent(publisher, "cpu")
    assert isinstance(outcome, RetryLater)
    assert "NackError" in outcome.reason
    assert 1 == len(list(taken(rabbitmq, f"{topic}.sample")))
    assert [Accepted()] == sent(publisher, "cpu")


def test_a_queue_that_is_anothers_alone_is_waited_for(rabbitmq: RabbitMQ, topic: str) -> None:
    publisher = notifier(rabbitmq, topic)
    with rabbitmq.channel() as channel:
        channel.queue_declare(f"{topic}.sample", exclusive=True)
        (outcome,) = sent(publisher, "cpu")
    assert isinstance(outcome, RetryLater)
    assert "RESOURCE_LOCKED" in outcome.reason
    assert [Accepted()] == sent(publisher, "cpu")


def test_what_reaches_no_queue_is_kept(rabbitmq: RabbitMQ, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose user may not bind finds the exchange without the queue; here nothing is declared at all."""
    monkeypatch.setattr(Notifier, "_declared", lambda self, connection, queue: connection.channel())
    with rabbitmq.channel() as channel:
        channel.exchange_declare(topic, "topic")
    (outcome,) = sent(notifier(rabbitmq, topic), "cpu")
    assert isinstance(outcome, RetryLater)
    assert "no queue takes the message" in outcome.reason


def test_a_broker_that_is_away_gets_everything_when_it_is_back(rabbitmq: RabbitMQ, topic: str) -> None:
    publisher = notifier(rabbitmq, topic, "&amqp_durable_queues")
    first, second = (next(iter(publisher.pack(samples(sample(name)), NINE_NS))) for name in ("cpu", "vcpus"))
    assert Accepted() == publisher.send(first)
    rabbitmq.kill()
    try:
        away = publisher.send(second)
    finally:
        rabbitmq.start()
    assert isinstance(away, RetryLater)
    assert f"127.0.0.1:{rabbitmq.port}" in away.reason
    assert Accepted() == publisher.send(second)
    assert 2 == rabbitmq.messages_ready(f"{topic}.sample")


def test_a_wrong_password_is_tried_again_and_not_told(rabbitmq: RabbitMQ) -> None:
    publisher = Notifier(PublisherUrl.of(f"notifier://guest:p4ss-w0rd@127.0.0.1:{rabbitmq.port}"), PublishSettings())
    (outcome,) = sent(publisher, "cpu")
    assert isinstance(outcome, RetryLater)
    assert "ACCESS_REFUSED" in outcome.reason
    assert "p4ss-w0rd" not in outcome.reason


def test_without_any_broker_it_is_refused_at_the_start() -> None:
    with pytest.raises(BadRequest, match="an agent that has a broker"):
        Notifier(PublisherUrl.of("notifier://"), PublishSettings())


@pytest.mark.parametrize(
    "option", ["driver=kafka", "policy=lose", "per_meter_topic=perhaps", "max_retry=-1", "max_queue_length=many"]
)
def test_an_option_that_cannot_be_meant_is_named(option: str) -> None:
    with pytest.raises(BadRequest, match=f"option {option.partition('=')[0]}: expected"):
        Notifier(PublisherUrl.of(f"notifier://host?{option}"), PublishSettings())


def test_settings_show_no_secret() -> None:
    shown = repr(PublishSettings(telemetry_secret=SECRET, broker_url="amqp://u:p4ss-w0rd@host"))
    assert SECRET not in shown
    assert "p4ss-w0rd" not in shown

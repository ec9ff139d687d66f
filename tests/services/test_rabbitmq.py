# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The RabbitMQ of the tests: separate brokers, real death, real return."""

import ssl
from pathlib import Path

import pika
import pytest

from tests.services import rabbitmq as rabbitmq_service
from tests.services.ports import listening
from tests.services.rabbitmq import INSTALL, RabbitMQ


def test_durable_messages_survive_a_kill_and_a_second_broker_is_another_one(rabbitmq: RabbitMQ) -> None:
    with rabbitmq_service.started(tls=True) as broker:
        assert rabbitmq.port != broker.port
        broker.declare("kept", "kept.info", durable=True)
        broker.publish("kept", "kept.info", [b"1", b"2"])
        check_tls(broker)

        broker.kill()
        assert not broker.running
        assert not listening(broker.port)

        broker.restart()
        assert 2 == broker.messages_ready("kept.info")
        with rabbitmq.channel() as channel, pytest.raises(pika.exceptions.ChannelClosedByBroker, match="404"):
            channel.queue_declare("kept.info", passive=True)
        folder, port = broker.folder, broker.port
    assert not folder.exists()
    assert not listening(port)


def check_tls(broker: RabbitMQ) -> None:
    context = ssl.create_default_context(cafile=str(broker.folder / "certificates" / "authority.crt"))
    parameters = pika.URLParameters(broker.tls_url())
    parameters.ssl_options = pika.SSLOptions(context, "127.0.0.1")
    pika.BlockingConnection(parameters).close()
    parameters.ssl_options = pika.SSLOptions(ssl.create_default_context(), "127.0.0.1")
    with pytest.raises(ssl.SSLCertVerificationError):
        pika.BlockingConnection(parameters)


def test_missing_programs_are_named_with_their_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rabbitmq_service, "SERVER", tmp_path / "nowhere")
    with pytest.raises(RuntimeError, match="apt-get install rabbitmq-server") as problem:
        RabbitMQ(tmp_path)
    assert INSTALL == str(problem.value)

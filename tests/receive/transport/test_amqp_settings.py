# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What a consumer is told: names of queues, and settings that cannot be meant."""

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.receive.transport.amqp_settings import AmqpSettings


def test_queues_are_named_by_topic_and_priority_or_by_their_pool() -> None:
    chosen = AmqpSettings(urls=("amqp://a",), topics=("notifications", "sahara"), priorities=("info", "error"))
    keys = ("notifications.info", "notifications.error", "sahara.info", "sahara.error")
    assert keys == chosen.queues
    pooled = AmqpSettings(
        urls=("amqp://a",), topics=("notifications", "sahara"), priorities=("info", "error"), pool="x"
    )
    assert (("x",), keys) == (pooled.queues, pooled.routing_keys)


def test_without_more_all_that_openstack_notifies_is_meant() -> None:
    chosen = AmqpSettings(urls=("amqp://a",))
    assert 15 == len(chosen.exchanges)
    assert {"notifications.info", "notifications.sample", "notifications.audit"} < set(chosen.queues)
    assert 7 == len(chosen.queues)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"urls": ()}, "urls: expected a list of names"),
        ({"topics": ("",)}, "topics: expected a list of names"),
        ({"batch_size_max": 0}, "batch_size_max: expected at least 1, found 0"),
        ({"prefetch": 499}, r"prefetch: expected at least batch_size_max \(500\) and at most 65535, found 499"),
        ({"prefetch": 65536}, "prefetch: expected .* found 65536"),
        ({"retry_s_max": 0.0}, "retry_s_max: expected more than 0, found 0.0"),
        ({"heartbeat_s": -1}, "heartbeat_s: expected more than 0, found -1"),
        ({"batch_wait_s": float("nan")}, "batch_wait_s: expected 0 to 60, found nan"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        AmqpSettings(**{"urls": ("amqp://a",), **wrong})  # type: ignore[arg-type]


def test_the_text_of_settings_holds_no_password() -> None:
    chosen = AmqpSettings(urls=("amqp://u:s3cret@a",))
    assert "s3cret" not in f"{chosen} {chosen!r} {chosen.brokers}"

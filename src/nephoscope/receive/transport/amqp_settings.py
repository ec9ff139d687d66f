# SPDX-License-Identifier: Apache-2.0
"""What a consumer of AMQP queues is told, and what it hands on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from nephoscope.model.broker_url import BrokerUrl
from nephoscope.model.errors import BadRequest

# The services that notify by default, each on an exchange of its own name; what is not set up otherwise on the last.
EXCHANGES: tuple[str, ...] = (
    *("nova", "glance", "neutron", "cinder", "heat", "keystone", "trove", "zaqar", "swift", "ceilometer", "magnum"),
    *("dns", "ironic", "aodh", "openstack"),
)
PRIORITIES = ("audit", "critical", "debug", "error", "info", "sample", "warn")
# AMQP counts prefetched messages in 16 bits.
PREFETCH_MAX = 65535


class AmqpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    Which queues of which brokers, and how much at a time.

    Each of `urls` is a broker of its own. The queues are `<topic>.<priority>`, bound to every exchange by their names;
    with `pool` one queue of that name stands for all of them, and other consumers keep theirs. `amqp_durable_queues`
    and `amqp_auto_delete` are as the publishers have them.

    A batch has at most `batch_size_max` messages and waits `batch_wait_s` for more. At most `prefetch` messages of a
    broker are held unacknowledged. Of bodies larger than `body_bytes_max` the beginning is kept, as poison.
    `retry_s_max` bounds the time between two tries to connect or to store. `ca_file` replaces the system's authorities.
    """

    urls: tuple[str, ...]
    exchanges: tuple[str, ...] = EXCHANGES
    topics: tuple[str, ...] = ("notifications",)
    priorities: tuple[str, ...] = PRIORITIES
    pool: str = ""
    amqp_durable_queues: bool = False
    amqp_auto_delete: bool = False
    batch_size_max: int = 500
    batch_wait_s: float = 0.2
    prefetch: int = 1000
    body_bytes_max: int = 4 << 20
    heartbeat_s: int = 60
    retry_s_max: float = 60.0
    ca_file: str | None = None

    def __post_init__(self) -> None:
        """BadRequest for what cannot be meant; of the addresses only when they are read."""
        for name in ("urls", "exchanges", "topics", "priorities"):
            if not all(getattr(self, name)) or not getattr(self, name):
                raise BadRequest(f"{name}: expected a list of names, none of them empty")
        if self.batch_size_max < 1:
            raise BadRequest(f"batch_size_max: expected at least 1, found {self.batch_size_max}")
        if not self.batch_size_max <= self.prefetch <= PREFETCH_MAX:
            expected = f"at least batch_size_max ({self.batch_size_max}) and at most {PREFETCH_MAX}"
            raise BadRequest(f"prefetch: expected {expected}, found {self.prefetch}")
        for name in ("body_bytes_max", "heartbeat_s", "retry_s_max"):
            if not getattr(self, name) > 0:
                raise BadRequest(f"{name}: expected more than 0, found {getattr(self, name)}")
        if not 0 <= self.batch_wait_s <= 60:
            raise BadRequest(f"batch_wait_s: expected 0 to 60, found {self.batch_wait_s}")

    def __repr__(self) -> str:
        # The addresses hold passwords.
        return f"AmqpSettings({len(self.urls)} brokers, {len(self.exchanges)} exchanges, queues {self.queues})"

    @property
    def brokers(self) -> tuple[BrokerUrl, ...]:
        """The addresses read; BadRequest where one is none."""
        return tuple(BrokerUrl.of(each) for each in self.urls)

    @property
    def routing_keys(self) -> tuple[str, ...]:
        """What publishers write on the messages that are meant."""
        return tuple(f"{topic}.{priority}" for topic in self.topics for priority in self.priorities)

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues to empty."""
        return (self.pool,) if self.pool else self.routing_keys


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message as it came: `body` is its beginning only where `size_bytes` says that there was more."""

    body: bytes
    exchange: str
    routing_key: str
    redelivered: bool
    size_bytes: int


Poison = tuple[Delivered, str]
"""A message that nobody can use, and why."""

Take = Callable[[Sequence[Delivered]], Sequence[Poison] | None]
"""Stores a batch for good before it returns; gives back what nobody can use; raises to be offered the batch again."""

Refuse = Callable[[Delivered, str], None]
"""Keeps a message that nobody can use for good, with the reason, before it returns."""

# SPDX-License-Identifier: Apache-2.0
"""What a notifier is: it hands one notification to one target, once, and tells what came of it."""

import random
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.model.delivery import Delivery

Resolve = Callable[..., list[tuple[Any, ...]]]
"""`socket.getaddrinfo`, or what stands in for it."""


class Identity(Protocol):
    """The identity service, as notifiers need it."""

    def trust_token(self, trust_id: str) -> str:
        """
        A new token of the service's user, as whoever has given the trust.

        Errors  NotFound when there is no such trust for us, Unavailable when nobody can tell now.
        """
        ...

    def service_token(self, refused: str = "") -> str:
        """A token of the service's user; another than the one that was `refused`. Unavailable."""
        ...


class Signals(Protocol):
    """Policies of scaling groups, as alarms signal them."""

    def by_alarm(self, policy_id: str, *, alarm_id: str, project_id: str, key: str) -> str:
        """
        What a signal led to, in words; the same key is decided once.

        Errors  NotFound also for a policy that the alarm may not signal, BadRequest for one that nobody can,
                Unavailable.
        """
        ...


@dataclass(frozen=True)
class Tools:
    """What every notifier is made with. `wall_s` are seconds since the epoch, `monotonic_s` any that only grow."""

    settings: NotifierSettings
    identity: Identity | None = None
    resolve: Resolve = socket.getaddrinfo
    wall_s: Callable[[], float] = time.time
    monotonic_s: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random
    signals: Signals | None = None


@dataclass(frozen=True)
class Outcome:
    """
    What came of one try: it is `delivered`, may be tried `again`, or is `refused` for good.

    `status` is the protocol's, 0 for none. `cause` is one of few words, for counting; `error` says it to people and
    holds no credentials. `pause_s` is how long the other side asked us to wait at least. `out_of_reach` says that
    nobody answered at all, so that others wait with what they have for the same place. `said` is what the other side
    made of what was delivered, where it tells.
    """

    result: Literal["delivered", "again", "refused"]
    status: int = 0
    cause: str = ""
    error: str = ""
    pause_s: float = 0
    out_of_reach: bool = False
    said: str = ""


class Channel(Protocol):
    """A way to notify; safe for several threads."""

    def place(self, target: str) -> str:
        """
        Where a target is, such as `host:port`: only few deliveries at a time go to one place.

        BadRequest names what is wrong with the target, or which setting it lacks.
        """
        ...

    def notify(self, delivery: Delivery) -> Outcome:
        """Try once, within the times of the settings. BadRequest as `place`."""
        ...


class ChannelType(Protocol):
    """The class of a channel, as rows name it; it is made when a target of its scheme comes first."""

    def __call__(self, tools: Tools) -> Channel:
        """BadRequest names the setting that is wrong."""
        ...

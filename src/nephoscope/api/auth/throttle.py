# SPDX-License-Identifier: Apache-2.0
"""Slows down whoever guesses passwords, without locking out the one whose password it is."""

import ipaddress
import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

import msgspec

from nephoscope.model.errors import TooManyRequests, Unauthenticated
from nephoscope.observe import registry

log = logging.getLogger("nephoscope.api.auth")

registry.describe("nephoscope_logins_refused_total", "counter", "Wrong passwords, and guesses turned away, by cause.")


class Slope(msgspec.Struct, frozen=True):
    """
    How waiting grows: `free` wrong guesses cost nothing, the next costs one second, each further one twice as much.

    >>> [Slope(free=2, delay_s_max=5).delay_s(wrong) for wrong in (1, 2, 3, 4, 5, 6)]
    [0, 0, 1, 2, 4, 5]
    """

    free: int
    delay_s_max: float

    def delay_s(self, wrong: int) -> float:
        """Seconds to wait after the latest of `wrong` guesses."""
        beyond = wrong - self.free
        return 0 if beyond <= 0 else min(2 ** min(beyond - 1, 30), self.delay_s_max)


class ThrottleSettings(msgspec.Struct, frozen=True):
    """
    Slopes for one user from one address, for an address whatever the user, and for a user whatever the address.

    The last is gentle, and does not hold for addresses from which the user came in before: strangers can neither
    lock a user out nor guess from many addresses at full speed. Counts end `forget_s` after the latest wrong guess.
    """

    pair: Slope = Slope(free=5, delay_s_max=300)
    address: Slope = Slope(free=30, delay_s_max=60)
    user: Slope = Slope(free=50, delay_s_max=10)
    forget_s: float = 3600
    size_max: int = 10_000


class Throttle:
    """Wrong guesses in this process, in bounded memory: the longest silent are forgotten first."""

    def __init__(self, settings: ThrottleSettings | None = None, now_s: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings or ThrottleSettings()
        self._now_s = now_s
        self._lock = threading.Lock()
        about = self._settings
        self._pairs = _Counts(about.pair, about)
        self._addresses = _Counts(about.address, about)
        self._users = _Counts(about.user, about)
        self._at_home: OrderedDict[Hashable, None] = OrderedDict()

    @contextmanager
    def attempt(self, user: str, address: str) -> Iterator[None]:
        """
        Around one verification of a password, which raises Unauthenticated for a wrong one.

        It counts as wrong from its start, so that many guesses at once do not slip through together. Raises
        TooManyRequests, with the seconds to wait, when it comes too soon.
        """
        network = network_of(address)
        self._begin(user, network)
        try:
            yield
        except Unauthenticated:
            registry.count("nephoscope_logins_refused_total", cause="wrong password")
            # Without the name: people type passwords there.
            log.warning("a wrong user or password from %s", address or "a local socket")
            raise
        except BaseException:
            self._take_back(user, network)
            raise
        self._welcome(user, network)

    def _counted(self, user: str, network: str) -> list[tuple["_Counts", Hashable]]:
        """Where a guess counts; the last is the one that does not hold at home."""
        return [(self._pairs, (user, network)), (self._addresses, network), (self._users, user)]

    def _begin(self, user: str, network: str) -> None:
        now_s = self._now_s()
        with self._lock:
            counted = self._counted(user, network)
            judged = counted[:2] if (user, network) in self._at_home else counted
            wait_s = max(counts.wait_s(key, now_s) for counts, key in judged)
            if wait_s <= 0:
                for counts, key in counted:
                    counts.add(key, 1, now_s)
                return
        registry.count("nephoscope_logins_refused_total", cause="too many")
        seconds = math.ceil(wait_s)
        raise TooManyRequests(f"too many wrong passwords; wait {seconds} s before the next try", seconds)

    def _take_back(self, user: str, network: str) -> None:
        """The password was not judged at all, or was right."""
        with self._lock:
            for counts, key in self._counted(user, network):
                counts.add(key, -1, self._now_s())

    def _welcome(self, user: str, network: str) -> None:
        self._take_back(user, network)
        with self._lock:
            self._pairs.clear((user, network))
            self._at_home[(user, network)] = None
            self._at_home.move_to_end((user, network))
            while len(self._at_home) > self._settings.size_max:
                self._at_home.popitem(last=False)

    def __len__(self) -> int:
        """How many users, addresses or pairs are remembered, whichever are most."""
        return max(len(each) for each in (self._pairs, self._addresses, self._users, self._at_home))


class _Counts:
    """Wrong guesses by key, each with the time of the latest."""

    def __init__(self, slope: Slope, about: ThrottleSettings) -> None:
        self._slope = slope
        self._about = about
        self._known: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def wait_s(self, key: Hashable, now_s: float) -> float:
        wrong, latest_s = self._known.get(key, (0, 0.0))
        if now_s - latest_s >= self._about.forget_s:
            return 0
        return latest_s + self._slope.delay_s(wrong) - now_s

    def add(self, key: Hashable, amount: int, now_s: float) -> None:
        wrong, latest_s = self._known.pop(key, (0, now_s))
        if now_s - latest_s >= self._about.forget_s:
            wrong = 0
        if wrong + amount > 0:
            self._known[key] = (wrong + amount, now_s if amount > 0 else latest_s)
        while len(self._known) > self._about.size_max:
            self._known.popitem(last=False)

    def clear(self, key: Hashable) -> None:
        self._known.pop(key, None)

    def __len__(self) -> int:
        return len(self._known)


def network_of(address: str) -> str:
    """
    What counts as one address: of IPv6 the /64 that one subscriber has.

    >>> network_of("192.0.2.7"), network_of("2001:db8::1:2:3:4"), network_of("")
    ('192.0.2.7', '2001:db8::/64', '')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))

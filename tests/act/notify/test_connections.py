# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Kept connections: given to one at a time, not beyond their age, and not once the other side has hung up."""

import socket
import time
from collections.abc import Iterator

import pytest

from nephoscope.act.notify.connections import IDLE_S_MAX, KEPT_MAX, LIFE_S_MAX, Connection, Connections

PATIENCE_S = 30.0
HERE, THERE = "http h 80", "https h 443"


class Moment:
    """Seconds, standing still."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def connections(moment: Moment) -> Iterator[Connections]:
    made = Connections(moment)
    yield made
    made.close()


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Ours, and the other side's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_one_that_is_given_back_is_given_to_the_next_who_goes_there_once(
    connections: Connections, pair: tuple[socket.socket, socket.socket]
) -> None:
    connection = Connection(pair[0], 100.0)
    connections.give(HERE, connection)
    assert connections.take(THERE) is None
    assert connection == connections.take(HERE)
    assert connections.take(HERE) is None


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 408 Request Timeout\r\n\r\n"])
def test_one_that_the_other_side_has_ended_is_closed(
    connections: Connections, pair: tuple[socket.socket, socket.socket], said: bytes
) -> None:
    connections.give(HERE, Connection(pair[0], 100.0))
    if said:
        pair[1].sendall(said)
    else:
        pair[1].close()
    assert connections.take(HERE) is None
    assert -1 == pair[0].fileno()


def test_one_that_idles_for_long_is_closed(
    connections: Connections, moment: Moment, pair: tuple[socket.socket, socket.socket]
) -> None:
    connections.give(HERE, Connection(pair[0], moment.now_s))
    moment.now_s += IDLE_S_MAX + 0.1
    assert connections.take(HERE) is None
    assert -1 == pair[0].fileno()


def test_one_that_is_old_is_not_kept_so_that_names_are_looked_up_anew(
    connections: Connections, moment: Moment, pair: tuple[socket.socket, socket.socket]
) -> None:
    moment.now_s += LIFE_S_MAX
    connections.give(HERE, Connection(pair[0], 100.0))
    assert -1 == pair[0].fileno()
    assert connections.take(HERE) is None


def test_only_so_many_are_kept_wherever_they_lead(connections: Connections) -> None:
    pairs = [socket.socketpair() for _ in range(KEPT_MAX + 1)]
    for number, (ours, _) in enumerate(pairs):
        connections.give(number, Connection(ours, 100.0))
    taken = [connections.take(number) for number in range(KEPT_MAX + 1)]
    assert [True] * KEPT_MAX + [False] == [each is not None for each in taken]
    for each in (side for both in pairs for side in both):
        each.close()


def test_what_idles_is_closed_though_nobody_asks_again(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nephoscope.act.notify.connections.IDLE_S_MAX", 0.01)
    Connections(time.monotonic).give(HERE, Connection(pair[0], time.monotonic()))
    pair[1].settimeout(PATIENCE_S)
    assert b"" == pair[1].recv(1), "the other side hears that it is over"


def test_closing_lets_go_of_all_and_what_follows_begins_anew(
    connections: Connections, pair: tuple[socket.socket, socket.socket]
) -> None:
    connections.give(HERE, Connection(pair[0], 100.0))
    connections.close()
    assert (None, -1) == (connections.take(HERE), pair[0].fileno())
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connections.give(HERE, Connection(ours, 100.0))
        assert connections.take(HERE) is not None

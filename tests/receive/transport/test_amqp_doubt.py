# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What comes again after a break is known, as often as it was stored and no more."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from nephoscope.receive.transport.amqp_doubt import Doubt
from nephoscope.receive.transport.amqp_settings import Delivered

BODIES = st.lists(st.sampled_from([b"a", b"b", b"c"]))


def batch(bodies: list[bytes]) -> list[Delivered]:
    return [Delivered(body, "nova", "notifications.info", False, len(body)) for body in bodies]


@given(BODIES, BODIES, BODIES)
def test_each_stored_message_is_known_once_after_a_break(
    told: list[bytes], untold: list[bytes], again: list[bytes]
) -> None:
    doubt = Doubt()
    doubt.acknowledged(batch(told))
    doubt.disconnected()
    doubt.unacknowledged(batch(untold))
    new = Counter(each.body for each in doubt.new(batch(again)))
    assert Counter(again) - Counter(told + untold) == new


@given(BODIES)
def test_while_the_line_holds_everything_is_new(bodies: list[bytes]) -> None:
    doubt = Doubt()
    doubt.acknowledged(batch(bodies))
    assert batch(bodies) == doubt.new(batch(bodies))


def test_doubts_outlive_a_second_break() -> None:
    doubt = Doubt()
    doubt.acknowledged(batch([b"a"]))
    doubt.disconnected()
    doubt.disconnected()
    assert [] == doubt.new(batch([b"a"]))


def test_the_oldest_are_forgotten() -> None:
    doubt = Doubt(remembered=3, doubts_max=4)
    numbers = [b"%d" % number for number in range(8)]
    doubt.acknowledged(batch(numbers[:5]))
    doubt.disconnected()
    doubt.unacknowledged(batch(numbers[5:]))
    assert batch(numbers[:4]) == doubt.new(batch(numbers))
